#include "common/auth/access.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

using namespace helio;
using auth::AccessFilter;

namespace {

bool grants(const std::vector<std::string>& values, std::string_view service, std::string_view client,
            std::string_view host = {}, bool tls = false) {
    const auto filter = AccessFilter::parse(values);
    REQUIRE(filter);
    return filter->grants({.service = service, .tls = tls, .client = *net::Address::parse(client), .host = host});
}

bool granted_client(const std::string& pattern, std::string_view client, std::string_view host = {}) {
    return grants({"+imap:" + pattern}, "imap", client, host);
}

}  // namespace

TEST_CASE("allow comes first, then deny; only allowing rules mean that the rest is denied", "[auth][access]") {
    CHECK(grants({}, "imap", "192.0.2.1"));
    CHECK(grants({"+imap:ALL$-pop:*"}, "imap", "192.0.2.1"));
    CHECK_FALSE(grants({"+imap:ALL$-pop:*"}, "pop3", "192.0.2.1"));
    CHECK(grants({"+imap:ALL$-pop:*"}, "smtp", "192.0.2.1"));  // no match, but not only allowing rules
    CHECK_FALSE(grants({"+imap:ALL"}, "smtp", "192.0.2.1"));   // no match, only allowing rules
    CHECK(grants({"-pop:*"}, "imap", "192.0.2.1"));
    CHECK(grants({"-imap:ALL$+imap:192.0.2.1"}, "imap", "192.0.2.1"));  // whatever the order
    CHECK_FALSE(grants({"-imap:ALL$+imap:192.0.2.1"}, "imap", "192.0.2.2"));
    CHECK_FALSE(grants({"+imap:ALL", "-pop:ALL"}, "pop3", "192.0.2.1"));  // several values are one filter
    CHECK(grants({" + imap : ALL $ $"}, "imap", "192.0.2.1"));
    CHECK(grants({"+imap"}, "imap", "192.0.2.1"));
}

TEST_CASE("services go by Sun's names and ours, those of TLS only under TLS", "[auth][access]") {
    for (const auto* name : {"pop", "pop3", "POP", "ALL", "*", "imap,pop", "imap pop"})
        CHECK(grants({"+" + std::string(name) + ":ALL"}, "pop3", "192.0.2.1"));
    CHECK_FALSE(grants({"+pops:ALL"}, "pop3", "192.0.2.1"));
    CHECK(grants({"+pops:ALL"}, "pop3", "192.0.2.1", {}, true));
    CHECK(grants({"+imaps:ALL"}, "imap", "192.0.2.1", {}, true));
    CHECK(grants({"+imap:ALL"}, "imap", "192.0.2.1", {}, true));
    CHECK_FALSE(grants({"-imaps:ALL"}, "imap", "192.0.2.1", {}, true));
    CHECK(grants({"+submission:ALL"}, "smtp", "192.0.2.1"));
    CHECK_FALSE(grants({"+telnet:ALL"}, "imap", "192.0.2.1"));
}

