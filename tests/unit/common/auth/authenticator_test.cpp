#include "common/auth/authenticator.h"

#include <chrono>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/fake_directory.h"
#include "tests/support/manual_clock.h"

using namespace helio;
using namespace std::chrono_literals;
using auth::Verdict;

namespace {

struct Bench {
    explicit Bench(auth::ThrottleConfig its_config = quick()) : config(its_config) {
        directory.add_user("alice@example.test", "secret-alice", "store-a.example.test");
        directory.add_user("bob@example.test", "secret-bob", "store-b.example.test");
    }
    static auth::ThrottleConfig quick() {
        return {.failures_per_address = 4, .failures_per_user = 3, .window = 60s, .delay = 0ms, .entries = 100};
    }

    auth::Login login(std::string name, std::string password, std::string_view from = "192.0.2.1",
                      std::string service = "imap") {
        auth::Login result;
        worker.run_until_done(ask(*this, result, name, password, *net::Address::parse(from), service));
        return result;
    }
    static Task<> ask(Bench& bench, auth::Login& into, std::string name, std::string password, net::Address from,
                      std::string service) {
        auto answer = co_await bench.authenticator.login(
            name, base::Secret(password), auth::Peer{.service = service, .client = from, .plaintext = true});
        into = std::move(answer);
    }

    net::Worker worker;
    test::ManualClock clock;
    test::FakeDirectory directory;
    auth::ThrottleConfig config;
    logging::Logger log{{.level = logging::Level::error, .format = {}, .file = "/dev/null"}, "test"};
    base::Registry metrics;
    auth::Authenticator authenticator{directory, config, log, metrics, clock};
};

}  // namespace

TEST_CASE("the right password gives the user", "[auth]") {
    Bench bench;
    const auto login = bench.login("alice@example.test", "secret-alice");
    CHECK(login.verdict == Verdict::ok);
    REQUIRE(login.user);
    CHECK(login.user->store_name() == "alice@example.test");
    CHECK(login.user->mail_host == "store-a.example.test");
}

TEST_CASE("wrong password, unknown user and inactive account are rejected alike", "[auth]") {
    Bench bench;
    bench.directory.add_user("gone@example.test", "x", "store-a.example.test").status = ldap::Status::disabled;
    const auto wrong = bench.login("alice@example.test", "wrong");
    const auto absent = bench.login("nobody@example.test", "x");
    const auto inactive = bench.login("gone@example.test", "x");
    for (const auto* login : {&wrong, &absent, &inactive}) {
        CHECK(login->verdict == Verdict::rejected);
        CHECK_FALSE(login->user);
    }
    CHECK(wrong.reason == "wrong password");
    CHECK(absent.reason == "no such user");
    CHECK(inactive.reason == "status disabled");
    // Each of the three asked for the entry and for the bind, the unknown user too.
    CHECK(bench.directory.questions() == 6);
}

TEST_CASE("hold and overquota may log in, other states may not", "[auth]") {
    Bench bench;
    auto& user = bench.directory.add_user("carol@example.test", "c", "store-a.example.test");
    const std::vector<std::pair<ldap::Status, Verdict>> rows = {
        {ldap::Status::active, Verdict::ok},        {ldap::Status::hold, Verdict::ok},
        {ldap::Status::overquota, Verdict::ok},     {ldap::Status::inactive, Verdict::rejected},
        {ldap::Status::deleted, Verdict::rejected}, {ldap::Status::removed, Verdict::rejected},
    };
    for (const auto& [status, verdict] : rows) {
        user.status = status;
        CHECK(bench.login("carol@example.test", "c").verdict == verdict);
    }
}

TEST_CASE("a directory without an answer is unavailable and costs no failure", "[auth]") {
    Bench bench;
    bench.directory.set_down(true);
    for (int i = 0; i < 20; ++i) CHECK(bench.login("alice@example.test", "wrong").verdict == Verdict::unavailable);
    bench.directory.set_down(false);
    CHECK(bench.login("alice@example.test", "secret-alice").verdict == Verdict::ok);
}

TEST_CASE("hostile names and empty passwords never reach the directory", "[auth]") {
    using namespace std::string_literals;
    Bench bench({.failures_per_address = 0, .failures_per_user = 0, .window = 60s, .delay = 0ms, .entries = 10});
    CHECK(bench.login("alice@example.test", "").verdict == Verdict::rejected);
    CHECK(bench.login("", "x").verdict == Verdict::rejected);
    CHECK(bench.login("alice\0"s, "x").verdict == Verdict::rejected);
    CHECK(bench.login("alice\r\nfoo", "x").verdict == Verdict::rejected);
    CHECK(bench.login("al\xff", "x").verdict == Verdict::rejected);
    CHECK(bench.login(std::string(513, 'a'), "x").verdict == Verdict::rejected);
    CHECK(bench.login("alice@example.test", std::string(1025, 'x')).verdict == Verdict::rejected);
    CHECK(bench.login("alice@example.test", "a\0b"s).verdict == Verdict::rejected);
    CHECK(bench.directory.questions() == 0);
}

