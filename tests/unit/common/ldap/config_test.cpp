#include "common/ldap/config.h"

#include <fstream>

#include "common/ldap/server_list.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using namespace helio::ldap;
using std::chrono::seconds;

namespace {

Config parse(const std::string& text) {
    const auto document = config::Document::parse("[ldap]\n" + text, "test.toml");
    auto config = read_config(document.root().section("ldap"));
    document.finish();
    return config;
}

constexpr const char* least = "urls = [\"ldap://127.0.0.1:389\"]\nbase_dn = \"o=usergroup\"\n";

}  // namespace

TEST_CASE("the [ldap] table is read", "[ldap]") {
    const auto config = parse(
        "urls = [\"ldaps://ldap1.example.test:636\", \"ldap://ldap2.example.test\"]\nbind_dn = \"cn=x\"\n"
        "bind_password = \"secret\"\nbase_dn = \"o=usergroup\"\ndefault_domain = \"Example.test\"\ntimeout = \"2s\"\n"
        "start_tls = true\nconnections = 3\nbind_connections = 5\ncache_ttl = \"10m\"\nnegative_ttl = \"1s\"\n"
        "stale_limit = \"1d\"\ncache_entries = 5000\nbind_cache_ttl = \"0s\"\n");
    CHECK(config.urls.size() == 2);
    CHECK(config.bind_password.equals("secret"));
    CHECK(config.default_domain == "example.test");
    CHECK(config.timeout == seconds(2));
    CHECK(config.start_tls);
    CHECK(config.connections == 3);
    CHECK(config.bind_connections == 5);
    CHECK(config.cache_ttl == seconds(600));
    CHECK(config.stale_limit == seconds(86'400));
    CHECK(config.cache_entries == 5'000);
    CHECK(config.bind_cache_ttl.count() == 0);
    CHECK(parse(least).timeout == seconds(5));
}

TEST_CASE("the password may stand in a file of its own", "[ldap]") {
    test::TempFolder folder;
    std::ofstream(folder / "password") << "from file\n";
    const auto file = "bind_dn = \"cn=x\"\nbind_password_file = \"" + (folder / "password").string() + "\"\n";
    CHECK(parse(least + file).bind_password.equals("from file"));
    CHECK_THROWS_AS(parse(least + file + "bind_password = \"x\"\n"), config::ConfigError);
}

TEST_CASE("a table that can't work is refused", "[ldap]") {
    const char* bad[] = {
        "base_dn = \"o=usergroup\"\n",
        "urls = []\nbase_dn = \"o=usergroup\"\n",
        "urls = [\"http://x\"]\nbase_dn = \"o=usergroup\"\n",
        "urls = [\"ldap://x/o=usergroup??sub\"]\nbase_dn = \"o=usergroup\"\n",
        "urls = [\"ldap://\"]\nbase_dn = \"o=usergroup\"\n",
        "urls = [\"ldap://x\"]\n",
    };
    for (const auto* text : bad) CHECK_THROWS_AS(parse(text), config::ConfigError);
    const char* bad_with_least[] = {
        "bind_dn = \"cn=x\"\n",
        "bind_dn = \"cn=x\"\nbind_password = \"\"\n",
        "bind_password_file = \"/nonexistent/file\"\n",
        "tls_ca = \"/nonexistent/file\"\n",
        "timeout = \"0s\"\n",
        "connections = 0\n",
        "time_out = \"5s\"\n",
    };
    for (const auto* text : bad_with_least) CHECK_THROWS_AS(parse(least + std::string(text)), config::ConfigError);
}

TEST_CASE("a server that failed is tried last until it has rested", "[ldap]") {
    using Order = std::vector<std::size_t>;
    const base::SteadyTime start{};
    ServerList servers(3);
    const auto at = [&](int second) { return start + seconds(second); };
    CHECK(servers.order(at(100)) == Order{0, 1, 2});
    servers.failed(0, at(100));
    CHECK(servers.order(at(100)) == Order{1, 2, 0});
    CHECK(servers.order(at(101)) == Order{0, 1, 2});
    servers.failed(0, at(101));
    CHECK(servers.order(at(102)) == Order{1, 2, 0});
    servers.failed(1, at(102));
    servers.failed(2, at(102));
    CHECK(servers.order(at(102)) == Order{0, 1, 2});  // all rest: the soonest first, none left out
    servers.answered(2);
    CHECK(servers.order(at(102)) == Order{2, 0, 1});
}

TEST_CASE("pauses double up to their limit", "[ldap]") {
    using std::chrono::milliseconds;
    CHECK(back_off(0, milliseconds(100), seconds(2)) == milliseconds(100));
    CHECK(back_off(1, milliseconds(100), seconds(2)) == milliseconds(100));
    CHECK(back_off(2, milliseconds(100), seconds(2)) == milliseconds(200));
    CHECK(back_off(5, milliseconds(100), seconds(2)) == milliseconds(1'600));
    CHECK(back_off(6, milliseconds(100), seconds(2)) == seconds(2));
    CHECK(back_off(4'000'000'000U, milliseconds(100), seconds(2)) == seconds(2));
}
