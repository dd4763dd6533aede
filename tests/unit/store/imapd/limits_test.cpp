// Hostile and clumsy clients of the store's IMAP service: a clear answer at each limit, and the next command works.
#include "tests/unit/store/imapd/imap_bench.h"

using helio::test::ImapBench;

namespace {

constexpr const char* log_in = "S: * OK ...\nC: a LOGIN alice@example.test secret-alice\nS: a OK ...\n";
constexpr const char* still_there = "C: z NOOP\nS: z OK ...\n";
constexpr const char* one_message =
    "C: a APPEND INBOX {4+}\nC: a: b\nS: a OK ...\nC: a SELECT INBOX\nS: * FLAGS ...\nS: * 1 EXISTS\nS: * 1 RECENT\n"
    "S: * OK [UNSEEN 1] ...\nS: * OK [PERMANENTFLAGS ...\nS: * OK [UIDVALIDITY ...\nS: * OK [UIDNEXT ...\n"
    "S: * OK [HIGHESTMODSEQ ...\nS: a OK ...\n";

void play(const std::string& script, const char* name) { ImapBench().play(script + still_there, name); }

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

// "k0 k1 k2 ..."
std::string keywords(std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += (i == 0 ? "k" : " k") + std::to_string(i);
    return all;
}

}  // namespace

TEST_CASE("strangers have small limits", "[store][imap]") {
    play("S: * OK ...\nC: a LOGIN {4097}\nS: a BAD [TOOBIG] Literal too large\n", "literal");
    play("S: * OK ...\nC: a LOGIN {4097+}\nC: " + std::string(4097, 'x') + " y\nS: a BAD [TOOBIG] Literal too large\n",
         "non-sync");
    play("S: * OK ...\nC: a LOGIN " + std::string(17000, 'x') + "\nS: a BAD Command line too long\n", "line");
    play("S: * OK ...\nC: a LOGIN {18446744073709551616}\nS: a BAD [TOOBIG] Literal too large\n", "overflow");
}

TEST_CASE("a command is bounded, and what is beyond is skipped", "[store][imap]") {
    const std::string start = log_in + std::string(one_message);
    play(start + "C: a SEARCH TEXT {999999999999}\nS: a BAD [TOOBIG] Literal too large\n", "literal");
    play(start + "C: a SEARCH TEXT {300000+}\nC: " + std::string(300000, 'x') +
             "\nS: a BAD [TOOBIG] Literal too large\n",
         "skip");
    play(start + "C: a SEARCH " + repeated("TEXT x ", 10000) + "\nS: a BAD Command line too long\n", "line");
    play(start + "C: a SEARCH " + repeated("(", 500) + "ALL" + repeated(")", 500) +
             "\nS: a BAD Search keys nested too deeply\n",
         "depth");
    play(start + "C: a SEARCH " + repeated("NOT ", 500) + "ALL\nS: a BAD Search keys nested too deeply\n", "nots");
    play(start + "C: a SEARCH " + repeated("OR DRAFT ", 499) + "ALL\nS: * SEARCH 1\nS: a OK ...\n", "a chain of OR");
    play(start + "C: a SEARCH " + repeated("BODY x ", 25) + repeated("NOT TEXT nosuchword ", 25) +
             "ALL\nS: * SEARCH...\nS: a OK ...\n",
         "texts");
    play(start + "C: a SEARCH " + repeated("BODY x ", 25) + repeated("TEXT x ", 26) +
             "ALL\nS: a BAD Too many BODY and TEXT keys\n",
         "too many texts");
    play(start + "C: a SEARCH " + repeated("ALL ", 1000) + "ALL\nS: a BAD Too many search keys\n", "keys");
    play(start + "C: a FETCH 1 BODY[" + repeated("1.", 65) + "1]\nS: a BAD Part number too deep\n", "part");
    play(start + "C: a FETCH 1 BODY.PEEK[HEADER.FIELDS (" + repeated("x ", 512) +
             "x)]\nS: a BAD Too many header names\n",
         "fields");
}

TEST_CASE("several texts are looked for in one large part, each as if it were alone", "[store][imap]") {
    const std::string body = repeated("Word ", 15000) + "Needle";
    const std::string append =
        "C: a APPEND INBOX {" + std::to_string(8 + body.size()) + "+}\nC: a: b\nC: \nC: " + body + "\nS: a OK ...\n";
    const std::string found = "\nS: * SEARCH 1\nS: a OK ...\n";
    const std::string nothing = "\nS: * SEARCH\nS: a OK ...\n";
    play(log_in + append +
             "C: a EXAMINE INBOX\nS: * FLAGS ...\nS: * 1 EXISTS\nS: * 1 RECENT\nS: * OK [UNSEEN 1] ...\n"
             "S: * OK [PERMANENTFLAGS ...\nS: * OK [UIDVALIDITY ...\nS: * OK [UIDNEXT ...\nS: * OK [HIGHESTMODSEQ ...\n"
             "S: a OK ...\n" +
             "C: a SEARCH BODY needle BODY WORD TEXT \"word needle\" NOT BODY absent" + found +
             "C: a SEARCH BODY needle BODY absent" + nothing + "C: a SEARCH NOT BODY needle" + nothing +
             "C: a SEARCH OR BODY absent BODY \"\"" + found,
         "texts");
}

