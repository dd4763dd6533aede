#include "common/base/text.h"
#include "tests/unit/mmp/proxy_bench.h"

using namespace helio;
using namespace helio::test;
using namespace std::string_literals;

namespace {

const std::string proxy_plain = base::base64_encode("alice@example.test\0mmp\0"s);

/// A store that lets alice in and then speaks `more`.
Lines welcoming(Lines more = {}) {
    Lines script = {"S: * OK [CAPABILITY IMAP4rev1 SASL-IR] store ready",
                    "C: p1 ID (\"x-session-id\" \"session1\" \"x-originating-ip\" \"192.0.2.7\" \"x-originating-port\" "
                    "\"40001\" \"x-connected-ip\" \"198.51.100.1\" \"x-connected-port\" \"143\" \"x-proxy-ttl\" \"5\")",
                    "C: p2 AUTHENTICATE PLAIN " + proxy_plain,
                    "S: * ID NIL",
                    "S: p1 OK ID completed",
                    "S: p2 OK [CAPABILITY IMAP4rev1 IDLE MOVE] Logged in"};
    script.insert(script.end(), more.begin(), more.end());
    return script;
}

}  // namespace

TEST_CASE("a LOGIN ends up at the user's store and is answered under the client's tag", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.dialer.expect(welcoming({"C: a2 NOOP", "S: a2 OK done"}));
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice",
                           "S: a1 OK [CAPABILITY IMAP4rev1 IDLE MOVE] Logged in", "C: a2 NOOP", "S: a2 OK done"});
    CHECK(proxy.dialer.last_target().host.to_string() == "10.0.0.1:143");
    CHECK(proxy.sessions.size() == 0);
    // One look-up that gave user and mailhost, one bind.
    CHECK(proxy.directory.questions() == 2);
}

TEST_CASE("commands pipelined behind LOGIN reach the store", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.dialer.expect(welcoming({"C: a2 SELECT INBOX", "C: a3 FETCH 1 ALL", "S: a2 OK", "S: a3 OK"}));
    proxy.run(proxy.imap,
              {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice\r\na2 SELECT INBOX\r\na3 FETCH 1 ALL",
               "S: a1 OK [CAPABILITY IMAP4rev1 IDLE MOVE] Logged in", "S: a2 OK", "S: a3 OK"});
}

TEST_CASE("untagged data pipelined behind the store's OK reaches the client", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.dialer.expect({"S: * OK ready", "C: p1 ID *", "C: p2 AUTHENTICATE *",
                         "S: p1 OK\r\np2 OK welcome\r\n* OK [ALERT] disk is nearly full"});
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice", "S: a1 OK Logged in",
                           "S: * OK [ALERT] disk is nearly full", "S: (closed)"});
}

TEST_CASE("AUTHENTICATE works with and without an initial response", "[mmp][imap]") {
    const auto message = base::base64_encode("\0alice@example.test\0secret-alice"s);
    const std::string ok = "S: a1 OK [CAPABILITY IMAP4rev1 IDLE MOVE] Logged in";
    ProxyBench proxy;
    for (int i = 0; i < 3; ++i) proxy.dialer.expect(welcoming());
    proxy.run(proxy.imap, {imap_greeting, "C: a1 AUTHENTICATE PLAIN " + message, ok});
    proxy.run(proxy.imap, {imap_greeting, "C: a1 authenticate plain", "S: + ", "C: " + message, ok});
    proxy.run(proxy.imap, {imap_greeting, "C: a1 AUTHENTICATE LOGIN", "S: + VXNlcm5hbWU6",
                           "C: " + base::base64_encode("alice@example.test"), "S: + UGFzc3dvcmQ6",
                           "C: " + base::base64_encode("secret-alice"), ok});
}

TEST_CASE("a cancelled, malformed or unknown AUTHENTICATE is refused and the session goes on", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.run(proxy.imap, {imap_greeting,
                           "C: a1 AUTHENTICATE PLAIN",
                           "S: + ",
                           "C: *",
                           "S: a1 BAD Authentication cancelled",
                           "C: a2 AUTHENTICATE PLAIN",
                           "S: + ",
                           "C: ???",
                           "S: a2 BAD Invalid SASL response",
                           "C: a3 AUTHENTICATE PLAIN AAAA",
                           "S: a3 BAD Invalid SASL response",
                           "C: a4 AUTHENTICATE EXTERNAL =",
                           "S: a4 NO [CANNOT] Unsupported mechanism",
                           "C: a5 AUTHENTICATE GSSAPI",
                           "S: a5 NO [CANNOT] Unsupported mechanism",
                           "C: a6 AUTHENTICATE PLAIN",
                           "S: + ",
                           "C: " + std::string(5000, 'A'),
                           "S: a6 BAD Invalid SASL response",
                           "C: a7 NOOP",
                           "S: a7 OK *"});
    CHECK(proxy.directory.questions() == 0);
}

