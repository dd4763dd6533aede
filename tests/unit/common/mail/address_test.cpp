#include "common/mail/address.h"

#include "tests/support/catch.h"

using namespace helio;
using mail::Address;

namespace {
struct Row {
    std::string text;
    std::string printed;  // empty: refused
    std::string domain;
};
}  // namespace

TEST_CASE("mailboxes are parsed, normalised and printed", "[mail][address]") {
    const auto row = GENERATE(values<Row>({
        {"alice@example.test", "alice@example.test", "example.test"},
        {"Alice@EXAMPLE.Test", "Alice@example.test", "example.test"},
        {"a.b+c=d@x_y.example.test", "a.b+c=d@x_y.example.test", "x_y.example.test"},
        {R"("a b"@example.test)", R"("a b"@example.test)", "example.test"},
        {R"("plain"@example.test)", "plain@example.test", "example.test"},
        {R"("a\"\\>"@example.test)", R"("a\"\\>"@example.test)", "example.test"},
        {R"("a@b"@example.test)", R"("a@b"@example.test)", "example.test"},
        {"a@[192.0.2.1]", "a@[192.0.2.1]", "[192.0.2.1]"},
        {"a@[ipv6:2001:DB8:0::1]", "a@[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"},
        {"grün@example.test", "grün@example.test", "example.test"},
        {"a@bücher.example", "a@xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"a@BÜCHER.example", "a@xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"", "", ""},
        {"alice", "", ""},
        {"@example.test", "", ""},
        {R"(""@example.test)", "", ""},
        {"alice@", "", ""},
        {".a@example.test", "", ""},
        {"a.@example.test", "", ""},
        {"a..b@example.test", "", ""},
        {"a b@example.test", "", ""},
        {"a@-x.test", "", ""},
        {"a@x..test", "", ""},
        {"a@x.test.", "", ""},
        {"a@x.test b", "", ""},
        {"a@[192.0.2.256]", "", ""},
        {"a@[192.0.2.1", "", ""},
        {"a@[tag:x]", "", ""},
        {"a\r\n@x.test", "", ""},
        {"\"a\r\n\"@x.test", "", ""},
        {std::string("a\0b@x.test", 10), "", ""},
        {"gr\xFCn@example.test", "", ""},
    }));
    CAPTURE(row.text);
    const auto address = Address::parse(row.text);
    CHECK(address.has_value() == !row.printed.empty());
    if (!address) return;
    CHECK(address->to_string() == row.printed);
    CHECK(address->domain() == row.domain);
    CHECK(Address::parse(address->to_string()) == *address);
}

TEST_CASE("a path ends at its bracket and drops a source route", "[mail][address]") {
    struct PathRow {
        std::string text;
        std::string printed;
        std::size_t length;
    };
    const auto row = GENERATE(values<PathRow>({
        {"<a@x.test>", "<a@x.test>", 10},
        {"<a@x.test> SIZE=100", "<a@x.test>", 10},
        {R"(<"a> b"@x.test> BODY=8BITMIME)", R"(<"a> b"@x.test>)", 15},
        {"<@hub.test,@relay.test:a@x.test>", "<a@x.test>", 32},
        {"<>", "<>", 2},
        {"<Postmaster>", "<Postmaster>", 12},
        {"<a@x.test", "", 0},
        {"a@x.test", "", 0},
        {"<alice>", "", 0},
        {"< a@x.test>", "", 0},
        {"<@hub.test a@x.test>", "", 0},
        {"<hub:a@x.test>", "", 0},
        {"", "", 0},
    }));
    CAPTURE(row.text);
    const auto path = mail::parse_path(row.text, {.utf8 = false, .null_path = true, .bare_postmaster = true});
    CHECK(path.has_value() == !row.printed.empty());
    if (!path) return;
    CHECK(path->address.path() == row.printed);
    CHECK(path->length == row.length);
}

TEST_CASE("a null path or a bare postmaster passes only where the rule says so", "[mail][address]") {
    CHECK_FALSE(mail::parse_path("<>", {}).has_value());
    CHECK_FALSE(mail::parse_path("<postmaster>", {}).has_value());
    CHECK(mail::parse_path("<>", {.null_path = true})->address.is_null());
}

TEST_CASE("non-ASCII needs SMTPUTF8 and says so", "[mail][address]") {
    CHECK(mail::parse_path("<grün@x.test>", {}).error().code == mail::errc::needs_smtputf8);
    CHECK(mail::parse_path("<a@bücher.test>", {}).error().code == mail::errc::needs_smtputf8);
    CHECK(Address::parse("grün@x.test")->needs_smtputf8());
    CHECK_FALSE(Address::parse("a@bücher.test")->needs_smtputf8());
}

TEST_CASE("addresses are held to the lengths of RFC 5321", "[mail][address]") {
    const std::string label(63, 'd');
    const std::string most_local(64, 'a');
    CHECK(Address::parse(most_local + "@x.test").has_value());
    CHECK(Address::parse(most_local + "a@x.test").error().code == mail::errc::too_long);
    // 64 + 1 + 189 = 254 bytes
    const std::string domain = label + "." + label + "." + std::string(61, 'e');
    CHECK(Address::parse(most_local + "@" + domain).has_value());
    CHECK(Address::parse(most_local + "@" + domain + "e").error().code == mail::errc::too_long);
    CHECK(Address::parse("a@" + label + "d.test").error().code == mail::errc::malformed);
    CHECK(Address::parse("a@" + std::string(100'000, 'x')).error().code == mail::errc::too_long);
    const std::string long_domain = label + "." + label + "." + label + "." + label;
    CHECK(Address::parse_domain(long_domain).has_value());
    CHECK(Address::parse_domain("e." + long_domain).error().code == mail::errc::too_long);
}
