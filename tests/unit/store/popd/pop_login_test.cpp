// Who may log in to POP3 and how; the sessions themselves are in pop_session_test.cpp.
#include "common/base/text.h"
#include "tests/support/catch.h"
#include "tests/unit/store/popd/pop_bench.h"

using namespace helio;
using namespace helio::test;

TEST_CASE("wrong password and unknown user look alike, a dead directory is temporary", "[store][pop3]") {
    PopBench bench;
    bench.talk({"S: +OK Heliograph POP3 ready", "C: USER alice", "S: +OK Send PASS", "C: PASS wrong",
                "S: -ERR [AUTH] Authentication failed", "C: USER nobody", "S: +OK Send PASS", "C: PASS secret",
                "S: -ERR [AUTH] Authentication failed", "C: PASS secret", "S: -ERR Send USER first", "C: STAT",
                "S: -ERR Not allowed in this state"});
    bench.directory.set_down(true);
    bench.talk({"S: +OK Heliograph POP3 ready", "C: USER alice", "S: +OK Send PASS", "C: PASS secret",
                "S: -ERR [SYS/TEMP] Temporary authentication failure"});
}

TEST_CASE("a user of another mailhost is sent away", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.mailhost = "store-a.example.test";
    PopBench bench(config);
    bench.talk({"S: +OK Heliograph POP3 ready", "C: USER bob", "S: +OK Send PASS", "C: PASS secret",
                "S: -ERR [SYS/PERM] Your mailbox is on another server"});
}

TEST_CASE("AUTH takes PLAIN and LOGIN with and without an initial response", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    const auto plain = base::base64_encode(std::string_view("\0alice\0secret", 13));
    bench.talk({"S: +OK Heliograph POP3 ready", "C: AUTH PLAIN " + plain, "S: +OK 2 messages"});
    bench.talk({"S: +OK Heliograph POP3 ready", "C: AUTH PLAIN", "S: + ", "C: " + plain, "S: +OK 2 messages"});
    bench.talk({"S: +OK Heliograph POP3 ready", "C: auth login", "S: + VXNlcm5hbWU6",
                "C: YWxpY2U=", "S: + UGFzc3dvcmQ6", "C: c2VjcmV0", "S: +OK 2 messages"});
    bench.talk({"S: +OK Heliograph POP3 ready", "C: AUTH", "S: +OK Mechanisms follow", "S: PLAIN", "S: LOGIN", "S: .",
                "C: AUTH PLAIN", "S: + ", "C: *", "S: -ERR Authentication cancelled", "C: AUTH PLAIN !!!",
                "S: -ERR Malformed response", "C: AUTH X-NONE", "S: -ERR Unsupported authentication mechanism",
                "C: AUTH EXTERNAL =", "S: -ERR Unsupported authentication mechanism"});
    const auto other = base::base64_encode(std::string_view("bob\0alice\0secret", 16));
    bench.talk({"S: +OK Heliograph POP3 ready", "C: AUTH PLAIN " + other,
                "S: -ERR [AUTH] Acting as another user is not allowed"});
}

TEST_CASE("no password passes without TLS unless configured", "[store][pop3]") {
    PopBench bench{store::PopConfig()};
    bench.talk({"S: +OK Heliograph POP3 ready",
                "C: CAPA",
                "S: +OK Capability list follows",
                "S: TOP",
                "S: UIDL",
                "S: RESP-CODES",
                "S: AUTH-RESP-CODE",
                "S: PIPELINING",
                "S: EXPIRE NEVER",
                "S: LANG",
                "S: UTF8 USER",
                "S: IMPLEMENTATION Heliograph",
                "S: .",
                "C: USER alice",
                "S: -ERR Use TLS before logging in",
                "C: AUTH PLAIN",
                "S: -ERR Use TLS before AUTH",
                "C: STLS",
                "S: -ERR TLS is not available here",
                "C: XCLIENT ADDR=192.0.2.1",
                "S: -ERR Unknown command",
                "C: QUIT",
                "S: +OK Bye",
                "END"});
    CHECK(bench.directory.questions() == 0);
}

TEST_CASE("a session that does not log in in time is closed", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.login_timeout = std::chrono::milliseconds(0);
    PopBench bench(config);
    bench.talk({"S: +OK Heliograph POP3 ready", "END"});
}

