#include "mta/route/router.h"

#include "tests/support/fake_directory.h"
#include "tests/support/run.h"

using namespace helio;

namespace {

struct Bench {
    Bench() { directory.add_user("alice@example.test", "x", "store-a.example.test"); }

    mta::Route route(const std::string& address, const std::string& delimiter = "+") {
        mta::Route found;
        test::run(route_into(address, delimiter, found));
        return found;
    }
    Task<> route_into(std::string address, std::string delimiter, mta::Route& into) {
        mta::Router router(directory, {"alice@example.test", delimiter}, log);
        into = co_await router.route(mail::Address::parse(address).value());
    }
    /// "user@domain folder" of a local route, else the reply's code.
    std::string to(const std::string& address, const std::string& delimiter = "+") {
        const auto found = route(address, delimiter);
        if (found.kind != mta::Route::Kind::local) return std::to_string(found.reply.code);
        return found.recipient.next_address.to_string() + " " + found.recipient.folder;
    }

    test::FakeDirectory directory;
    logging::Logger log{{logging::Level::error, logging::Format::logfmt, "/dev/null"}, "test"};
};

}  // namespace

TEST_CASE("user+folder goes to the folder of the user", "[mta][route]") {
    Bench bench;
    CHECK(bench.to("alice@example.test") == "alice@example.test ");
    CHECK(bench.to("alice+Lists@example.test") == "alice@example.test Lists");
    CHECK(bench.to("Alice+In/c++@Example.Test") == "alice@example.test In/c++");
    CHECK(bench.to("alice+@example.test") == "alice@example.test ");
    CHECK(bench.to("bob+Lists@example.test") == "550");
    CHECK(bench.to("+alice@example.test") == "550");
    CHECK(bench.route("alice+Lists@example.test").recipient.address.to_string() == "alice+Lists@example.test");
}

TEST_CASE("the delimiter is what the configuration says, and there may be none", "[mta][route]") {
    Bench bench;
    CHECK(bench.to("alice-Lists@example.test", "-") == "alice@example.test Lists");
    CHECK(bench.to("alice+Lists@example.test", "-") == "550");
    CHECK(bench.to("alice+Lists@example.test", "") == "550");
}

TEST_CASE("an address of its own goes before a folder, a folder before who catches all", "[mta][route]") {
    Bench bench;
    bench.directory.add_user("bob@example.test", "x", "store-b.example.test");
    bench.directory.add_user("alice+work@example.test", "x", "store-b.example.test");
    bench.directory.set_catch_all("example.test", "bob@example.test");
    CHECK(bench.to("alice+work@example.test") == "alice+work@example.test ");
    CHECK(bench.to("alice+Work2@example.test") == "alice@example.test Work2");
    CHECK(bench.to("carol+x@example.test") == "bob@example.test ");
    CHECK(bench.to("carol@example.test") == "bob@example.test ");
}

TEST_CASE("a status stops mail to a folder too, and an unknown answer is never absent", "[mta][route]") {
    Bench bench;
    bench.directory.add_user("off@example.test", "x", "store-a.example.test").status = ldap::Status::disabled;
    CHECK(bench.to("off+x@example.test") == "550");
    CHECK(smtp::one_line(bench.route("off+x@example.test").reply).find("5.2.1") != std::string::npos);
    bench.directory.set_down(true);
    CHECK(bench.to("alice+x@example.test") == "451");
    bench.directory.set_down(false);
    bench.directory.set_unanswered("alice@example.test");
    CHECK(bench.to("alice+x@example.test") == "451");
    bench.directory.set_catch_all("example.test", "off@example.test");
    CHECK(bench.to("alice+x@example.test") == "451");
}
