#include "common/base/text.h"
#include "common/storage/errc.h"
#include "tests/support/catch.h"
#include "tests/unit/store/popd/pop_bench.h"

using namespace helio;
using test::PopBench;

namespace {

const std::string one = "Subject: one\r\n\r\nbody\r\n.dot\r\n";  // 28 bytes
const std::string two = "Subject: two\r\n\r\nx";                 // 17 bytes

using Script = std::vector<std::string>;

Script logged_in(Script more, const std::string& welcome = "2 messages") {
    Script script = {"S: +OK Heliograph POP3 ready", "C: USER alice", "S: +OK Send PASS", "C: PASS secret",
                     "S: +OK " + welcome};
    script.insert(script.end(), more.begin(), more.end());
    return script;
}

void fill(PopBench& bench) {
    const auto inbox = bench.fixture.inbox();
    bench.fixture.append(inbox, one);
    bench.fixture.append(inbox, two);
}

std::uint32_t messages(PopBench& bench) { return bench.fixture.store.status(bench.fixture.inbox())->messages; }

/// What UIDL must say of the message with that UID.
std::string unique_id(PopBench& bench, std::uint32_t uid) {
    return store::to_object_id(bench.fixture.message(bench.fixture.inbox(), store::Uid{uid}).email);
}

}  // namespace

TEST_CASE("at the end of the daemon an idle session is told, and marked deletions wait for QUIT", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    const auto talk = [](PopBench& of, net::Wire& wire, Script before, Script after) -> Task<> {
        co_await PopBench::client(wire, std::move(before));
        of.drain();
        co_await PopBench::client(wire, std::move(after));
        wire.transport().shutdown_write();
    };
    const Script told = {"S: -ERR [SYS/TEMP] The server is shutting down", "END"};
    const auto marked = GENERATE(false, true);
    const Script before = marked ? logged_in({"C: DELE 1", "S: +OK Marked to be deleted"})
                                 : logged_in({"C: NOOP", "S: +OK Nothing done"});
    const Script after = marked ? Script{"C: QUIT", "S: +OK Bye", "END"} : told;
    auto pair = net::memory_pair();
    net::Wire wire(std::move(pair.client));
    test::Workbench workbench;
    workbench.start(bench.session(std::move(pair.server)));
    workbench.start(talk(bench, wire, before, after));
    workbench.finish();
    CHECK(messages(bench) == (marked ? 1 : 2));
}

TEST_CASE("a session lists, reads and leaves", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    bench.talk(logged_in({"C: STAT",
                          "S: +OK 2 45",
                          "C: LIST",
                          "S: +OK 2 messages (45 octets)",
                          "S: 1 28",
                          "S: 2 17",
                          "S: .",
                          "C: LIST 2",
                          "S: +OK 2 17",
                          "C: UIDL",
                          "S: +OK Unique ids follow",
                          "S: 1 " + unique_id(bench, 1),
                          "S: 2 " + unique_id(bench, 2),
                          "S: .",
                          "C: UIDL 1",
                          "S: +OK 1 " + unique_id(bench, 1),
                          "C: RETR 1",
                          "S: +OK 28 octets",
                          "S: Subject: one",
                          "S: ",
                          "S: body",
                          "S: ..dot",
                          "S: .",
                          "C: TOP 1 1",
                          "S: +OK Top of the message follows",
                          "S: Subject: one",
                          "S: ",
                          "S: body",
                          "S: .",
                          "C: RETR 2",
                          "S: +OK 17 octets",
                          "S: Subject: two",
                          "S: ",
                          "S: x",
                          "S: .",
                          "C: NOOP",
                          "S: +OK Nothing done",
                          "C: QUIT",
                          "S: +OK Bye",
                          "END"}));
    CHECK(messages(bench) == 2);
}

