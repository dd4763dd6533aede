#include "common/storage/errc.h"
#include "tests/support/catch.h"
#include "tests/unit/store/popd/pop_bench.h"

using namespace helio;
using namespace helio::test;

namespace {

std::uint32_t messages(PopBench& bench) { return bench.fixture.store.status(bench.fixture.inbox())->messages; }

/// What UIDL must say of the message with that UID.
std::string unique_id(PopBench& bench, std::uint32_t uid) {
    return store::to_object_id(bench.fixture.message(bench.fixture.inbox(), store::Uid{uid}).email);
}

}  // namespace

TEST_CASE("at the end of the daemon an idle session is told, and marked deletions wait for QUIT", "[store][pop3]") {
    PopBench bench;
    bench.fill();
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
    bench.fill();
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
    bench.fill();
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: DELE 1", "S: -ERR No such message",
                          "C: RETR 1", "S: -ERR No such message", "C: LIST", "S: +OK 1 messages (17 octets)", "S: 2 17",
                          "S: .", "C: STAT", "S: +OK 1 17", "C: QUIT", "S: +OK Bye", "END"}));
    CHECK(messages(bench) == 1);
    bench.talk(logged_in({"C: UIDL 1", "S: +OK 1 " + unique_id(bench, 2)}, "1 messages"));
}

TEST_CASE("RSET and a lost connection delete nothing", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: RSET", "S: +OK 2 messages", "C: STAT",
                          "S: +OK 2 45", "C: QUIT", "S: +OK Bye"}));
    CHECK(messages(bench) == 2);
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted"}));
    CHECK(messages(bench) == 2);
}

TEST_CASE("QUIT says when deletions could not be stored", "[store][pop3]") {
    PopBench bench;
    bench.fill();
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
    bench.fill();
    bench.talk(logged_in(
        {"C: RETR 2", "S: +OK 17 octets", "S: Subject: two", "S: ", "S: x", "S: .", "C: QUIT", "S: +OK Bye"}));
    CHECK(bench.fixture.message(bench.fixture.inbox(), store::Uid{2}).flags.has(store::Flag::seen));
    CHECK_FALSE(bench.fixture.message(bench.fixture.inbox(), store::Uid{1}).flags.has(store::Flag::seen));
}

TEST_CASE("pipelined commands are answered in order", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    bench.talk({"S: +OK Heliograph POP3 ready", "C: USER alice\r\nPASS secret\r\nSTAT\r\nDELE 2\r\nQUIT\r\nSTAT",
                "S: +OK Send PASS", "S: +OK 2 messages", "S: +OK 2 45", "S: +OK Marked to be deleted", "S: +OK Bye",
                "END"});
    CHECK(messages(bench) == 1);
}

