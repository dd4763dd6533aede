#include <fstream>

#include "common/route/mailhosts_source.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using route::Mailhosts;
using route::Protocol;

namespace {

Mailhosts read(std::string_view text) {
    const auto document = config::Document::parse(text, "test.toml");
    auto mailhosts = Mailhosts::read(document.root());
    document.finish();
    return mailhosts;
}

constexpr std::string_view two_stores = R"(
[mailhosts."store-a.example.test"]
lmtp = "10.0.0.1:225"
imap = "10.0.0.1:1143"
tls_name = "Store-A-Internal.example.test"
[mailhosts."Store-B.example.test"]
pop3 = "[2001:db8::1]:110"
imap = "store-b.internal:143"
)";

}  // namespace

TEST_CASE("a mailhost's table gives the endpoint and the certificate's name", "[route]") {
    const auto mailhosts = read(two_stores);
    const auto imap = mailhosts.find("Store-A.Example.Test", Protocol::imap);
    REQUIRE(imap);
    CHECK(imap->host == net::HostPort{"10.0.0.1", 1143});
    CHECK(imap->tls_name == "store-a-internal.example.test");
    const auto other = mailhosts.find("store-b.example.test", Protocol::imap);
    REQUIRE(other);
    CHECK(other->host.host == "store-b.internal");
    CHECK(other->tls_name == "store-b.example.test");
    CHECK(mailhosts.names() == std::vector<std::string>{"store-a.example.test", "store-b.example.test"});
}

TEST_CASE("a protocol without a key and a mailhost without a table have no endpoint", "[route]") {
    const auto mailhosts = read(two_stores);
    CHECK_FALSE(mailhosts.find("store-a.example.test", Protocol::pop3));
    CHECK_FALSE(mailhosts.find("store-c.example.test", Protocol::imap));
    CHECK_FALSE(mailhosts.find("", Protocol::imap));
}

TEST_CASE("DNS fall-back uses the mailhost's own name and the default ports", "[route]") {
    const auto mailhosts = read("[routing]\ndns_fallback = true\n" + std::string(two_stores));
    const auto target = mailhosts.find("Store-C.example.test", Protocol::grpc);
    REQUIRE(target);
    CHECK(target->host == net::HostPort{"store-c.example.test", 9780});
    CHECK(target->tls_name == "store-c.example.test");
    CHECK(mailhosts.find("store-c.example.test", Protocol::lmtp)->host.port == 225);
    CHECK_FALSE(mailhosts.find("store-a.example.test", Protocol::pop3));
    for (const auto* bad : {"", "a b", "store:143", "../etc", "-x"}) {
        CHECK_FALSE(mailhosts.find(bad, Protocol::imap));
    }
    CHECK_FALSE(mailhosts.find(std::string(300, 'a'), Protocol::imap));
}

TEST_CASE("mailhosts come from a file of their own too", "[route]") {
    const test::TempFolder folder;
    const auto path = (folder / "mailhosts.toml").string();
    std::ofstream(path) << "[mailhosts.\"store-c.example.test\"]\nimap = \"10.0.0.3:143\"\n";
    const auto mailhosts = read("[routing]\nfile = \"" + path + "\"\n" + std::string(two_stores));
    CHECK(mailhosts.find("store-c.example.test", Protocol::imap));
    CHECK(mailhosts.find("store-a.example.test", Protocol::imap));
    std::ofstream(path) << "[mailhosts.\"store-a.example.test\"]\nimap = \"10.0.0.3:143\"\n";
    CHECK_THROWS_AS(read("[routing]\nfile = \"" + path + "\"\n" + std::string(two_stores)), config::ConfigError);
    std::ofstream(path) << "[mailhosts.\"store-d.example.test\"]\nimpa = \"10.0.0.3:143\"\n";
    CHECK_THROWS_AS(read("[routing]\nfile = \"" + path + "\"\n"), config::ConfigError);
}

TEST_CASE("wrong mailhost tables are refused with their place", "[route]") {
    CHECK_THROWS_WITH(read("[mailhosts.\"a.example.test\"]\nimap = \"nowhere\"\n"), Catch::Contains("test.toml:2"));
    CHECK_THROWS_AS(read("[mailhosts.\"a b\"]\nimap = \"10.0.0.1:143\"\n"), config::ConfigError);
    CHECK_THROWS_AS(read("[mailhosts.\"a.test\"]\nsmtp = \"10.0.0.1:25\"\n"), config::ConfigError);
}

TEST_CASE("replaced mailhosts serve new sessions while old ones keep theirs", "[route]") {
    route::MailhostsSource source(read(two_stores));
    const auto old = source.current();
    source.replace(read("[mailhosts.\"store-z.example.test\"]\nimap = \"10.0.0.9:143\"\n"));
    CHECK(old->find("store-a.example.test", Protocol::imap));
    CHECK_FALSE(source.current()->find("store-a.example.test", Protocol::imap));
    CHECK(source.current()->find("store-z.example.test", Protocol::imap));
}
