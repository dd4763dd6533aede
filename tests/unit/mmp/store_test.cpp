// What the proxy makes of stores: their refusals, failures and oddities.
#include "common/base/text.h"
#include "mmp/backend/health.h"
#include "tests/unit/mmp/proxy_bench.h"

using namespace helio;
using namespace helio::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const Lines failing_login = {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice",
                             "S: a1 NO [UNAVAILABLE] Temporary failure, try again later"};

Lines login_answered(const std::string& answer) {
    return {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice", "S: " + answer};
}

Lines store_answering(const std::string& answer) {
    return {"S: * OK ready", "C: p1 ID *", "C: p2 AUTHENTICATE *", "S: p1 OK", "S: " + answer};
}

}  // namespace

TEST_CASE("a store that can't be reached is tried twice, then the client reads UNAVAILABLE", "[mmp][store]") {
    ProxyBench proxy;
    proxy.run(proxy.imap, failing_login);
    CHECK(proxy.dialer.dials() == 2);
    CHECK(proxy.metrics.print().find("helio_mmp_store_failures_total{mailhost=\"store-a.example.test\"} 2") !=
          std::string::npos);
}

TEST_CASE("a store that hangs up during the login is tried again", "[mmp][store]") {
    ProxyBench proxy;
    proxy.dialer.expect({"S: * OK ready", "C: p1 ID *"});
    proxy.dialer.expect(store_answering("p2 OK welcome"));
    proxy.run(proxy.imap, login_answered("a1 OK Logged in"));
    CHECK(proxy.dialer.dials() == 2);
}

TEST_CASE("a store that fails again and again is left alone for a while, then probed once", "[mmp][store]") {
    ProxyBench proxy;
    for (int i = 0; i < 3; ++i) proxy.run(proxy.imap, failing_login);
    CHECK(proxy.dialer.dials() == 6);
    for (int i = 0; i < 5; ++i) proxy.run(proxy.imap, failing_login);
    CHECK(proxy.dialer.dials() == 6);
    proxy.clock.advance(1s);
    proxy.dialer.expect(store_answering("p2 OK welcome"));
    proxy.run(proxy.imap, login_answered("a1 OK Logged in"));
    proxy.dialer.expect(store_answering("p2 OK welcome"));
    proxy.run(proxy.imap, login_answered("a1 OK Logged in"));
}

TEST_CASE("a dead store doesn't keep users of the other one out", "[mmp][store]") {
    ProxyBench proxy;
    for (int i = 0; i < 4; ++i) proxy.run(proxy.imap, failing_login);
    proxy.dialer.expect(store_answering("p2 OK welcome"));
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN carol@example.test secret-carol", "S: a1 OK Logged in"});
    CHECK(proxy.dialer.last_target().host.to_string() == "10.0.0.2:143");
}

TEST_CASE("the store's refusals that mean something are passed on, the others are UNAVAILABLE", "[mmp][store]") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"p2 NO [INUSE] mailbox locked", "a1 NO [INUSE] The mail store refused the login"},
        {"p2 NO [limit] slow down", "a1 NO [LIMIT] The mail store refused the login"},
        {"p2 NO [AUTHENTICATIONFAILED] who are you", "a1 NO [UNAVAILABLE] Temporary failure, try again later"},
        {"p2 NO whatever", "a1 NO [UNAVAILABLE] Temporary failure, try again later"},
        {"p2 BAD what", "a1 NO [UNAVAILABLE] Temporary failure, try again later"},
        {"* BYE going down", "a1 NO [UNAVAILABLE] Temporary failure, try again later"},
        {"x9 OK not yours", "a1 NO [UNAVAILABLE] Temporary failure, try again later"},
        {"+ ", "a1 NO [UNAVAILABLE] Temporary failure, try again later"},
    };
    for (const auto& [store, client] : rows) {
        INFO(store);
        ProxyBench proxy;
        proxy.dialer.expect(store_answering(store));
        proxy.run(proxy.imap, login_answered(client));
    }
}