TEST_CASE("an authorization id other than the user himself is rejected", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.dialer.expect(welcoming());
    const auto own = base::base64_encode("ALICE@example.test\0alice\0secret-alice"s);
    const auto other = base::base64_encode("carol@example.test\0alice@example.test\0secret-alice"s);
    proxy.run(proxy.imap, {imap_greeting, "C: a1 AUTHENTICATE PLAIN " + other,
                           "S: a1 NO [AUTHENTICATIONFAILED] Authentication failed", "C: a2 AUTHENTICATE PLAIN " + own,
                           "S: a2 OK *"});
}

TEST_CASE("wrong password, unknown user and inactive account read the same answer", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.directory.add_user("gone@example.test", "x", "store-a.example.test").status = ldap::Status::deleted;
    const std::string answer = " NO [AUTHENTICATIONFAILED] Authentication failed";
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN alice@example.test wrong", "S: a1" + answer,
                           "C: a2 LOGIN nobody@example.test wrong", "S: a2" + answer, "C: a3 LOGIN gone@example.test x",
                           "S: a3" + answer, "C: a4 LOGIN \"*)(uid=*\" x", "S: a4" + answer, "C: a5 LOGOUT",
                           "S: * BYE *", "S: a5 OK *", "S: (closed)"});
    CHECK(proxy.dialer.dials() == 0);
}

TEST_CASE("a throttled client reads the same answer as for a wrong password", "[mmp][imap]") {
    ProxySettings settings;
    settings.throttle.failures_per_user = 1;
    ProxyBench proxy(settings);
    const std::string answer = " NO [AUTHENTICATIONFAILED] Authentication failed";
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN alice@example.test wrong", "S: a1" + answer,
                           "C: a2 LOGIN alice@example.test secret-alice", "S: a2" + answer});
}

TEST_CASE("too many failed logins end the session", "[mmp][imap]") {
    ProxySettings settings;
    settings.frontend.failed_logins = 2;
    ProxyBench proxy(settings);
    proxy.run(proxy.imap,
              {imap_greeting, "C: a1 LOGIN alice@example.test wrong", "S: a1 NO *",
               "C: a2 LOGIN alice@example.test wrong", "S: a2 NO *", "S: * BYE Too many failed logins", "S: (closed)"});
}

TEST_CASE("a plaintext LOGIN is refused without a look at it unless the network is listed", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.run(proxy.imap,
              {"S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID IDLE LOGINDISABLED] Heliograph ready",
               "C: a1 LOGIN alice@example.test secret-alice", "S: a1 NO [PRIVACYREQUIRED] TLS needed",
               "C: a2 AUTHENTICATE PLAIN AAAA", "S: a2 NO [PRIVACYREQUIRED] TLS needed", "C: a3 STARTTLS",
               "S: a3 BAD STARTTLS is not available"},
              "203.0.113.5");
    CHECK(proxy.directory.questions() == 0);
}

TEST_CASE("a directory without an answer gives UNAVAILABLE", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.directory.set_down(true);
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice",
                           "S: a1 NO [UNAVAILABLE] Temporary failure, try again later"});
}

TEST_CASE("a user without a mailhost, or with an unknown one, gives UNAVAILABLE", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.directory.add_user("homeless@example.test", "x", "");
    proxy.directory.add_user("lost@example.test", "x", "store-z.example.test");
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN homeless@example.test x", "S: a1 NO [UNAVAILABLE] *",
                           "C: a2 LOGIN lost@example.test x", "S: a2 NO [UNAVAILABLE] *"});
    CHECK(proxy.dialer.dials() == 0);
}

TEST_CASE("a user over his sessions reads LIMIT", "[mmp][imap]") {
    ProxySettings settings;
    settings.limits.per_user = 1;
    ProxyBench proxy(settings);
    proxy.dialer.expect_by_hand();
    auto first = proxy.connect(proxy.imap);
    auto store = std::unique_ptr<net::Wire>();
    proxy.bench.start(talk(*first, Role::client, {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice"}));
    proxy.bench.run_ready();
    store = proxy.dialer.take_by_hand();
    REQUIRE(store);
    proxy.bench.start(
        talk(*store, Role::server, {"S: * OK ready", "C: p1 ID *", "C: p2 AUTH*", "S: p1 OK", "S: p2 OK in"}));
    proxy.bench.run_ready();
    auto second = proxy.connect(proxy.imap);
    proxy.bench.start(talk(*second, Role::client,
                           {imap_greeting, "C: a1 LOGIN alice@example.test secret-alice",
                            "S: a1 NO [LIMIT] Too many sessions of this user"}));
    proxy.bench.run_ready();
    first.reset();
    second.reset();
    store.reset();
    proxy.bench.finish();
    CHECK(proxy.dialer.dials() == 1);
}