TEST_CASE("a second session finds the maildrop in use until the first has ended", "[store][pop3]") {
    PopBench bench;
    bench.fill();
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

TEST_CASE("bad commands are told, counted and in the end hung up on", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.bad_commands = 4;
    PopBench bench(config);
    bench.talk({"S: +OK Heliograph POP3 ready", "C: GET / HTTP/1.0", "S: -ERR Unknown command", "C: \tx",
                "S: -ERR Syntax error", "C: STAT 1", "S: -ERR Not allowed in this state", "C: CAPA x",
                "S: -ERR Wrong number of arguments", "C: " + std::string(13'000, 'A'), "S: -ERR Line too long", "END"});
}

TEST_CASE("a client that is mistaken now and then stays", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.bad_commands = 2;
    PopBench bench(config);
    bench.fill();
    const Script mistaken = {"C: NONSENSE", "S: -ERR Unknown command", "C: LIST 1 2",
                             "S: -ERR Wrong number of arguments"};
    Script script = mistaken;
    for (int i = 0; i < 3; ++i) {
        script.insert(script.end(), {"C: NOOP", "S: +OK Nothing done"});
        script.insert(script.end(), mistaken.begin(), mistaken.end());
    }
    script.insert(script.end(), {"C: QUIT", "S: +OK Bye"});
    bench.talk(logged_in(script));
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

TEST_CASE("a maildrop is shared by several sessions where configured", "[store][pop3]") {
    auto config = PopBench::plain_config();
    config.exclusive = false;
    PopBench bench(config);
    bench.fill();
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
    bench.fill();
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

TEST_CASE("TOP takes any number of lines, and nothing else", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    bench.talk(logged_in({"C: TOP 2 99999999999999999999999999", "S: +OK Top of the message follows", "S: Subject: two",
                          "S: ", "S: x", "S: .", "C: TOP 2 -1", "S: -ERR Bad number of lines", "C: TOP 2 1x",
                          "S: -ERR Bad number of lines", "C: TOP 3 0", "S: -ERR No such message", "C: TOP 2",
                          "S: -ERR Wrong number of arguments"}));
}

TEST_CASE("a message that is marked deleted is not there for any command", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    const auto command = GENERATE("DELE 1", "RETR 1", "TOP 1 0", "LIST 1", "UIDL 1", "LIST 0", "UIDL 3", "DELE -1",
                                  "RETR 99999999999999999999");
    bench.talk(
        logged_in({"C: DELE 1", "S: +OK Marked to be deleted", std::string("C: ") + command, "S: -ERR No such message",
                   "C: UIDL", "S: +OK Unique ids follow", "S: 2 " + unique_id(bench, 2), "S: ."}));
}

TEST_CASE("a line with NUL is an error, and the session with its marks goes on", "[store][pop3]") {
    PopBench bench;
    bench.fill();
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: NO" + std::string(1, '\0') + "OP",
                          "S: -ERR Syntax error", "C: QUIT", "S: +OK Bye", "END"}));
    bench.talk(logged_in({"C: STAT", "S: +OK 1 17"}, "1 messages"));
    bench.talk({"S: +OK Heliograph POP3 ready", "C: AUTH PLAIN", "S: + ", "C: AA" + std::string(1, '\0') + "==",
                "S: -ERR Malformed response", "C: NOOP", "S: -ERR Not allowed in this state"});
}

TEST_CASE("rights in one's own INBOX bind POP3, too", "[store][pop3]") {
    PopBench bench;
    bench.fill();
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
    bench.fill();
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
    bench.fill();
    const auto first = unique_id(bench, 1);
    const auto inbox = bench.fixture.inbox();
    const auto copied = test::wait(bench.fixture.store.copy(inbox, store::UidSet::of(store::Uid{1}), inbox, {}));
    REQUIRE_OK(copied);
    bench.talk(logged_in({"C: UIDL", "S: +OK Unique ids follow", "S: 1 " + first, "S: 2 " + unique_id(bench, 2),
                          "S: 3 " + first + ".3", "S: ."},
                         "3 messages"));
    // The copy keeps its name when the original goes; what comes then is an original again.
    bench.talk(logged_in({"C: DELE 1", "S: +OK Marked to be deleted", "C: QUIT", "S: +OK Bye", "END"}, "3 messages"));
    bench.talk(logged_in({"C: UIDL 2", "S: +OK 2 " + first + ".3"}, "2 messages"));
    const auto again = store::UidSet::of(store::Uid{3});
    REQUIRE_OK(test::wait(bench.fixture.store.copy(inbox, again, inbox, {})));
    bench.talk(logged_in({"C: UIDL 3", "S: +OK 3 " + first}, "3 messages"));
    // Moved within the mailbox the original stays one, and of two that come together only the first is.
    REQUIRE_OK(test::wait(bench.fixture.store.move(inbox, store::UidSet::of(store::Uid{4}), inbox, {})));
    bench.talk(logged_in({"C: UIDL", "S: +OK Unique ids follow", "S: 1 " + unique_id(bench, 2), "S: 2 " + first + ".3",
                          "S: 3 " + first, "S: ."},
                         "3 messages"));
    const auto both = store::UidSet::of(store::Uid{3}, store::Uid{5});
    REQUIRE_OK(test::wait(bench.fixture.store.move(inbox, both, inbox, {})));
    bench.talk(logged_in({"C: UIDL", "S: +OK Unique ids follow", "S: 1 " + unique_id(bench, 2), "S: 2 " + first,
                          "S: 3 " + first + ".7", "S: ."},
                         "3 messages"));
}