TEST_CASE("a front end with a listed certificate acts for its users and says whom it serves", "[store][pop3][tls]") {
    test::Certificates certificates;
    const auto server = net::TlsContext::load({.files = certificates.issue({"store-a.example.test"}),
                                               .by_server_name = {},
                                               .ca_file = certificates.ca_file(),
                                               .peer_check = net::PeerCheck::request,
                                               .is_server = true});
    const auto client_of = [&certificates](const std::string& name) {
        return net::TlsContext::load({.files = certificates.issue({name}),
                                      .by_server_name = {},
                                      .ca_file = certificates.ca_file(),
                                      .peer_check = net::PeerCheck::required,
                                      .is_server = false});
    };
    store::PopConfig config;
    config.proxy_names = {"mmp.example.test"};
    PopBench bench(config);
    bench.fill();
    const auto plain = base::base64_encode(std::string_view("alice@example.test\0mmp\0", 23));
    bench.talk_tls(
        {"S: +OK Heliograph POP3 ready", "C: XCLIENT ADDR=192.0.2.7 PORT=1234 SESSION=m17 TTL=5\r\nAUTH PLAIN " + plain,
         "S: +OK Updated", "S: +OK 2 messages", "C: QUIT", "S: +OK Bye"},
        server, client_of("mmp.example.test"));
    const auto name = base::base64_encode("alice@example.test");
    bench.talk_tls({"S: +OK Heliograph POP3 ready", "C: XCLIENT ADDR=x", "S: -ERR Bad ADDR",
                    "C: AUTH EXTERNAL =", "S: -ERR [AUTH] Acting as another user is not allowed",
                    "C: AUTH EXTERNAL " + name, "S: +OK 2 messages"},
                   server, client_of("mmp.example.test"));
    CHECK(bench.directory.questions() == 0);
    bench.talk_tls({"S: +OK Heliograph POP3 ready", "C: XCLIENT ADDR=192.0.2.7", "S: -ERR Unknown command",
                    "C: AUTH EXTERNAL " + name, "S: -ERR Unsupported authentication mechanism",
                    "C: AUTH PLAIN " + plain, "S: -ERR [AUTH] Authentication failed", "C: USER alice",
                    "S: +OK Send PASS", "C: PASS secret", "S: +OK 2 messages"},
                   server, client_of("stranger.example.test"));
}

TEST_CASE("STLS forgets what came before it", "[store][pop3][tls]") {
    test::Certificates certificates;
    auto source = std::make_shared<net::TlsSource>(net::TlsConfig{.files = certificates.issue({"store-a.example.test"}),
                                                                  .by_server_name = {},
                                                                  .ca_file = certificates.ca_file(),
                                                                  .peer_check = net::PeerCheck::none,
                                                                  .is_server = true});
    PopBench bench(store::PopConfig(), source);
    bench.fill();
    auto pair = net::memory_pair();
    net::Wire wire(std::move(pair.client));
    test::Workbench work;
    work.start(bench.session(std::move(pair.server)));
    auto context = net::TlsContext::load({.files = {},
                                          .by_server_name = {},
                                          .ca_file = certificates.ca_file(),
                                          .peer_check = net::PeerCheck::required,
                                          .is_server = false});
    const auto drive = [](net::Wire& its_wire, std::shared_ptr<const net::TlsContext> its_context) -> Task<> {
        const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        co_await PopBench::client(
            its_wire, {"S: +OK Heliograph POP3 ready", "C: STLS\r\nQUIT", "S: +OK Begin TLS negotiation now"});
        auto agreed = co_await its_wire.start_tls_client(its_context, "store-a.example.test", soon);
        REQUIRE_OK(agreed);
        co_await PopBench::client(its_wire, {"C: STLS", "S: -ERR TLS is not available here", "C: USER alice",
                                             "S: +OK Send PASS", "C: PASS secret", "S: +OK 2 messages"});
        its_wire.transport().shutdown_write();
    };
    work.start(drive(wire, context));
    work.finish();
}

TEST_CASE("a user who comes again too soon waits", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.login_delay = std::chrono::minutes(90);
    PopBench bench(config);
    bench.fill();
    bench.talk(logged_in({"C: CAPA", "S: +OK Capability list follows", "S: TOP", "S: UIDL", "S: RESP-CODES",
                          "S: AUTH-RESP-CODE", "S: PIPELINING", "S: EXPIRE NEVER", "S: LANG", "S: LOGIN-DELAY 5400",
                          "S: UTF8 USER", "S: USER", "S: SASL PLAIN LOGIN", "S: IMPLEMENTATION Heliograph", "S: .",
                          "C: QUIT", "S: +OK Bye"}));
    bench.talk({"S: +OK Heliograph POP3 ready", "C: USER alice", "S: +OK Send PASS", "C: PASS secret",
                "S: -ERR [LOGIN-DELAY] Wait before you log in again", "C: USER bob", "S: +OK Send PASS",
                "C: PASS secret", "S: +OK 0 messages"});
}

