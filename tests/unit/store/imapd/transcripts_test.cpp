// Golden transcripts of the store's IMAP service (tests/golden/imap).
#include "tests/unit/store/imapd/imap_bench.h"

using helio::test::ImapBench;

TEST_CASE("IMAP transcript: login", "[store][imap]") { ImapBench().run_transcript("login"); }
TEST_CASE("IMAP transcript: mailboxes", "[store][imap]") { ImapBench().run_transcript("mailboxes"); }
TEST_CASE("IMAP transcript: messages", "[store][imap]") { ImapBench().run_transcript("messages"); }

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

TEST_CASE("IMAP transcript: mod-sequences", "[store][imap]") { ImapBench().run_transcript("condstore"); }
