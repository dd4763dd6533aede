#include "common/config/document.h"

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

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

TEST_CASE("durations and sizes have limits", "[config]") {
    const auto root = [](const std::string& value) {
        return config::Document::parse("key = \"" + value + "\"\n", "test.toml").root();
    };
    CHECK(root("36500d").duration("key", 1s) == 36500 * 24h);
    CHECK_THROWS_WITH(root("36501d").duration("key", 1s), "test.toml:1: 'key' must be at most \"36500d\"");
    CHECK_THROWS_AS(root("18446744073709551615d").duration("key", 1s), config::ConfigError);
    CHECK(root("0s").duration("key", 1s) == 0s);
    CHECK(root("1ms").timeout("key", 1s) == 1ms);
    CHECK_THROWS_WITH(root("0s").timeout("key", 1s), "test.toml:1: 'key' must be more than zero");
    CHECK(root("64KiB").size("key", 1, 65'536, 131'072) == 65'536);
    CHECK(root("128KiB").size("key", 1, 65'536, 131'072) == 131'072);
    CHECK_THROWS_WITH(root("65535").size("key", 1, 65'536, 131'072),
                      "test.toml:1: 'key' must be from \"64KiB\" to \"128KiB\"");
    CHECK_THROWS_AS(root("131073").size("key", 1, 65'536, 131'072), config::ConfigError);
    CHECK_THROWS_AS(root("4194304TiB").size("key", 1), config::ConfigError);
}

TEST_CASE("a secret comes from a file, without the line end behind it", "[config]") {
    const test::TempFolder folder;
    const auto secret = [&](const std::string& held) {
        const auto path = (folder / "secret").string();
        std::ofstream(path, std::ios::binary) << held;
        return config::Document::parse("key = \"" + path + "\"\n", "t").root().secret_file("key");
    };
    CHECK(secret(" s\tx \r\n").reveal() == " s\tx ");
    CHECK(secret(std::string(65'536, 'x')).reveal().size() == 65'536);
    CHECK_THROWS_WITH(secret(std::string(65'537, 'x')), Catch::Contains("holds more than 64KiB"));
    CHECK_THROWS_WITH(secret("\n"), Catch::Contains("is empty"));
    const auto read = [](const char* text) { return config::Document::parse(text, "t").root().secret_file("key"); };
    CHECK(read("").empty());
    CHECK(read("key = \"\"").empty());
    CHECK_THROWS_WITH(read("key = \"/nonexistent\""), Catch::Contains("t:1: 'key' can't read \"/nonexistent\""));
    CHECK_THROWS_WITH(read("key = \"/tmp\""), Catch::Contains("t:1: 'key' \"/tmp\" is a folder"));
    CHECK_THROWS_WITH(config::Document::load("/tmp"), Catch::Contains("/tmp: is a folder"));
}