TEST_CASE("sequence sets at their corners", "[store][imap]") {
    const std::string start = log_in + std::string(one_message);
    // Descending and overlapping ranges, each message once.
    play(start + "C: a FETCH " + repeated("1,", 20000) + "1 UID\nS: * 1 FETCH (UID 1)\nS: a OK ...\n", "many");
    play(start + "C: a FETCH *:1 UID\nS: * 1 FETCH (UID 1)\nS: a OK ...\n", "star");
    play(start + "C: a FETCH 1:2 UID\nS: a BAD [CLIENTBUG] No such message\n", "beyond");
    play(start + "C: a FETCH 5:* UID\nS: * 1 FETCH (UID 1)\nS: a OK ...\n", "from beyond to the last");
    play(start + "C: a UID FETCH 5:* UID\nS: * 1 FETCH (UID 1)\nS: a OK ...\n", "UIDs from beyond to the last");
    play(start + "C: a UID FETCH 2:4294967295 UID\nS: a OK ...\n", "no such UID");
    play(start + "C: a FETCH 0 UID\nS: a BAD Invalid message set\n", "zero");
    play(start + "C: a FETCH 4294967296 UID\nS: a BAD Invalid message set\n", "33 bits");
    play(start + "C: a FETCH 1: UID\nS: a BAD Invalid message set\n", "half a range");
    const std::string empty =
        log_in +
        std::string(
            "C: a EXAMINE INBOX\nS: * FLAGS ...\nS: * 0 EXISTS\nS: * 0 RECENT\nS: * OK [PERM...\nS: * OK [UIDV...\n"
            "S: * OK [UIDN...\nS: * OK [HIGH...\nS: a OK ...\n");
    play(empty + "C: a FETCH 1 UID\nS: a BAD [CLIENTBUG] No such message\n", "empty, one");
    play(empty + "C: a FETCH * UID\nS: a BAD [CLIENTBUG] No such message\n", "empty, star");
    play(empty + "C: a FETCH 1:* UID\nS: a BAD [CLIENTBUG] No such message\n", "empty, all");
    play(empty + "C: a UID FETCH * UID\nS: a OK ...\n", "empty, star as UID");
    play(empty + "C: a FETCH $ UID\nS: a OK ...\n", "empty, saved");
    play(empty + "C: a UID FETCH 1:* FLAGS\nS: a OK ...\n", "empty, all UIDs");
    play(empty + "C: a SEARCH *\nS: * SEARCH\nS: a OK ...\n", "empty, search");
}

TEST_CASE("messages that go while their texts are searched are no matches, and no damage", "[store][imap]") {
    std::string script = std::string(log_in) + "C: a APPEND INBOX";
    for (int i = 0; i < 400; ++i) script += " (\\Deleted) {12+}\nC: a: b\nC: \nC: text";
    script += "\nS: a OK ...\nC2: b LOGIN alice@example.test secret-alice\nS2: * OK ...\nS2: b OK ...\n";
    for (const std::string who : {"", "2"}) {
        const std::string s = "S" + who + ": ";
        script += "C" + who + ": c SELECT INBOX\n" + s + "* FLAGS ...\n" + s + "* 400 EXISTS\n" + s + "* ... RECENT\n" +
                  s + "* OK [UNSEEN...\n" + s + "* OK [PERM...\n" + s + "* OK [UIDV...\n" + s + "* OK [UIDN...\n" + s +
                  "* OK [HIGH...\n" + s + "c OK ...\n";
    }
    // The search is under way when the other session expunges.
    script += "C: a SEARCH NOT BODY x TEXT nowhere\nC2: b UID EXPUNGE 2:*\nS: * SEARCH\nS: a OK Search completed\n";
    ImapBench().play(script, "gone");
}

TEST_CASE("LITERAL-: literals that do not wait hold 4,096 bytes at most", "[store][imap]") {
    auto config = ImapBench::plain_config();
    config.literal_minus = true;
    const std::string most = "a: " + std::string(4093, 'x');
    const std::string script =
        "S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL- ...\n"
        "C: a LOGIN alice@example.test secret-alice\nS: a OK [CAPABILITY ... LITERAL- ...\n"
        "C: a APPEND INBOX {4096+}\nC: " +
        most + "\nS: a OK ...\nC: a APPEND INBOX {4097+}\nC: " + most + "x\nS: a BAD [TOOBIG] ...\n" +
        "C: a APPEND INBOX {4097}\nS: + OK\nC: " + most + "x\nS: a OK ...\n" +
        "C: a APPEND INBOX CATENATE (TEXT {4097+}\nC: " + most + "x)\nS: a BAD [TOOBIG] ...\n" +
        "C: a STATUS {4096+}\nC: " + most + " (MESSAGES)\nS: a NO ...\n" + "C: a STATUS {4097+}\nC: " + most +
        "x (MESSAGES)\nS: a BAD [TOOBIG] Literal too large\n" + "C: a STATUS {4097}\nS: + OK\nC: " + most +
        "x (MESSAGES)\nS: a NO ...\n";
    ImapBench(config).play(script + still_there, "literal minus");
}

