// Golden transcripts of the store's IMAP service (tests/golden/imap).
#include "tests/unit/store/imapd/imap_bench.h"

using helio::test::ImapBench;

TEST_CASE("IMAP transcript: login", "[store][imap]") { ImapBench().run_transcript("login"); }
TEST_CASE("IMAP transcript: mailboxes", "[store][imap]") { ImapBench().run_transcript("mailboxes"); }
TEST_CASE("IMAP transcript: messages", "[store][imap]") { ImapBench().run_transcript("messages"); }

TEST_CASE("IMAP transcript: quotas as users see them", "[store][imap]") { ImapBench().run_transcript("quota"); }

TEST_CASE("IMAP transcript: quotas as administrators set them", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.admins = {"alice@example.test"};
    ImapBench(config).run_transcript("quota_admin");
}

TEST_CASE("IMAP transcript: TLS, STARTTLS and front ends", "[store][imap]") {
    helio::store::imapd::ImapConfig config;
    config.proxy_names = {"mmp.example.test"};
    ImapBench(config, true).run_transcript("tls");
}

TEST_CASE("IMAP transcript: too many bad commands end the session", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.bad_commands = 3;
    ImapBench(config).run_transcript("bad_commands");
}

TEST_CASE("IMAP transcript: users of another mailhost are sent away", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.mailhost = "store-b.example.test";
    ImapBench(config).play(
        "S: * OK ...\nC: a LOGIN alice@example.test secret-alice\nS: a NO [UNAVAILABLE] Your mailbox is on another "
        "server\n",
        "mailhost");
}

TEST_CASE("IMAP transcript: directory down is a temporary failure", "[store][imap]") {
    ImapBench bench;
    bench.directory().set_down(true);
    bench.play(
        "S: * OK ...\nC: a LOGIN alice@example.test secret-alice\nS: a NO [UNAVAILABLE] Temporary authentication "
        "failure\n",
        "down");
}

TEST_CASE("IMAP transcript: rights and shared mailboxes", "[store][imap]") { ImapBench().run_transcript("acl"); }

TEST_CASE("IMAP transcript: mod-sequences", "[store][imap]") { ImapBench().run_transcript("condstore"); }

TEST_CASE("IMAP transcript: quick resynchronisation", "[store][imap]") { ImapBench().run_transcript("qresync"); }

TEST_CASE("IMAP transcript: compression", "[store][imap]") { ImapBench().run_transcript("compress"); }

TEST_CASE("IMAP transcript: idle sessions are told of the end at once", "[store][imap]") {
    ImapBench().run_transcript("drain");
}

TEST_CASE("a message larger than the memory of one goes through a file and comes back whole", "[store][imap]") {
    const helio::storage::SpoolLimits small{.folder = std::filesystem::temp_directory_path(),
                                            .message_memory_bytes = 1000};
    std::size_t bytes = 18;
    std::string sent = "C: Subject: large\nC: \n";
    std::string read = "S: Subject: large\nS: \n";
    for (int i = 0; i < 3000; ++i) {
        const std::string line = "line " + std::to_string(i) + std::string(60, 'x');
        sent += "C: " + line + "\n";
        read += "S: " + line + "\n";
        bytes += line.size() + 2;
    }
    const std::string size = std::to_string(bytes);
    const std::string script =
        "S: * OK ...\nC: a LOGIN alice@example.test secret-alice\nS: a OK ...\nC: a APPEND INBOX {" + size + "+}\n" +
        sent + "C: \nS: a OK [APPENDUID ... 1] Append completed\n" +
        "C: a EXAMINE INBOX\nS: * FLAGS ...\nS: * 1 EXISTS\nS: * 1 RECENT\nS: * OK ...\nS: * OK ...\n" +
        "S: * OK ...\nS: * OK ...\nS: * OK ...\nS: a OK ...\n" + "C: a FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {" + size +
        "}\n" + read + "S: )\nS: a OK Fetch completed\n";
    ImapBench(ImapBench::plain_config(), false, small).play(script, "large");
}

TEST_CASE("a client that does not log in in time is told and sent away", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.login_timeout = std::chrono::milliseconds(0);
    ImapBench(config).play("S: * OK ...\nS: * BYE Autologout; idle for too long\nS: <end>\n", "autologout");
}