TEST_CASE("login intervals are kept for each user, the oldest are forgotten", "[store][pop3]") {
    test::ManualClock clock;
    store::LoginIntervals intervals(std::chrono::seconds(60), 2, clock);
    const auto user = [](std::uint32_t number) { return store::UserId{number}; };
    CHECK(intervals.admit(user(1)));
    CHECK_FALSE(intervals.admit(user(1)));
    clock.advance(std::chrono::seconds(59));
    CHECK_FALSE(intervals.admit(user(1)));
    clock.advance(std::chrono::seconds(1));
    CHECK(intervals.admit(user(1)));
    CHECK(intervals.admit(user(2)));
    CHECK(intervals.admit(user(3)));  // user 1 is forgotten
    CHECK(intervals.admit(user(1)));
    CHECK_FALSE(intervals.admit(user(3)));
    store::LoginIntervals none(std::chrono::milliseconds(0), 2, clock);
    CHECK(none.admit(user(1)));
    CHECK(none.admit(user(1)));
}

TEST_CASE("APOP and CRAM-MD5 prove by the stored password where the site lists CRAM-MD5", "[store][pop3]") {
    PopBench bench(PopBench::plain_config(), nullptr, {.mechanisms = {"CRAM-MD5"}});
    bench.fill();
    auto pair = net::memory_pair();
    net::Wire wire(std::move(pair.client));
    test::Workbench work;
    work.start(bench.session(std::move(pair.server)));
    const auto drive = [](net::Wire& client) -> Task<> {
        const auto greeting =
            co_await client.read_line(1000, std::chrono::steady_clock::now() + std::chrono::seconds(20));
        REQUIRE_OK(greeting);
        const auto start = greeting->find('<');
        REQUIRE(start != std::string_view::npos);
        const std::string timestamp(greeting->substr(start));
        const auto digest = [&](const std::string& password) {
            return base::to_hex(hash_of(sasl::Hash::md5, timestamp + password));
        };
        co_await PopBench::client(
            client, {"C: USER alice", "S: -ERR Use TLS before logging in", "C: APOP alice " + digest("guess"),
                     "S: -ERR [AUTH] Authentication failed", "C: APOP nobody " + digest("secret"),
                     "S: -ERR [AUTH] Authentication failed", "C: APOP alice x", "S: -ERR Bad name or digest",
                     "C: APOP alice " + digest("secret"), "S: +OK 2 messages"});
        client.transport().shutdown_write();
    };
    work.start(drive(wire));
    work.finish();
    PopBench usual;
    usual.talk({"S: +OK Heliograph POP3 ready", "C: APOP alice " + std::string(32, '0'),
                "S: -ERR APOP is not available here"});
}

TEST_CASE("LANG lists what there is and UTF8 comes before login", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    bench.talk({"S: +OK Heliograph POP3 ready",
                "C: LANG",
                "S: +OK Language listing follows:",
                "S: i-default Default",
                "S: en English",
                "S: .",
                "C: LANG en-GB",
                "S: +OK en Language is English",
                "C: LANG *",
                "S: +OK i-default Language is the default",
                "C: LANG fr",
                "S: -ERR No such language",
                "C: UTF8",
                "S: +OK UTF8 enabled",
                "C: USER alice",
                "S: +OK Send PASS",
                "C: PASS secret",
                "S: +OK 2 messages",
                "C: UTF8",
                "S: -ERR Not allowed in this state",
                "C: LANG en",
                "S: +OK en Language is English"});
}

TEST_CASE("what is for a login stands in CAPA after it, too", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    bench.talk(logged_in({"C: CAPA", "S: +OK Capability list follows", "S: TOP", "S: UIDL", "S: RESP-CODES",
                          "S: AUTH-RESP-CODE", "S: PIPELINING", "S: EXPIRE NEVER", "S: LANG", "S: UTF8 USER", "S: USER",
                          "S: SASL PLAIN LOGIN", "S: IMPLEMENTATION Heliograph", "S: ."}));
}