TEST_CASE("NUL comes in by a literal8 alone, and goes out by BINARY alone", "[store][imap]") {
    using namespace std::string_literals;
    play(
        log_in + "C: a APPEND INBOX {9+}\nC: a: b\nC: \nC: \0\nS: a BAD NUL in message; use literal8\n"s +
            "C: a APPEND INBOX (\\Seen) ~{9+}\nC: a: b\nC: \nC: \0\nS: a OK [APPENDUID ... 1] ...\n"s +
            "C: a EXAMINE INBOX\nS: * FLAGS ...\nS: * 1 EXISTS\nS: * 1 RECENT\nS: * OK [PERM...\nS: * OK [UIDV...\n"s +
            "S: * OK [UIDN...\nS: * OK [HIGH...\nS: a OK ...\n"s +
            "C: a FETCH 1 BODY[TEXT]\nS: * 1 FETCH (BODY[TEXT] {1}\nS: \x80)\nS: a OK ...\n"s +
            "C: a FETCH 1 (RFC822 BODY[]<8.1>)\nS: * 1 FETCH (RFC822 {9}\nS: a: b\nS: \nS: \x80 BODY[]<8> {1}\nS: \x80)\n"s +
            "S: a OK ...\nC: a FETCH 1 (BINARY.SIZE[1] BINARY[1]<1.1>)\n"s +
            "S: * 1 FETCH (BINARY.SIZE[1] 1 BINARY[1]<1> ~{0}\nS: )\nS: a OK ...\n"s,
        "NUL");
    // A command's own literal8 is data for nobody.
    play(log_in + "C: a STATUS {1+}\nC: \0 (MESSAGES)\nS: a BAD NUL in command\n"s, "of a command");
    play(log_in + "C: a STATUS \"x\0\" (MESSAGES)\nS: a BAD NUL in command\n"s, "of a line");
}

TEST_CASE("keywords are bounded for a command and for a mailbox", "[store][imap]") {
    const std::string start = log_in + std::string(one_message);
    play(start + "C: a STORE 1 FLAGS (" + keywords(1001) + ")\nS: a BAD Too many keywords\n", "of a command");
    play(start + "C: a STORE 1 FLAGS (" + keywords(1000) + ")\nS: a NO [LIMIT] Too many keywords in this mailbox\n",
         "of a mailbox");
    play(start + "C: a STORE 1 FLAGS (" + std::string(101, 'x') + ")\nS: a BAD ...\n", "length");
    play(start + "C: a APPEND INBOX (" + keywords(1001) + ") {4}\nS: a BAD Too many keywords\n", "APPEND");
}

TEST_CASE("literals stand wherever a string may", "[store][imap]") {
    const std::string start = log_in + std::string(one_message);
    play(start + "C: a STATUS {5}\nS: + OK\nC: INBOX (MESSAGES)\nS: * STATUS INBOX (MESSAGES 1)\nS: a OK ...\n",
         "sync");
    play(start + "C: a STATUS {5+}\nC: INBOX (MESSAGES)\nS: * STATUS INBOX (MESSAGES 1)\nS: a OK ...\n", "non-sync");
    play(start + "C: a LIST {0+}\nC:  {5+}\nC: INBOX\nS: * LIST ...\nS: a OK ...\n", "empty");
    play(start + "C: a SEARCH HEADER {1+}\nC: a {1+}\nC: b\nS: * SEARCH 1\nS: a OK ...\n", "search");
    play(start + "C: a SEARCH CHARSET {5+}\nC: UTF-8 SUBJECT {0+}\nC: \nS: * SEARCH\nS: a OK ...\n", "charset");
    play(start + "C: a FETCH 1 BODY.PEEK[HEADER.FIELDS ({1+}\nC: a)]\nS: * 1 FETCH (BODY[HEADER.FIELDS (a)] {6}\n" +
             "S: a: b\nS: )\nS: a OK ...\n",
         "fields");
    play(start + "C: a COPY 1 {5}\nS: + OK\nC: INBOX\nS: * 2 EXISTS\nS: * 2 RECENT\nS: a OK [COPYUID ... 1 2] ...\n",
         "copy");
    play(start + "C: a RENAME {5+}\nC: nope! {1+}\nC: x\nS: a NO [NONEXISTENT] ...\n", "rename");
    play(start + "C: a ID ({1+}\nC: x {1+}\nC: y)\nS: * ID ...\nS: a OK ...\n", "id");
}