TEST_CASE("clients match by address, network, prefix, name and domain", "[auth][access]") {
    struct Row {
        std::string pattern, client, host;
        bool matches;
    };
    const std::vector<Row> rows = {
        {"192.0.2.1", "192.0.2.1", "", true},
        {"192.0.2.1", "192.0.2.10", "", false},
        {"192.0.2.0/24", "192.0.2.255", "", true},
        {"192.0.2.0/24", "192.0.3.0", "", false},
        {"192.0.2.0/255.255.255.0", "192.0.2.255", "", true},
        {"192.0.2.0/255.255.255.0", "192.0.3.1", "", false},
        {"0.0.0.0/0.0.0.0", "203.0.113.9", "", true},
        {"192.0.2.", "192.0.2.77", "", true},
        {"192.0.2.", "192.0.20.7", "", false},
        {"10.", "10.9.8.7", "", true},
        {"[2001:db8::]/32", "2001:db8::7", "", true},
        {"2001:db8::/32", "2001:db9::7", "", false},
        {"[2001:db8::1]", "2001:db8::1", "", true},
        {".example.test", "192.0.2.1", "mail.example.test", true},
        {".example.test", "192.0.2.1", "example.test", false},
        {".example.test", "192.0.2.1", "", false},
        {"Mail.Example.Test", "192.0.2.1", "mail.example.test", true},
        {"mail.example.test", "192.0.2.1", "email.example.test", false},
        {"LOCAL", "192.0.2.1", "localhost", true},
        {"LOCAL", "192.0.2.1", "mail.example.test", false},
        {"LOCAL", "192.0.2.1", "", false},
        {"KNOWN", "192.0.2.1", "x.test", true},
        {"KNOWN", "192.0.2.1", "", false},
        {"UNKNOWN", "192.0.2.1", "", true},
        {"alice@192.0.2.1", "192.0.2.1", "", true},
        {"198.51.100.1, 192.0.2.1", "192.0.2.1", "", true},
        {"ALL EXCEPT 192.0.2.1", "192.0.2.1", "", false},
        {"ALL except 192.0.2.1", "192.0.2.2", "", true},
        {"192.0.2. EXCEPT 192.0.2.1 192.0.2.2", "192.0.2.2", "", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.pattern, row.client, row.host);
        CHECK(granted_client(row.pattern, row.client, row.host) == row.matches);
    }
}

TEST_CASE("a filter that can't be read is no filter", "[auth][access]") {
    for (const auto* bad : {"imap:ALL", "+", "+:ALL", "+imap:", "+imap:EXCEPT 192.0.2.1", "+imap:ALL EXCEPT",
                            "+imap:192.0.2.0/33", "+imap:192.0.2.0/255.0.255.0", "+imap:192.0.2", "+imap:a!b", "+im!ap",
                            "+imap:[2001:db8::", "+imap:300.", "+imap:1.2.3.4."}) {
        CAPTURE(bad);
        CHECK_FALSE(AccessFilter::parse({bad}));
    }
    const std::string good = "+imap:192.0.2.1 .b.test EXCEPT c.test$-pop";
    for (std::size_t cut = 0; cut <= good.size(); ++cut) {
        const auto filter = AccessFilter::parse({good.substr(0, cut)});
        if (filter) CHECK(*AccessFilter::parse({filter->to_string()}) == *filter);
    }
}

TEST_CASE("a filter at its limits is read, one beyond is not", "[auth][access]") {
    std::string rules;
    for (std::size_t i = 0; i < auth::most_rules; ++i) rules += "+imap$";
    CHECK(AccessFilter::parse({rules}));
    CHECK_FALSE(AccessFilter::parse({rules + "+pop"}));
    const std::string longest = "+imap:ALL" + std::string(auth::most_filter_bytes - 9, ' ');
    CHECK(AccessFilter::parse({longest}));
    CHECK_FALSE(AccessFilter::parse({longest + " "}));
}

TEST_CASE("a filter knows whether it needs host names", "[auth][access]") {
    CHECK_FALSE(AccessFilter::parse({"+imap:ALL$-pop:192.0.2. 10.0.0.0/8"})->needs_host());
    for (const auto* text : {"+imap:.x.test", "-imap:KNOWN", "-imap:ALL EXCEPT a.test", "+pop:UNKNOWN", "+pop:LOCAL"})
        CHECK(AccessFilter::parse({text})->needs_host());
}

TEST_CASE("the [access] table gives the site's lists", "[auth][access]") {
    const auto read = [](const char* text) {
        return auth::read_access_config(config::Document::parse(text, "t").root().section("access"));
    };
    const auto site =
        read("[access.imap]\nallow = [\"192.0.2.0/24\", \".example.test\"]\n[access.pop3]\ndeny = [\"*\"]\n");
    CHECK(site.at("imap").to_string() == "+imap:192.0.2.0/24 .example.test");
    CHECK(site.at("pop3").to_string() == "-pop3:all");
    CHECK_FALSE(site.contains("smtp"));
    CHECK(read("").empty());
    CHECK_THROWS_AS(read("[access.imap]\nallow = [\"a b\"]\n"), config::ConfigError);
}
