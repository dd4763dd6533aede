#include "common/base/text.h"
#include "tests/unit/mmp/proxy_bench.h"

using namespace helio;
using namespace helio::test;
using namespace std::string_literals;

namespace {

constexpr const char* greeting = "S: +OK Heliograph ready";

Lines welcoming(Lines more = {}) {
    Lines script = {"S: +OK store ready", "C: XCLIENT ADDR=192.0.2.7 PORT=40001 SESSION=session1",
                    "C: AUTH PLAIN " + base::base64_encode("alice@example.test\0mmp\0"s), "S: +OK", "S: +OK Logged in"};
    script.insert(script.end(), more.begin(), more.end());
    return script;
}

}  // namespace

TEST_CASE("USER and PASS end up at the user's store", "[mmp][pop]") {
    ProxyBench proxy;
    proxy.dialer.expect(welcoming({"C: STAT", "S: +OK 0 0", "C: QUIT", "S: +OK"}));
    proxy.run(proxy.pop, {greeting, "C: USER alice@example.test", "S: +OK*", "C: PASS secret-alice", "S: +OK Logged in",
                          "C: STAT", "S: +OK 0 0", "C: QUIT", "S: +OK", "S: (closed)"});
    CHECK(proxy.dialer.last_target().host.to_string() == "10.0.0.1:110");
}

TEST_CASE("pipelined POP3 commands behind PASS reach the store", "[mmp][pop]") {
    ProxyBench proxy;
    proxy.dialer.expect(welcoming({"C: STAT", "C: UIDL", "S: +OK 0 0", "S: +OK", "S: ."}));
    proxy.run(proxy.pop, {greeting, "C: USER alice@example.test\r\nPASS secret-alice\r\nSTAT\r\nUIDL", "S: +OK*",
                          "S: +OK Logged in", "S: +OK 0 0", "S: +OK", "S: ."});
}

TEST_CASE("POP3 AUTH works with and without an initial response", "[mmp][pop]") {
    const auto message = base::base64_encode("\0alice@example.test\0secret-alice"s);
    ProxyBench proxy;
    for (int i = 0; i < 3; ++i) proxy.dialer.expect(welcoming());
    proxy.run(proxy.pop, {greeting, "C: AUTH PLAIN " + message, "S: +OK Logged in"});
    proxy.run(proxy.pop, {greeting, "C: auth plain", "S: + ", "C: " + message, "S: +OK Logged in"});
    proxy.run(proxy.pop,
              {greeting, "C: AUTH LOGIN", "S: + VXNlcm5hbWU6", "C: " + base::base64_encode("alice@example.test"),
               "S: + UGFzc3dvcmQ6", "C: " + base::base64_encode("secret-alice"), "S: +OK Logged in"});
}

TEST_CASE("the POP3 commands before login are answered by the proxy itself", "[mmp][pop]") {
    ProxyBench proxy;
    proxy.run(proxy.pop, {greeting,
                          "C: CAPA",
                          "S: +OK*",
                          "S: TOP",
                          "S: UIDL",
                          "S: RESP-CODES",
                          "S: AUTH-RESP-CODE",
                          "S: PIPELINING",
                          "S: LANG",
                          "S: UTF8 USER",
                          "S: USER",
                          "S: SASL PLAIN LOGIN",
                          "S: IMPLEMENTATION Heliograph",
                          "S: .",
                          "C: APOP alice c4c9334bac560ecc979e58001b3e22fb",
                          "S: -ERR APOP is not available here",
                          "C: STAT",
                          "S: -ERR Not possible before login",
                          "C: PASS early",
                          "S: -ERR USER first",
                          "C: USER",
                          "S: -ERR USER needs a name",
                          "C: AUTH",
                          "S: +OK",
                          "S: PLAIN",
                          "S: LOGIN",
                          "S: .",
                          "C: AUTH CRAM-MD5",
                          "S: -ERR Unsupported mechanism",
                          "C: AUTH PLAIN",
                          "S: + ",
                          "C: *",
                          "S: -ERR Authentication cancelled",
                          "C: QUIT",
                          "S: +OK Bye",
                          "S: (closed)"});
    CHECK(proxy.directory.questions() == 0);
}

