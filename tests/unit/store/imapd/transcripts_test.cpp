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

TEST_CASE("IMAP transcript: a mailbox over its quota", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.admins = {"alice@example.test"};
    ImapBench(config).run_transcript("quota_over");
}

TEST_CASE("IMAP transcript: sorting and threads", "[store][imap]") { ImapBench().run_transcript("sort"); }

TEST_CASE("IMAP transcript: searching", "[store][imap]") { ImapBench().run_transcript("search"); }
TEST_CASE("IMAP transcript: object ids and previews", "[store][imap]") { ImapBench().run_transcript("objectid"); }

TEST_CASE("a SORT or THREAD that needs more memory than allowed is refused", "[store][imap]") {
    const std::string opening =
        "S: * OK ...\nC: a LOGIN alice@example.test secret-alice\nS: a OK ...\n"
        "C: a APPEND INBOX {14+}\nC: Subject: xyz\nC: \nS: a OK ...\n"
        "C: a EXAMINE INBOX\nS: * FLAGS ...\nS: * 1 EXISTS\nS: * 1 RECENT\nS: * OK ...\nS: * OK ...\n"
        "S: * OK ...\nS: * OK ...\nS: * OK ...\nS: a OK ...\n";
    const std::string sort = "C: a SORT (SUBJECT) UTF-8 ALL\nS: ";
    const std::string thread = "C: a THREAD REFS UTF-8 ALL\nS: ";
    auto config = ImapBench::plain_config();
    config.sort_memory_bytes = 23;  // key 8, its text 3, the message 12
    ImapBench(config).play(
        opening + sort + "* SORT 1\nS: a OK ...\n" + thread + "a NO [LIMIT] Too many messages to thread\n",
        "at the limit");
    config.sort_memory_bytes = 22;
    ImapBench(config).play(opening + sort + "a NO [LIMIT] Too many messages to sort\n", "above the limit");
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
    ImapBench(config).run_transcript("bad_commands_now_and_then");
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
TEST_CASE("IMAP transcript: what others changed before a silent STORE", "[store][imap]") {
    ImapBench().run_transcript("store_silent");
}
TEST_CASE("IMAP transcript: rights taken back while a client idles", "[store][imap]") {
    ImapBench().run_transcript("acl_idle");
}

TEST_CASE("IMAP transcript: annotations", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.admin = "mailto:postmaster@example.test";
    ImapBench(config).run_transcript("metadata");
}

TEST_CASE("IMAP transcript: mod-sequences", "[store][imap]") { ImapBench().run_transcript("condstore"); }

TEST_CASE("IMAP transcript: quick resynchronisation", "[store][imap]") { ImapBench().run_transcript("qresync"); }

TEST_CASE("IMAP transcript: compression", "[store][imap]") { ImapBench().run_transcript("compress"); }

TEST_CASE("IMAP transcript: idle sessions are told of the end at once", "[store][imap]") {
    ImapBench().run_transcript("drain");
}

TEST_CASE("IMAP transcript: clients without sequence numbers, pages, batches", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.batch_messages = 2;
    ImapBench(config).run_transcript("uidonly");
}

TEST_CASE("IMAP transcript: a command processes no more messages than the limit", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.message_limit = 3;
    config.save_limit = 2;
    ImapBench(config).run_transcript("messagelimit");
}

TEST_CASE("SORT and THREAD say that they go on", "[store][imap]") {
    // One step more than what is read at once.
    std::string script = "S: * OK ...\nC: a LOGIN alice@example.test secret-alice\nS: a OK ...\n";
    for (const int count : {1000, 25}) {
        script += "C: a APPEND INBOX";
        for (int i = 0; i < count; ++i) script += " {4+}\nC: a: b";
        script += "\nS: a OK ...\n";
    }
    script +=
        "C: a EXAMINE INBOX\nS: * FLAGS ...\nS: * 1025 EXISTS\nS: * 1025 RECENT\nS: * OK ...\nS: * OK ...\n"
        "S: * OK ...\nS: * OK ...\nS: * OK ...\nS: a OK ...\n"
        "C: b SORT (SUBJECT) UTF-8 ALL\nS: * OK [INPROGRESS (\"b\" 2049 2050)] Working\nS: * SORT ...\nS: b OK ...\n"
        "C: c THREAD REFS UTF-8 ALL\nS: * OK [INPROGRESS (\"c\" 2049 2050)] Working\nS: * THREAD ...\nS: c OK ...\n";
    auto config = ImapBench::plain_config();
    config.progress_interval = std::chrono::milliseconds(0);
    ImapBench(config).play(script, "progress");
}

TEST_CASE("IMAP transcript: a long SEARCH says that it goes on", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.progress_interval = std::chrono::milliseconds(0);
    ImapBench(config).run_transcript("inprogress");
}

TEST_CASE("IMAP transcript: back to the state before the login", "[store][imap]") {
    ImapBench().run_transcript("unauthenticate");
}

TEST_CASE("IMAP transcript: a front end is no longer trusted after UNAUTHENTICATE", "[store][imap]") {
    helio::store::imapd::ImapConfig config;
    config.proxy_names = {"mmp.example.test"};
    ImapBench(config, true).run_transcript("unauthenticate_proxy");
}

TEST_CASE("IMAP transcript: messages put together and replaced", "[store][imap]") {
    ImapBench().run_transcript("catenate");
    ImapBench().run_transcript("replace");
}

TEST_CASE("IMAP transcript: news without being asked", "[store][imap]") { ImapBench().run_transcript("notify"); }

TEST_CASE("IMAP transcript: news of annotations", "[store][imap]") { ImapBench().run_transcript("notify_metadata"); }

TEST_CASE("IMAP transcript: news of mailboxes that others share", "[store][imap]") {
    ImapBench().run_transcript("notify_shared");
}

TEST_CASE("IMAP transcript: NOTIFY gives up when too much happens", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.notify_mailboxes = 8;
    ImapBench(config).run_transcript("notify_overflow");
}

TEST_CASE("IMAP transcript: search in several mailboxes", "[store][imap]") {
    ImapBench().run_transcript("multisearch");
}

TEST_CASE("IMAP transcript: what another session did and this one was not told", "[store][imap]") {
    ImapBench().run_transcript("untold");
}

TEST_CASE("IMAP transcript: parts of a message in a message", "[store][imap]") { ImapBench().run_transcript("nested"); }

TEST_CASE("IMAP transcript: what conformance suites look at", "[store][imap]") {
    ImapBench().run_transcript("conformance_envelope");
    ImapBench().run_transcript("conformance_parts");
    ImapBench().run_transcript("conformance_sets");
    ImapBench().run_transcript("conformance_expunge");
    ImapBench().run_transcript("conformance_names");
    ImapBench().run_transcript("conformance_flags");
    ImapBench().run_transcript("conformance_append");
    ImapBench().run_transcript("conformance_threads");
}

TEST_CASE("IMAP transcript: what conformance suites look at, area by area", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.bad_commands = 1000;
    const auto* const name =
        GENERATE("search_addresses", "search_text", "sort", "sort_keys", "threading", "partials", "bodystructure",
                 "list", "rename", "copy", "condstore", "qresync", "uidonly", "notify", "syntax", "envelope_lists",
                 "utf8_names", "metadata", "objects", "rev2", "recent", "multiappend", "catenate", "close", "esearch",
                 "pipeline", "unicode", "inbox");
    ImapBench(config).run_transcript(std::string("conformance_") + name);
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
