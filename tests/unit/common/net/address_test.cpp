#include "common/net/address.h"

#include "common/net/proxy_protocol.h"
#include "tests/support/catch.h"

using namespace helio::net;

TEST_CASE("addresses, endpoints and networks are read and printed", "[net]") {
    CHECK(Address::parse("192.0.2.1")->to_string() == "192.0.2.1");
    CHECK(Address::parse("[2001:DB8::1]")->to_string() == "2001:db8::1");
    CHECK(Address::parse("::ffff:192.0.2.1")->to_string() == "192.0.2.1");
    CHECK(Endpoint::parse("[::1]:143")->to_string() == "[::1]:143");
    CHECK(HostPort::parse("store-a.example.test:225")->host == "store-a.example.test");
    for (const auto* text : {"", "192.0.2", "192.0.2.1.5", "host", ":::"}) {
        CAPTURE(text);
        CHECK_FALSE(Address::parse(text));
    }
    for (const auto* text : {"192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", ":25", "192.0.2.1:2 5"}) {
        CAPTURE(text);
        CHECK_FALSE(Endpoint::parse(text));
    }
}

TEST_CASE("a network holds exactly its addresses", "[net]") {
    const auto inside = [](const char* network, const char* address) {
        return Network::parse(network)->contains(*Address::parse(address));
    };
    CHECK(inside("192.0.2.0/24", "192.0.2.255"));
    CHECK_FALSE(inside("192.0.2.0/24", "192.0.3.0"));
    CHECK(inside("192.0.2.128/25", "192.0.2.128"));
    CHECK_FALSE(inside("192.0.2.128/25", "192.0.2.127"));
    CHECK(inside("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(inside("0.0.0.0/0", "::1"));
    CHECK(inside("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK_FALSE(inside("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(inside("192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(Network::parse("192.0.2.0/33"));
}

TEST_CASE("PROXY headers are read whole and byte by byte", "[net]") {
    struct Row {
        std::string bytes;
        std::string client;  // empty: none; "bad": refused
    };
    const auto v2 = proxy_header(*Endpoint::parse("203.0.113.9:4711"), *Endpoint::parse("192.0.2.1:25"));
    const auto v2_six = proxy_header(*Endpoint::parse("[2001:db8::9]:4711"), *Endpoint::parse("192.0.2.1:25"));
    auto local = v2;
    local[12] = '\x20';
    auto wrong_version = v2;
    wrong_version[12] = '\x31';
    auto cut_addresses = v2.substr(0, 16) + "abcd";
    cut_addresses[15] = 4;
    auto endless = v2;
    endless[14] = '\x7f';
    const auto row = GENERATE_COPY(values<Row>({
        {"PROXY TCP4 203.0.113.9 192.0.2.1 4711 25\r\n", "203.0.113.9:4711"},
        {"PROXY TCP6 2001:db8::9 2001:db8::1 4711 25\r\n", "[2001:db8::9]:4711"},
        {"PROXY UNKNOWN\r\n", ""},
        {"PROXY UNKNOWN ffff:f...f:ffff x\r\n", ""},
        {v2, "203.0.113.9:4711"},
        {v2_six, "[2001:db8::9]:4711"},
        {local, ""},
        {"PROXY TCP4 2001:db8::9 192.0.2.1 4711 25\r\n", "bad"},
        {"PROXY TCP4 203.0.113.9 192.0.2.1 99999 25\r\n", "bad"},
        {"PROXY TCP4 203.0.113.9\r\n", "bad"},
        {"PROXY " + std::string(200, 'x'), "bad"},
        {"EHLO example.test\r\n", "bad"},
        {wrong_version, "bad"},
        {cut_addresses, "bad"},
        {endless, "bad"},
    }));
    CAPTURE(row.bytes);
    const auto whole = parse_proxy_header(row.bytes + "NEXT");
    if (row.client == "bad") {
        CHECK_FALSE(whole);
        return;
    }
    REQUIRE_OK(whole);
    CHECK(whole->header.length == row.bytes.size());
    CHECK((whole->header.client ? whole->header.client->to_string() : "") == row.client);
    for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
        const auto part = parse_proxy_header(row.bytes.substr(0, cut));
        REQUIRE_OK(part);
        CHECK(part->need_more);
    }
}