TEST_CASE("a store that doesn't believe the proxy isn't marked down for others", "[mmp][store]") {
    ProxyBench proxy;
    for (int i = 0; i < 5; ++i) {
        proxy.dialer.expect(store_answering("p2 NO [AUTHENTICATIONFAILED] no"));
        proxy.run(proxy.imap, failing_login);
    }
    CHECK(proxy.dialer.dials() == 5);
}

TEST_CASE("strange greetings are failures of the store", "[mmp][store]") {
    for (const auto* greeting : {"S: * BYE full", "S: * PREAUTH hello", "S: +OK POP3", "S: 220 smtp", "S: "}) {
        INFO(greeting);
        ProxyBench proxy;
        proxy.dialer.expect({greeting});
        proxy.run(proxy.imap, failing_login);
    }
}

TEST_CASE("a store that talks without end is cut off", "[mmp][store]") {
    ProxyBench proxy;
    Lines script = {"S: * OK ready", "C: p1 ID *", "C: p2 AUTH*"};
    for (int i = 0; i < 64; ++i) script.push_back("S: * OK chatter");
    proxy.dialer.expect(script);
    proxy.run(proxy.imap, failing_login);
}

TEST_CASE("a store without SASL-IR gets the response when it asks for it", "[mmp][store]") {
    ProxyBench proxy;
    proxy.dialer.expect({"S: * OK [CAPABILITY IMAP4rev1] ready", "C: p1 ID *", "C: p2 AUTHENTICATE PLAIN",
                         "S: p1 BAD unknown", "S: + ", "C: " + base::base64_encode("alice@example.test\0mmp\0"s),
                         "S: * CAPABILITY IMAP4rev1 QUOTA", "S: p2 OK fine"});
    proxy.run(proxy.imap, login_answered("a1 OK [CAPABILITY IMAP4rev1 QUOTA] Logged in"));
}

TEST_CASE("nothing but printable capabilities of the store's line go on to the client", "[mmp][store]") {
    ProxyBench proxy;
    proxy.dialer.expect(store_answering("p2 OK [CAPABILITY IMAP4rev1 \x01\xff] Logged in"));
    proxy.run(proxy.imap, login_answered("a1 OK Logged in"));
}

TEST_CASE("the proxy can log in by EXTERNAL", "[mmp][store]") {
    ProxySettings settings;
    settings.stores.identity.mechanism = mmp::ProxyLogin::external;
    ProxyBench proxy(settings);
    proxy.dialer.expect({"S: * OK ready", "C: p1 ID *",
                         "C: p2 AUTHENTICATE EXTERNAL " + base::base64_encode("alice@example.test"), "S: p1 OK",
                         "S: p2 OK in"});
    proxy.run(proxy.imap, login_answered("a1 OK Logged in"));
}

TEST_CASE("a circuit opens at its limit and later lets one probe through", "[mmp][store]") {
    ManualClock clock;
    mmp::Health health({.failures = 2, .open_for = 5s, .entries = 10}, clock);
    CHECK(health.may_try("a"));
    CHECK_FALSE(health.failed("a"));
    CHECK(health.may_try("a"));
    CHECK(health.failed("a"));
    CHECK_FALSE(health.may_try("a"));
    CHECK(health.may_try("b"));
    CHECK_FALSE(health.failed("a"));  // a try from before
    clock.advance(5s);
    CHECK(health.may_try("a"));
    CHECK_FALSE(health.may_try("a"));  // the probe is under way
    CHECK_FALSE(health.failed("a"));   // said already
    clock.advance(4999ms);
    CHECK_FALSE(health.may_try("a"));
    clock.advance(1ms);
    CHECK(health.may_try("a"));
    CHECK(health.open_count() == 1);
    health.succeeded("a");
    CHECK(health.open_count() == 0);
    CHECK(health.may_try("a"));
    CHECK(health.may_try("a"));
}

TEST_CASE("the table of circuits is bounded", "[mmp][store]") {
    ManualClock clock;
    mmp::Health health({.failures = 1, .open_for = 5s, .entries = 3}, clock);
    for (int i = 0; i < 100; ++i) health.failed("host" + std::to_string(i));
    CHECK(health.open_count() <= 3);
}
