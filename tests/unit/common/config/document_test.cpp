#include "common/config/document.h"

#include "tests/support/catch.h"

using namespace helio;
using namespace std::chrono_literals;

TEST_CASE("values are read with their units and defaults", "[config]") {
    const auto document = config::Document::parse(R"(name = "a"
wait = "10m"
size = "64KiB"
[log]
level = "debug"
[mailhosts."store-a.example.test"]
lmtp = "127.0.0.1:225"
[[listener]]
listen = "127.0.0.1:25"
)",
                                                  "test.toml");
    auto root = document.root();
    CHECK(root.text("name") == "a");
    CHECK(root.duration("wait", 1s) == 10min);
    CHECK(root.duration("other_wait", 3s) == 3s);
    CHECK(root.size("size", 1) == 65536);
    CHECK(root.section("log").choice("level", {"debug", "info"}, "info") == 0);
    CHECK(root.section("absent").flag("on", true));
    REQUIRE(root.names("mailhosts") == std::vector<std::string>{"store-a.example.test"});
    CHECK(root.section("mailhosts").section("store-a.example.test").text("lmtp") == "127.0.0.1:225");
    REQUIRE(root.sections("listener").size() == 1);
    CHECK(root.sections("listener")[0].text("listen") == "127.0.0.1:25");
    CHECK_NOTHROW(document.finish());
}

TEST_CASE("each configuration mistake names file, line and remedy", "[config]") {
    struct Row {
        const char* text;
        const char* message;
    };
    const auto row = GENERATE(values<Row>({
        {"wait = \"5s\"\nlisten = \"x\"\nlissten = \"y\"\n",
         "test.toml:3: unknown key 'lissten'; did you mean 'listen'?"},
        {"listen = \"x\"\nwait = \"5 parsecs\"\n",
         "test.toml:2: 'wait' must be a duration such as \"250ms\", \"5s\", \"10m\", \"1h\" or \"7d\""},
        {"wait = \"5s\"\n", "test.toml:1: 'listen' is missing; add it to the file"},
        {"listen = 5\n", "test.toml:1: 'listen' must be text in quotes"},
        {"listen = \"x\"\n[log]\nlevle = \"info\"\n", "test.toml:3: unknown key 'log.levle'; did you mean 'level'?"},
    }));
    CAPTURE(row.text);
    const auto read = [&] {
        const auto document = config::Document::parse(row.text, "test.toml");
        auto root = document.root();
        (void)root.text("listen");
        (void)root.duration("wait", 1s);
        (void)root.section("log").text("level", "info");
        document.finish();
    };
    CHECK_THROWS_WITH(read(), row.message);
}

TEST_CASE("a file that is not TOML is refused with its line", "[config]") {
    CHECK_THROWS_WITH(config::Document::parse("a = \"x\"\nb = = 1\n", "test.toml"), Catch::Contains("test.toml:2: "));
}