TEST_CASE("POP3 refusals are worded alike and temporary failures are marked", "[mmp][pop]") {
    ProxyBench proxy;
    proxy.directory.add_user("gone@example.test", "x", "store-a.example.test").status = ldap::Status::disabled;
    Lines lines = {greeting};
    for (const auto* user : {"alice@example.test", "nobody@example.test", "gone@example.test"}) {
        lines.insert(lines.end(), {"C: USER "s + user, "S: +OK*", "C: PASS x", "S: -ERR [AUTH] Authentication failed"});
    }
    proxy.run(proxy.pop, lines);
    proxy.directory.set_down(true);
    proxy.run(proxy.pop, {greeting, "C: USER alice@example.test", "S: +OK*", "C: PASS secret-alice",
                          "S: -ERR [SYS/TEMP] Temporary failure, try again later"});
    proxy.directory.set_down(false);
    proxy.dialer.expect({"S: +OK ready", "C: XCLIENT *", "C: AUTH *", "S: -ERR what", "S: -ERR [IN-USE] locked"});
    proxy.run(proxy.pop, {greeting, "C: USER alice@example.test", "S: +OK*", "C: PASS secret-alice",
                          "S: -ERR [IN-USE] The mail store refused the login"});
    // carol's store has no POP3 endpoint.
    proxy.run(proxy.pop, {greeting, "C: USER carol@example.test", "S: +OK*", "C: PASS secret-carol",
                          "S: -ERR [SYS/TEMP] Temporary failure, try again later"});
}

TEST_CASE("a POP3 password may hold spaces", "[mmp][pop]") {
    ProxyBench proxy;
    proxy.directory.add_user("dave@example.test", " two  spaces ", "store-a.example.test");
    proxy.dialer.expect({"S: +OK ready", "C: XCLIENT *", "C: AUTH *", "S: +OK", "S: +OK"});
    proxy.run(proxy.pop,
              {greeting, "C: USER dave@example.test", "S: +OK*", "C: PASS  two  spaces ", "S: +OK Logged in"});
}

TEST_CASE("plaintext POP3 logins are refused without a look at them", "[mmp][pop]") {
    ProxyBench proxy;
    proxy.run(
        proxy.pop,
        {greeting, "C: USER alice@example.test", "S: -ERR TLS needed", "C: PASS secret-alice", "S: -ERR TLS needed",
         "C: AUTH PLAIN AAAA", "S: -ERR TLS needed", "C: STLS", "S: -ERR STLS is not available"},
        "203.0.113.5");
    CHECK(proxy.directory.questions() == 0);
}

TEST_CASE("POP3 garbage and over-long lines are refused and counted", "[mmp][pop]") {
    ProxySettings settings;
    settings.frontend.bad_commands = 4;
    ProxyBench proxy(settings);
    proxy.run(proxy.pop,
              {greeting, "C: \x01\x02\x03", "S: -ERR Bad command", "C: " + std::string(13'000, 'x'),
               "S: -ERR Line too long", "C: ST\0AT"s, "S: -ERR *", "C: VERYLONG", "S: -ERR *", "S: (closed)"});
}

TEST_CASE("a POP3 client that doesn't log in in time is told so", "[mmp][pop]") {
    ProxySettings settings;
    settings.frontend.login_time = std::chrono::milliseconds(1);
    ProxyBench proxy(settings);
    proxy.run(proxy.pop, {greeting, "S: -ERR Login took too long", "S: (closed)"});
}

TEST_CASE("a long user name is sent to the POP3 store when it asks", "[mmp][pop]") {
    const std::string user = std::string(250, 'u') + "@example.test";
    ProxyBench proxy;
    proxy.directory.add_user(user, "x", "store-a.example.test");
    proxy.dialer.expect({"S: +OK ready", "C: XCLIENT *", "C: AUTH PLAIN", "S: +OK", "S: + ",
                         "C: " + base::base64_encode(user + "\0mmp\0"s), "S: +OK"});
    proxy.run(proxy.pop, {greeting, "C: USER " + user, "S: +OK*", "C: PASS x", "S: +OK Logged in"});
}

TEST_CASE("UTF8 goes on to the store with the login, LANG is answered here", "[mmp][pop]") {
    ProxyBench proxy;
    proxy.dialer.expect(
        {"S: +OK store ready", "C: UTF8", "C: XCLIENT *", "C: AUTH PLAIN *", "S: +OK", "S: +OK", "S: +OK Logged in"});
    proxy.run(proxy.pop, {greeting, "C: LANG", "S: +OK*", "S: i-default*", "S: en*", "S: .", "C: LANG en", "S: +OK en*",
                          "C: LANG fr", "S: -ERR*", "C: UTF8", "S: +OK UTF8 enabled", "C: USER alice@example.test",
                          "S: +OK*", "C: PASS secret-alice", "S: +OK Logged in"});
    proxy.dialer.expect({"S: +OK store ready", "C: UTF8", "C: XCLIENT *", "C: AUTH PLAIN *", "S: -ERR what",
                         "S: -ERR what", "S: +OK Logged in"});  // a store that knows neither serves as well
    proxy.run(proxy.pop, {greeting, "C: UTF8", "S: +OK*", "C: USER alice@example.test", "S: +OK*",
                          "C: PASS secret-alice", "S: +OK Logged in"});
}
