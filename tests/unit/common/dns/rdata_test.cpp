#include "common/dns/rdata.h"

#include "common/dns/config.h"
#include "common/dns/name.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::dns;

namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

Config parse(const std::string& text) {
    const auto document = config::Document::parse("[dns]\n" + text, "test.toml");
    auto config = read_config(document.root().section("dns"));
    document.finish();
    return config;
}

}  // namespace

TEST_CASE("names that can be asked are lower case and without the last dot", "[dns]") {
    CHECK(askable_name("Example.TEST.") == "example.test");
    CHECK(askable_name("_25._tcp.mx-1.example.test") == "_25._tcp.mx-1.example.test");
    CHECK(askable_name("test") == "test");
    CHECK(askable_name(std::string(63, 'a') + ".test"));
    const std::string long_name = std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + ".";
    CHECK(askable_name(long_name + std::string(61, 'd')));
    CHECK_FALSE(askable_name(long_name + std::string(62, 'd')));
    for (const std::string& name :
         {std::string(), std::string("."), std::string("a..b"), std::string(".a"), std::string(64, 'a'),
          std::string("a b"), std::string("a@b"), std::string("a\\b"), std::string("a\0b", 3), std::string("a\nb"),
          std::string("gr\xc3\xbc\xc3\x9f.test"), std::string("[192.0.2.1]")})
        CHECK_FALSE(askable_name(name));
}

TEST_CASE("MX records are read, the null MX too", "[dns]") {
    const auto mx = read_mx(bytes({0x01, 0x02, 2}) + "MX" + bytes({4}) + "test" + bytes({0}));
    REQUIRE(mx);
    CHECK(mx->preference == 258);
    CHECK(mx->host == "mx.test");
    const auto null_mx = read_mx(bytes({0, 0, 0}));
    REQUIRE(null_mx);
    CHECK(null_mx->host.empty());
}

TEST_CASE("malformed record data is nothing, at every length", "[dns]") {
    const auto whole = bytes({0, 10, 2}) + "mx" + bytes({4}) + "test" + bytes({0});
    for (std::size_t length = 0; length < whole.size(); ++length) CHECK_FALSE(read_mx(whole.substr(0, length)));
    CHECK_FALSE(read_mx(whole + "x"));
    CHECK_FALSE(read_mx(bytes({0, 10, 3}) + "m\r\n" + bytes({0})));
    CHECK_FALSE(read_mx(bytes({0, 10, 3}) + "m.x" + bytes({0})));
    CHECK_FALSE(read_mx(bytes({0, 10, 0xc0, 0})));
    CHECK_FALSE(read_txt(""));
    CHECK_FALSE(read_txt(bytes({3}) + "ab"));
    CHECK_FALSE(read_address("12345"));
    CHECK_FALSE(read_ptr(bytes({0})));
    std::string endless;
    for (int i = 0; i < 100; ++i) endless += bytes({3}) + "abc";
    CHECK_FALSE(read_ptr(endless + bytes({0})));
}

TEST_CASE("the strings of a TXT record are joined", "[dns]") {
    CHECK(read_txt(bytes({3}) + "v=s" + bytes({2}) + "pf") == "v=spf");
    CHECK(read_txt(bytes({0})) == "");
    CHECK(read_txt(bytes({2, 0, 255})) == bytes({0, 255}));
}

TEST_CASE("addresses have their names in the reverse trees", "[dns]") {
    CHECK(reverse_name(net::Address::parse("192.0.2.1").value()) == "1.2.0.192.in-addr.arpa");
    CHECK(reverse_name(net::Address::parse("2001:db8::1a").value()) ==
          "a.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST_CASE("the [dns] table is read", "[dns]") {
    const auto config = parse(
        "forwarders = [\"127.0.0.1:5353\", \"127.0.0.2@53\", \"192.0.2.53\", \"[2001:db8::53]:54\"]\n"
        "timeout = \"3s\"\n");
    REQUIRE(config.forwarders.size() == 4);
    CHECK(config.forwarders[0].to_string() == "127.0.0.1:5353");
    CHECK(config.forwarders[1].port == 53);
    CHECK(config.forwarders[2].port == 53);
    CHECK(config.forwarders[3].port == 54);
    CHECK(config.timeout == std::chrono::seconds(3));
    for (const char* bad : {"forwarders = [\"dns.example.test\"]\n", "forwarders = [\"127.0.0.1@x\"]\n",
                            "forwarders = [\"127.0.0.1:0\"]\n", "timeout = \"1ms\"\n",
                            "trust_anchor_file = \"/nonexistent\"\n", "forwarder = []\n"})
        CHECK_THROWS_AS(parse(bad), config::ConfigError);
}