TEST_CASE("deletions happen at QUIT, durable before its answer", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: DELE 1", "S: -ERR No such message",
                          "C: RETR 1", "S: -ERR No such message", "C: LIST", "S: +OK 1 messages (17 octets)", "S: 2 17",
                          "S: .", "C: STAT", "S: +OK 1 17", "C: QUIT", "S: +OK Bye", "END"}));
    CHECK(messages(bench) == 1);
    bench.talk(logged_in({"C: UIDL 1", "S: +OK 1 " + unique_id(bench, 2)}, "1 messages"));
}

TEST_CASE("RSET and a lost connection delete nothing", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: RSET", "S: +OK 2 messages", "C: STAT",
                          "S: +OK 2 45", "C: QUIT", "S: +OK Bye"}));
    CHECK(messages(bench) == 2);
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted"}));
    CHECK(messages(bench) == 2);
}

TEST_CASE("QUIT says when deletions could not be stored", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    bench.talk(logged_in({"C: NOOP", "S: +OK Nothing done", "C: QUIT", "S: +OK Bye"}));
    bench.fixture.partition->refuse_with(Error{storage::errc::no_space, ""});
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: QUIT",
                          "S: -ERR [SYS/TEMP] Some deleted messages were not removed", "END"}));
    bench.fixture.partition->refuse_with(Error{storage::errc::stopped, ""});
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: QUIT", "END"}));
    bench.fixture.partition->refuse_with(std::nullopt);
    CHECK(messages(bench) == 2);
}

TEST_CASE("RETR marks a message seen at QUIT", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    bench.talk(logged_in(
        {"C: RETR 2", "S: +OK 17 octets", "S: Subject: two", "S: ", "S: x", "S: .", "C: QUIT", "S: +OK Bye"}));
    CHECK(bench.fixture.message(bench.fixture.inbox(), store::Uid{2}).flags.has(store::Flag::seen));
    CHECK_FALSE(bench.fixture.message(bench.fixture.inbox(), store::Uid{1}).flags.has(store::Flag::seen));
}

TEST_CASE("pipelined commands are answered in order", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    bench.talk({"S: +OK Heliograph POP3 ready", "C: USER alice\r\nPASS secret\r\nSTAT\r\nDELE 2\r\nQUIT\r\nSTAT",
                "S: +OK Send PASS", "S: +OK 2 messages", "S: +OK 2 45", "S: +OK Marked to be deleted", "S: +OK Bye",
                "END"});
    CHECK(messages(bench) == 1);
}

TEST_CASE("a second session finds the maildrop in use until the first has ended", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    auto first = net::memory_pair();
    auto second = net::memory_pair();
    net::Wire first_wire(std::move(first.client));
    net::Wire second_wire(std::move(second.client));
    test::Workbench work;
    work.start(bench.session(std::move(first.server)));
    work.start(bench.session(std::move(second.server)));
    const auto drive = [](net::Wire& a, net::Wire& b) -> Task<> {
        co_await PopBench::client(a, logged_in({}));
        co_await PopBench::client(b, {"S: +OK Heliograph POP3 ready", "C: USER alice", "S: +OK Send PASS",
                                      "C: PASS secret", "S: -ERR [IN-USE] Another session has this maildrop open"});
        co_await PopBench::client(a, {"C: QUIT", "S: +OK Bye", "END"});
        co_await PopBench::client(
            b, {"C: USER alice", "S: +OK Send PASS", "C: PASS secret", "S: +OK 2 messages", "C: QUIT", "S: +OK Bye"});
    };
    work.start(drive(first_wire, second_wire));
    work.finish();
}

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
    fill(bench);
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

