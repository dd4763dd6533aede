#include "tests/unit/mmp/proxy_bench.h"

using namespace helio;
using namespace helio::test;
using namespace std::string_literals;

TEST_CASE("the commands before login are answered by the proxy itself", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.run(proxy.imap,
              {imap_greeting, "C: a1 CAPABILITY",
               "S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID IDLE AUTH=PLAIN AUTH=LOGIN", "S: a1 OK *",
               "C: a2 noop", "S: a2 OK *", "C: a3 ID (\"name\" \"x\")", "S: * ID (\"name\" \"Heliograph\")",
               "S: a3 OK *", "C: a4 LOGOUT", "S: * BYE *", "S: a4 OK LOGOUT completed", "S: (closed)"});
    CHECK(proxy.dialer.dials() == 0);
}

TEST_CASE("commands that need a login and nonsense are answered BAD, with the tag where there is one", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.run(proxy.imap, {imap_greeting, "C: a1 SELECT INBOX", "S: a1 BAD Log in first", "C: a2 XYZZY", "S: a2 BAD *",
                           "C: ", "S: * BAD *", "C: a4 LOGIN onlyone", "S: a4 BAD *", "C: \x80\xff garbage",
                           "S: * BAD *", "C: a6 NO\0OP"s, "S: a6 BAD *", "C: a7 NOOP", "S: a7 OK *"});
}

TEST_CASE("too many bad commands end the session", "[mmp][imap]") {
    ProxySettings settings;
    settings.frontend.bad_commands = 3;
    ProxyBench proxy(settings);
    proxy.run(proxy.imap, {imap_greeting, "C: GET / HTTP/1.1\r\nHost: x\r\nAccept: y\r\nMore: z", "S: GET BAD *",
                           "S: Host: BAD *", "S: Accept: BAD *", "S: * BYE Too many bad commands", "S: (closed)"});
}

TEST_CASE("an over-long line is refused and the next command is served", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN " + std::string(8192, 'x'), "S: a1 BAD *",
                           "C: " + std::string(100'000, 'y'), "S: *", "C: a2 NOOP", "S: a2 OK *"});
}

TEST_CASE("LOGIN takes its arguments as literals of both kinds", "[mmp][imap]") {
    ProxyBench proxy;
    const std::string answer = " NO [AUTHENTICATIONFAILED] Authentication failed";
    proxy.run(proxy.imap, {imap_greeting, "C: a1 LOGIN {18}", "S: + *", "C: alice@example.test {5}", "S: + *",
                           "C: wrong", "S: a1" + answer, "C: a2 LOGIN {18+}\r\nalice@example.test {5+}\r\nwrong",
                           "S: a2" + answer, "C: a3 LOGIN \"al\\\"ice\" {0+}\r\n", "S: a3" + answer});
}

TEST_CASE("a huge literal is refused without being buffered", "[mmp][imap]") {
    ProxyBench proxy;
    proxy.run(proxy.imap,
              {imap_greeting, "C: a1 LOGIN {1000000000}", "S: a1 BAD *",
               "C: a2 LOGIN {5000+}\r\n" + std::string(5000, 'z') + " x", "S: a2 BAD *", "C: a3 NOOP", "S: a3 OK *"});
}

TEST_CASE("a client that doesn't log in in time reads BYE", "[mmp][imap]") {
    ProxySettings settings;
    settings.frontend.login_time = std::chrono::milliseconds(1);
    ProxyBench proxy(settings);
    proxy.run(proxy.imap, {imap_greeting, "S: * BYE Login took too long", "S: (closed)"});
}

TEST_CASE("a dialogue fed byte by byte is answered like one in whole lines", "[mmp][imap]") {
    ProxyBench proxy;
    auto client = proxy.connect(proxy.imap);
    const std::string input = "a1 CAPABILITY\r\na2 LOGIN {5}\r\nalice {1+}\r\nx\r\na3 LOGOUT\r\n";
    for (const char c : input) {
        client->queue({&c, 1});
        auto flush = [](net::Wire& wire) -> Task<> {
            auto sent = co_await wire.flush(net::never);
            REQUIRE_OK(sent);
        };
        proxy.bench.start(flush(*client));
        proxy.bench.run_ready();
    }
    proxy.bench.start(talk(*client, Role::client,
                           {imap_greeting, "S: * CAPABILITY *", "S: a1 OK *", "S: + *", "S: a2 NO *", "S: * BYE *",
                            "S: a3 OK *", "S: (closed)"}));
    proxy.bench.finish();
}