TEST_CASE("guessing is throttled by address without asking the directory", "[auth]") {
    Bench bench;
    for (int i = 0; i < 4; ++i) CHECK(bench.login("user" + std::to_string(i), "x").verdict == Verdict::rejected);
    const auto asked = bench.directory.questions();
    CHECK(bench.login("alice@example.test", "secret-alice").verdict == Verdict::throttled);
    CHECK(bench.directory.questions() == asked);
    CHECK(bench.login("alice@example.test", "secret-alice", "192.0.2.2").verdict == Verdict::ok);
    bench.clock.advance(60s);
    CHECK(bench.login("alice@example.test", "secret-alice").verdict == Verdict::ok);
}

TEST_CASE("an IPv6 client is throttled with its whole /64", "[auth]") {
    Bench bench;
    for (int i = 1; i <= 4; ++i) {
        bench.login("user" + std::to_string(i), "x", "2001:db8:0:1::" + std::to_string(i));
    }
    CHECK(bench.login("bob@example.test", "secret-bob", "2001:db8:0:1:ffff::9").verdict == Verdict::throttled);
    CHECK(bench.login("bob@example.test", "secret-bob", "2001:db8:0:2::9").verdict == Verdict::ok);
}

TEST_CASE("guessing at one user is throttled from all addresses and under all names", "[auth]") {
    Bench bench;
    CHECK(bench.login("alice", "1", "192.0.2.11").verdict == Verdict::rejected);
    CHECK(bench.login("ALICE@example.test", "2", "192.0.2.12").verdict == Verdict::rejected);
    CHECK(bench.login("alice@Example.Test", "3", "192.0.2.13").verdict == Verdict::rejected);
    CHECK(bench.login("alice@example.test", "secret-alice", "192.0.2.14").verdict == Verdict::throttled);
    CHECK(bench.login("alice", "secret-alice", "192.0.2.15").verdict == Verdict::throttled);
    CHECK(bench.login("bob@example.test", "secret-bob", "192.0.2.15").verdict == Verdict::ok);
}

TEST_CASE("a user guessed at from elsewhere still gets in from where he is known", "[auth]") {
    Bench bench;
    CHECK(bench.login("alice", "secret-alice", "192.0.2.1").verdict == Verdict::ok);
    for (int i = 0; i < 5; ++i) bench.login("alice@example.test", "x", "198.51.100." + std::to_string(i));
    CHECK(bench.login("alice@example.test", "secret-alice", "198.51.100.99").verdict == Verdict::throttled);
    CHECK(bench.login("alice", "secret-alice", "192.0.2.1").verdict == Verdict::ok);
    CHECK(bench.login("alice@example.test", "secret-alice", "192.0.2.1").verdict == Verdict::ok);
}

TEST_CASE("refusals are answered after the delay, successes at once", "[auth]") {
    auto config = Bench::quick();
    config.delay = 40ms;
    Bench bench(config);
    const auto timed = [&](const std::string& name, const std::string& password) {
        const auto began = std::chrono::steady_clock::now();
        bench.login(name, password);
        return std::chrono::steady_clock::now() - began;
    };
    CHECK(timed("alice@example.test", "wrong") >= 40ms);
    CHECK(timed("nobody@example.test", "wrong") >= 40ms);
    CHECK(timed("alice@example.test", "") >= 40ms);
    CHECK(timed("bob@example.test", "secret-bob") < 40ms);
}

TEST_CASE("logins are counted by service and result", "[auth]") {
    Bench bench;
    bench.login("alice@example.test", "secret-alice", "192.0.2.1", "pop3");
    bench.login("alice@example.test", "x", "192.0.2.1", "pop3");
    const auto page = bench.metrics.print();
    CHECK(page.find("helio_auth_logins_total{service=\"pop3\",result=\"ok\"} 1") != std::string::npos);
    CHECK(page.find("helio_auth_logins_total{service=\"pop3\",result=\"rejected\"} 1") != std::string::npos);
    CHECK(page.find("alice") == std::string::npos);
}

TEST_CASE("the throttle's keys are read from the configuration", "[auth]") {
    const auto document = config::Document::parse(
        "failures_per_address = 5\nfailures_per_user = 6\nwindow = \"1m\"\ndelay = \"100ms\"\n", "t");
    const auto config = auth::read_throttle_config(document.root());
    document.finish();
    CHECK(config.failures_per_address == 5);
    CHECK(config.failures_per_user == 6);
    CHECK(config.window == 60s);
    CHECK(config.delay == 100ms);
    CHECK_THROWS_AS(auth::read_throttle_config(config::Document::parse("delay = \"2m\"\n", "t").root()),
                    config::ConfigError);
}