TEST_CASE("bad commands are told, counted and in the end hung up on", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.bad_commands = 4;
    PopBench bench(config);
    bench.talk({"S: +OK Heliograph POP3 ready", "C: GET / HTTP/1.0", "S: -ERR Unknown command", "C: \tx",
                "S: -ERR Syntax error", "C: STAT 1", "S: -ERR Not allowed in this state", "C: CAPA x",
                "S: -ERR Wrong number of arguments", "C: " + std::string(13'000, 'A'), "S: -ERR Line too long", "END"});
}

TEST_CASE("a session that does not log in in time is closed", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.login_timeout = std::chrono::milliseconds(0);
    PopBench bench(config);
    bench.talk({"S: +OK Heliograph POP3 ready", "END"});
}

TEST_CASE("a large message is streamed through a small pipe", "[store][pop3]") {
    PopBench bench;
    std::string text = "Subject: large\r\n\r\n";
    while (text.size() < 3'000'000) text += ".a line that begins with a dot\r\n";
    bench.fixture.append(bench.fixture.inbox(), text);
    auto pair = net::memory_pair(5'000);
    net::Wire wire(std::move(pair.client));
    test::Workbench work;
    work.start(bench.session(std::move(pair.server)));
    const auto drive = [](net::Wire& its_wire, std::string expected) -> Task<> {
        const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        co_await PopBench::client(its_wire, logged_in({"C: RETR 1"}, "1 messages"));
        auto heading = co_await its_wire.read_line(1'000, soon);
        CHECK(std::string(*heading) == "+OK " + std::to_string(expected.size()) + " octets");
        std::string got;
        for (;;) {
            auto line = co_await its_wire.read_line(1'000, soon);
            REQUIRE_OK(line);
            if (*line == ".") break;
            got += line->starts_with('.') ? line->substr(1) : *line;
            got += "\r\n";
        }
        CHECK(got == expected);
        its_wire.transport().shutdown_write();
    };
    work.start(drive(wire, text));
    work.finish();
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
    fill(bench);
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
    fill(bench);
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

TEST_CASE("a maildrop is shared by several sessions where configured", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.exclusive = false;
    PopBench bench(config);
    fill(bench);
    auto first = net::memory_pair();
    auto second = net::memory_pair();
    net::Wire first_wire(std::move(first.client));
    net::Wire second_wire(std::move(second.client));
    test::Workbench work;
    work.start(bench.session(std::move(first.server)));
    work.start(bench.session(std::move(second.server)));
    const auto drive = [](net::Wire& a, net::Wire& b) -> Task<> {
        co_await PopBench::client(a, logged_in({}));
        co_await PopBench::client(b, logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: QUIT", "S: +OK Bye"}));
        co_await PopBench::client(a, {"C: DELE 1", "S: +OK Marked to be deleted", "C: DELE 2",
                                      "S: +OK Marked to be deleted", "C: QUIT", "S: +OK Bye", "END"});
    };
    work.start(drive(first_wire, second_wire));
    work.finish();
    CHECK(messages(bench) == 0);
}

TEST_CASE("who has read the answer to QUIT can log in at once", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    auto first = net::memory_pair();
    auto second = net::memory_pair();
    net::Wire first_wire(std::move(first.client));
    net::Wire second_wire(std::move(second.client));
    test::Workbench work;
    work.start(bench.session(std::move(first.server)));
    work.start(bench.session(std::move(second.server)));
    // The first session is not over: nobody has read to its end yet.
    const auto drive = [](net::Wire& a, net::Wire& b) -> Task<> {
        co_await PopBench::client(a, logged_in({"C: QUIT", "S: +OK Bye"}));
        co_await PopBench::client(b, logged_in({"C: QUIT", "S: +OK Bye"}));
    };
    work.start(drive(first_wire, second_wire));
    work.finish();
}

TEST_CASE("a user who comes again too soon waits", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.login_delay = std::chrono::minutes(90);
    PopBench bench(config);
    fill(bench);
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
    fill(bench);
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
    fill(bench);
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
    fill(bench);
    bench.talk(logged_in({"C: CAPA", "S: +OK Capability list follows", "S: TOP", "S: UIDL", "S: RESP-CODES",
                          "S: AUTH-RESP-CODE", "S: PIPELINING", "S: EXPIRE NEVER", "S: LANG", "S: UTF8 USER", "S: USER",
                          "S: SASL PLAIN LOGIN", "S: IMPLEMENTATION Heliograph", "S: ."}));
}

TEST_CASE("TOP takes any number of lines, and nothing else", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    bench.talk(logged_in({"C: TOP 2 99999999999999999999999999", "S: +OK Top of the message follows", "S: Subject: two",
                          "S: ", "S: x", "S: .", "C: TOP 2 -1", "S: -ERR Bad number of lines", "C: TOP 2 1x",
                          "S: -ERR Bad number of lines", "C: TOP 3 0", "S: -ERR No such message", "C: TOP 2",
                          "S: -ERR Wrong number of arguments"}));
}

TEST_CASE("a message that is marked deleted is not there for any command", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    const auto command = GENERATE("DELE 1", "RETR 1", "TOP 1 0", "LIST 1", "UIDL 1", "LIST 0", "UIDL 3", "DELE -1",
                                  "RETR 99999999999999999999");
    bench.talk(
        logged_in({"C: DELE 1", "S: +OK Marked to be deleted", std::string("C: ") + command, "S: -ERR No such message",
                   "C: UIDL", "S: +OK Unique ids follow", "S: 2 " + unique_id(bench, 2), "S: ."}));
}

TEST_CASE("rights in one's own INBOX bind POP3, too", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    const auto inbox = bench.fixture.inbox();
    const auto allow = [&](const char* letters) {
        REQUIRE_OK(test::wait(bench.fixture.store.set_acl(inbox, "alice@example.test", store::AclAction::replace,
                                                          store::parse_rights(letters).value())));
    };
    allow("la");
    bench.talk({"S: +OK Heliograph POP3 ready", "C: USER alice", "S: +OK Send PASS", "C: PASS secret",
                "S: -ERR [SYS/PERM] You may not read your mailbox"});
    allow("lra");  // neither \Seen nor deleting; the client is not told of \Seen
    bench.talk(logged_in({"C: DELE 1", "S: -ERR [SYS/PERM] You may not delete messages here", "C: RETR 2",
                          "S: +OK 17 octets", "S: Subject: two", "S: ", "S: x", "S: .", "C: QUIT", "S: +OK Bye"}));
    CHECK_FALSE(bench.fixture.message(inbox, store::Uid{2}).flags.has(store::Flag::seen));
    CHECK(messages(bench) == 2);
}

TEST_CASE("rights that are taken away before QUIT delete nothing, and QUIT says so", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    const auto talk = [](PopBench& of, net::Wire& wire) -> Task<> {
        co_await PopBench::client(wire, logged_in({"C: DELE 1", "S: +OK Marked to be deleted"}));
        auto changed = co_await of.fixture.store.set_acl(of.fixture.inbox(), "alice@example.test",
                                                         store::AclAction::replace, store::parse_rights("lra").value());
        REQUIRE_OK(changed);
        co_await PopBench::client(wire,
                                  {"C: QUIT", "S: -ERR [SYS/PERM] Some deleted messages were not removed", "END"});
    };
    auto pair = net::memory_pair();
    net::Wire wire(std::move(pair.client));
    test::Workbench work;
    work.start(bench.session(std::move(pair.server)));
    work.start(talk(bench, wire));
    work.finish();
    CHECK(messages(bench) == 2);
}

TEST_CASE("a unique id stays over moves, and copies in one maildrop differ", "[store][pop3]") {
    PopBench bench;
    fill(bench);
    const auto first = unique_id(bench, 1);
    const auto inbox = bench.fixture.inbox();
    const auto copied = test::wait(bench.fixture.store.copy(inbox, store::UidSet::of(store::Uid{1}), inbox, {}));
    REQUIRE_OK(copied);
    bench.talk(logged_in({"C: UIDL", "S: +OK Unique ids follow", "S: 1 " + first, "S: 2 " + unique_id(bench, 2),
                          "S: 3 " + first + ".3", "S: ."},
                         "3 messages"));
}
