#include "common/imap/command.h"

#include "tests/support/catch.h"

using namespace helio::imap;
using helio::base::Secret;

namespace {

Command parsed(std::string_view text) {
    const auto command = parse_command(text);
    if (!command) FAIL(text << ": " << command.error().text);
    return *command;
}

std::string refusal(std::string_view text) {
    const auto command = parse_command(text);
    if (command) return "parsed";
    return command.error().tag + (command.error().unknown ? " ? " : " ") + std::string(command.error().text);
}

}  // namespace

TEST_CASE("commands that parse print to what parses to the same again", "[imap]") {
    const char* const examples[] = {
        "a1 CAPABILITY",
        "a1 noop",
        "a1 LOGOUT",
        "a1 LOGOUT ",
        "a1 ID NIL",
        "a1 ID ()",
        "a1 ID (\"name\" \"sodr\" \"version\" NIL)",
        "a1 ENABLE CONDSTORE IMAP4rev2",
        "a1 COMPRESS DEFLATE",
        "a1 STARTTLS",
        "a1 AUTHENTICATE PLAIN",
        "a1 AUTHENTICATE plain AGFsaWNlAHNlY3JldA==",
        "a1 AUTHENTICATE EXTERNAL =",
        "a1 LOGIN alice secret",
        "a1 LOGIN \"alice@example.test\" \"se\\\"cr\\\\et\"",
        "a1 LOGIN {5}\r\nalice {6+}\r\nsec\ret",
        "a1 LOGIN \"\" \"\"",
        "a1 LOGIN NIL nil",
        "a1 SELECT INBOX",
        "a1 SELECT \"a b\" (CONDSTORE)",
        "a1 SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))",
        "a1 SELECT INBOX (CONDSTORE QRESYNC (1 2))",
        "a1 EXAMINE INBOX (QRESYNC (1 2 1:5 (1,3:4 1,5:6)))",
        "a1 EXAMINE INBOX (QRESYNC (1 2 (1 7)))",
        "a1 EXAMINE {3}\r\na\"b",
        "a1 CREATE foo/bar/",
        "a1 CREATE Sent (USE (\\Sent \\All))",
        "a1 DELETE foo",
        "a1 RENAME a]b \"c d\"",
        "a1 SUBSCRIBE x",
        "a1 UNSUBSCRIBE x",
        "a1 LIST \"\" *",
        "a1 LIST \"\" \"%\"",
        "a1 LIST foo/ %bar*",
        "a1 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"*\"",
        "a1 LIST () \"\" (\"INBOX\" \"Drafts\" Sent/%) RETURN (CHILDREN SPECIAL-USE SUBSCRIBED)",
        "a1 LIST \"\" % RETURN (STATUS (MESSAGES UNSEEN))",
        "a1 LIST (SPECIAL-USE) \"\" \"*\" RETURN ()",
        "a1 LSUB \"\" \"*\"",
        "a1 NAMESPACE",
        "a1 STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ)",
        "a1 STATUS INBOX (DELETED DELETED-STORAGE APPENDLIMIT)",
        "a1 GETQUOTA \"\"",
        "a1 GETQUOTA user/alice@example.test",
        "a1 GETQUOTAROOT INBOX",
        "a1 SETQUOTA user/alice@example.test ()",
        "a1 SETQUOTA domain/example.test (STORAGE 512 MESSAGE 9223372036854775807 MAILBOX 0)",
        "a1 APPEND INBOX {3}\r\n",
        "a1 APPEND INBOX (\\Seen $Junk) \" 1-Feb-2024 10:11:12 +0130\" ~{30+}\r\n",
        "a1 IDLE",
        "a1 CHECK",
        "a1 CLOSE",
        "a1 UNSELECT",
        "a1 EXPUNGE",
        "a1 UID EXPUNGE 1:5,7:*",
        "a1 SEARCH ALL",
        "a1 SEARCH RETURN () 1:3 NOT SEEN",
        "a1 SEARCH RETURN (MIN MAX COUNT SAVE) CHARSET UTF-8 (OR FROM \"smith\" TO {3}\r\nabc) UNSEEN",
        "a1 SEARCH CHARSET us-ascii OR (SEEN FLAGGED) OR NEW OLD",
        "a1 SEARCH BCC a BEFORE 1-Feb-1994 BODY b CC c DRAFT HEADER X-Y \"\" KEYWORD k LARGER 5 ON \"02-Feb-1994\"",
        "a1 SEARCH SENTBEFORE 1-Feb-1994 SENTON 1-Feb-1994 SENTSINCE 1-Feb-1994 SINCE 1-Feb-1994 SMALLER 10",
        "a1 SEARCH SUBJECT s TEXT t UID 5:* UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNKEYWORD k",
        "a1 SEARCH SAVEDATESUPPORTED SAVEDBEFORE 1-Feb-1994 SAVEDON 1-Feb-1994 SAVEDSINCE 1-Feb-1994",
        "a1 SEARCH RECENT OLDER 5 YOUNGER 6",
        "a1 SEARCH UIDAFTER 5 UIDBEFORE 9 OR UIDBEFORE 1 UIDAFTER 4294967295",
        "a1 SEARCH MODSEQ 620162338",
        "a1 SEARCH MODSEQ \"/flags/\\\\draft\" all 620162338",
        "a1 SEARCH RETURN (PARTIAL -1:-100 COUNT) SEEN",
        "a1 SEARCH RETURN (SAVE PARTIAL 500:1) SEEN",
        "a1 UID FETCH 1:* (FLAGS) (PARTIAL -1:-30)",
        "a1 UID FETCH 1:* (FLAGS) (PARTIAL 1:30 CHANGEDSINCE 5 VANISHED)",
        "a1 ESEARCH UNSEEN",
        "a1 ESEARCH IN (selected) RETURN (SAVE) 1:3",
        "a1 ESEARCH IN (mailboxes \"a b\" subtree (x y) inboxes) RETURN (COUNT) CHARSET UTF-8 OR FROM a TO b",
        "a1 NOTIFY NONE",
        "a1 NOTIFY SET STATUS (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From)]) MessageExpunge))",
        "a1 NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange)) (personal (MailboxName))",
        "a1 NOTIFY SET (mailboxes (INBOX \"a b\") NONE) (subtree Lists (SubscriptionChange)) (inboxes NONE)",
        "a1 NOTIFY SET (subtree-one x (MessageNew MessageExpunge)) (subscribed (ServerMetadataChange))",
        "a1 UNAUTHENTICATE",
        "a1 UIDBATCHES 2000",
        "a1 UIDBATCHES 2000 10:4",
        "a1 UID SEARCH $ NOT (DELETED)",
        "a1 SEARCH OR EMAILID M6d99ac3275bb4e THREADID T64b478a75b7ea9",
        "a1 SORT (SUBJECT) UTF-8 SINCE 1-Feb-1994",
        "a1 UID SORT (SUBJECT REVERSE DATE arrival CC FROM SIZE to) us-ascii ALL",
        "a1 SORT RETURN (MIN COUNT) (REVERSE DISPLAYFROM DISPLAYTO) \"UTF-8\" UNSEEN TEXT x",
        "a1 SORT RETURN () (SIZE) UTF-8 (ALL)",
        "a1 SORT RETURN (PARTIAL 1:10 COUNT) (SIZE) UTF-8 ALL",
        "a1 THREAD ORDEREDSUBJECT UTF-8 SINCE 5-Mar-2000",
        "a1 UID THREAD references US-ASCII TEXT {4}\r\nab c",
        "a1 FETCH 1 FLAGS",
        "a1 FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE)",
        "a1 FETCH 2 ALL",
        "a1 FETCH 2 FAST",
        "a1 UID FETCH $ FULL",
        "a1 FETCH 1 (RFC822 RFC822.HEADER RFC822.TEXT)",
        "a1 FETCH 1 (PREVIEW UID)",
        "a1 FETCH 1 PREVIEW (LAZY)",
        "a1 FETCH 1 BODY[]",
        "a1 FETCH 1 BODY.PEEK[]<0.100>",
        "a1 FETCH 1 body[1.2.header.fields.not (To \"C c\")]",
        "a1 FETCH 1 (BODY[HEADER.FIELDS (Date From)] BODY[TEXT] BODY[1.MIME] BODY[HEADER])",
        "a1 FETCH 1 (BINARY[1.2]<5.6> BINARY.PEEK[] BINARY.SIZE[3])",
        "a1 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12345)",
        "a1 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12345 VANISHED)",
        "a1 STORE 1 FLAGS \\Seen \\Deleted",
        "a1 STORE 1:2,4 +FLAGS (\\Seen $x)",
        "a1 UID STORE 4294967295 -FLAGS.SILENT ()",
        "a1 STORE * (UNCHANGEDSINCE 5) FLAGS.SILENT (\\Answered)",
        "a1 COPY 2:4 MEETING",
        "a1 UID MOVE *:1 \"a b\"",
        "a1 SETACL INBOX anyone +lrs",
        "a1 SETACL \"a b\" -bob@x.test -w",
        "a1 SETACL x {3}\r\nbob \"\"",
        "a1 DELETEACL INBOX bob",
        "a1 GETACL INBOX",
        "a1 LISTRIGHTS INBOX \"b c\"",
        "a1 MYRIGHTS INBOX",
        "a1 GETMETADATA \"\" /shared/comment",
        "a1 GETMETADATA (MAXSIZE 1024 DEPTH 1) INBOX (/shared/comment /private/comment)",
        "a1 GETMETADATA INBOX (DEPTH infinity) /private",
        "a1 GETMETADATA INBOX (depth 0) (a)",
        "a1 SETMETADATA INBOX (/private/comment \"My comment\" /shared/x NIL)",
        "a1 SETMETADATA \"\" (/private/x ~{3}\r\na\r\n)",
        "a1 LIST \"\" % RETURN (METADATA (/shared/comment) SUBSCRIBED)",
        "a1 LIST \"\" % RETURN (MYRIGHTS STATUS (UNSEEN))",
    };
    for (const char* text : examples) {
        CAPTURE(text);
        const Command command = parsed(text);
        std::string again = print_command(command);
        if (command.verb != Verb::append) {
            REQUIRE(again.ends_with("\r\n"));
            again.resize(again.size() - 2);
        }
        CAPTURE(again);
        CHECK(parsed(again) == command);
    }
}

TEST_CASE("commands that do not parse say why, with the tag when there is one", "[imap]") {
    CHECK(refusal("") == "* ? Missing or invalid tag");
    CHECK(refusal("a1") == "a1 ? Missing space");
    CHECK(refusal("a1 ") == "a1 ? Missing command");
    CHECK(refusal("a1  NOOP") == "a1 ? Missing command");
    CHECK(refusal("a1 SELECT x (QRESYNC (0 2))") == "a1 Invalid UIDVALIDITY");
    CHECK(refusal("a1 SELECT x (QRESYNC (1 0))") == "a1 Invalid mod-sequence");
    CHECK(refusal("a1 SELECT x (QRESYNC (1 2 1:*))") == "a1 Invalid set of known messages");
    CHECK(refusal("a1 SELECT x (QRESYNC (1 2 $))") == "a1 Missing '(' before sequence match data");
    CHECK(refusal("a1 SELECT x (QRESYNC (1 2 1 (1:2 5)))") == "a1 Sequence match sets differ in size");
    CHECK(refusal("a1 SELECT x (QRESYNC (1 2) QRESYNC (1 2))") == "a1 Unknown SELECT parameter");
    CHECK(refusal("a1 NOTIFY SET (selected (MessageNew))") == "a1 MessageNew and MessageExpunge go together");
    CHECK(refusal("a1 NOTIFY SET (inboxes (FlagChange))") == "a1 FlagChange needs MessageNew and MessageExpunge");
    CHECK(refusal("a1 NOTIFY SET (selected (MailboxName))") == "a1 Only message events of the selected mailbox");
    CHECK(refusal("a1 NOTIFY SET (personal (MessageNew (UID) MessageExpunge))") ==
          "a1 Only the selected mailbox has fetch items");
    CHECK(refusal("a1 NOTIFY SET (selected NONE) (selected-delayed NONE)") == "a1 The selected mailbox is named twice");
    CHECK(refusal("a1 NOTIFY SET (personal (Frob))") == "a1 Unknown event");
    CHECK(refusal("a1 NOTIFY SET (frob NONE)") == "a1 Unknown mailbox filter");
    CHECK(refusal("a1 SEARCH RETURN (ALL PARTIAL 1:2) ALL") == "a1 Either ALL or PARTIAL");
    CHECK(refusal("a1 ESEARCH IN (inboxes) 1:3") == "a1 Sequence numbers are of the selected mailbox only");
    CHECK(refusal("a1 ESEARCH IN (inboxes) RETURN (SAVE) ALL") == "a1 SAVE is of the selected mailbox only");
    CHECK(refusal("a1 ESEARCH IN (selected-delayed) ALL") == "a1 Unknown mailbox filter");
    CHECK(refusal("a1 UIDBATCHES 0") == "a1 Invalid batch size");
    CHECK(refusal("a1 FROB x") == "a1 ? Unknown command");
    CHECK(refusal("a1 UID NOOP") == "a1 ? Unknown command");
    CHECK(refusal("a1 NOOP x") == "a1 Unexpected arguments at the end of the command");
    CHECK(refusal("a1 LOGIN alice") == "a1 Missing space");
    CHECK(refusal("a1 LOGIN \"alice secret") == "a1 Missing '\"' at the end of a quoted string");
    CHECK(refusal("a1 LOGIN \"al\\ice\" x") == "a1 Bad backslash in quoted string");
    CHECK(refusal("a1 LOGIN \"al\xff\" x") == "a1 Quoted string is not UTF-8; use a literal");
    CHECK(refusal("a1 LOGIN al(ice x") == "a1 Missing space");
    CHECK(refusal("a1 LOGIN {9}\r\nalice x") == "a1 Literal is cut short");
    CHECK(refusal("a1 FETCH 0 FLAGS") == "a1 Invalid message set");
    CHECK(refusal("a1 FETCH 4294967296 FLAGS") == "a1 Invalid message set");
    CHECK(refusal("a1 FETCH 1: FLAGS") == "a1 Invalid message set");
    CHECK(refusal("a1 FETCH 1,,2 FLAGS") == "a1 Invalid message set");
    CHECK(refusal("a1 FETCH 1 PREVIEW (EAGER)") == "a1 Unknown preview modifier");
    CHECK(refusal("a1 FETCH 1 PREVIEW (LAZY") == "a1 Missing ')' after preview modifiers");
    CHECK(refusal("a1 FETCH 1 ()") == "a1 Unknown fetch item");
    CHECK(refusal("a1 FETCH 1 (FLAGS") == "a1 Missing ')' after fetch items");
    CHECK(refusal("a1 FETCH 1 (ALL)") == "a1 Unknown fetch item");
    CHECK(refusal("a1 FETCH 1 BODY[MIME]") == "a1 Invalid section");
    CHECK(refusal("a1 FETCH 1 BODY[1.]") == "a1 Invalid section");
    CHECK(refusal("a1 FETCH 1 BODY[0]") == "a1 Invalid part number");
    CHECK(refusal("a1 FETCH 1 BODY[]<0.0>") == "a1 Invalid partial");
    CHECK(refusal("a1 FETCH 1 BODY[]<5>") == "a1 Invalid partial");
    CHECK(refusal("a1 FETCH 1 BINARY[1.TEXT]") == "a1 Invalid part number");
    CHECK(refusal("a1 STORE 1 FLAGS \\Foo") == "a1 Unknown system flag");
    CHECK(refusal("a1 STORE 1 FLAGS (a]b)") == "a1 Missing ')' after flags");
    CHECK(refusal("a1 SEARCH FOO") == "a1 Unknown search key");
    CHECK(refusal("a1 SEARCH EMAILID a.b") == "a1 Invalid object id");
    CHECK(refusal("a1 SEARCH EMAILID " + std::string(256, 'a')) == "a1 Invalid object id");
    CHECK(refusal("a1 SORT () UTF-8 ALL") == "a1 Unknown sort key");
    CHECK(refusal("a1 SORT (REVERSE) UTF-8 ALL") == "a1 Missing space");
    CHECK(refusal("a1 SORT (DATE UTF-8 ALL") == "a1 Unknown sort key");
    CHECK(refusal("a1 SORT (DATE) UTF-8") == "a1 Missing space");
    CHECK(refusal("a1 SORT (DATE) \"\" ALL") == "a1 Missing charset");
    CHECK(refusal("a1 SORT RETURN (FOO) (DATE) UTF-8 ALL") == "a1 Unknown search return option");
    std::string criteria = "DATE";
    for (std::size_t i = 1; i < SortArguments::most_criteria; ++i) criteria += " SIZE";
    CHECK(refusal("a1 SORT (" + criteria + ") UTF-8 ALL") == "parsed");
    CHECK(refusal("a1 SORT (" + criteria + " CC) UTF-8 ALL") == "a1 Too many sort criteria");
    CHECK(refusal("a1 THREAD UTF-8 ALL") == "a1 Missing space");
    CHECK(refusal("a1 SEARCH ON 31-Feb-2020") == "a1 Invalid date");
    CHECK(refusal("a1 SEARCH (ALL") == "a1 Missing ')' in search keys");
    CHECK(refusal("a1 SETACL INBOX bob L") == "a1 Invalid rights");
    CHECK(refusal("a1 SETACL INBOX bob +-l") == "a1 Invalid rights");
    CHECK(refusal("a1 SETACL INBOX bob") == "a1 Missing space");
    CHECK(refusal("a1 GETACL INBOX bob") == "a1 Unexpected arguments at the end of the command");
    CHECK(refusal("a1 GETMETADATA (SIZE 1) INBOX a") == "a1 Unknown GETMETADATA option");
    CHECK(refusal("a1 GETMETADATA INBOX (DEPTH 2) a") == "a1 Unknown DEPTH");
    CHECK(refusal("a1 GETMETADATA INBOX") == "a1 Missing space");
    CHECK(refusal("a1 SETMETADATA INBOX (a b c)") == "a1 Missing value");
    CHECK(refusal("a1 LIST \"\" * RETURN (FOO)") == "a1 Unknown LIST return option");
    CHECK(refusal("a1 LIST (RECURSIVEMATCH) \"\" *") == "a1 RECURSIVEMATCH needs another selection option");
    CHECK(refusal("a1 STATUS INBOX ()") == "a1 Unknown status item");
    CHECK(refusal("a1 SETQUOTA root") == "a1 Missing space");
    CHECK(refusal("a1 SETQUOTA root (STORAGE)") == "a1 Missing space");
    CHECK(refusal("a1 SETQUOTA root (STORAGE x)") == "a1 Missing limit of quota resource");
    CHECK(refusal("a1 SETQUOTA root (STORAGE 1") == "a1 Missing ')' after quota resources");
    CHECK(refusal("a1 APPEND INBOX \"1-Feb-24 10:11:12 +0000\" {3}\r\n") == "a1 Invalid date");
}

TEST_CASE("search keys nest up to the limit", "[imap]") {
    const auto nested = [](std::size_t depth) {
        return "a SEARCH " + std::string(depth, '(') + "ALL" + std::string(depth, ')');
    };
    CHECK(parse_command(nested(499)).has_value());
    CHECK(refusal(nested(500)) == "a Search keys nested too deeply");
    std::string many = "a SEARCH SEEN";
    for (int i = 1; i < 1000; ++i) many += " SEEN";
    CHECK(parse_command(many).has_value());
    CHECK(refusal(many + " SEEN") == "a Too many search keys");
}

TEST_CASE("LOGIN gives user and password as bytes", "[imap]") {
    const Command command = parsed("A7 login \"a\\\\b\" {4}\r\n p\"w");
    CHECK(command.tag == "A7");
    CHECK(command.verb == Verb::login);
    const auto& login = std::get<LoginArguments>(command.arguments);
    CHECK(login.user == "a\\b");
    CHECK(login.password.reveal() == " p\"w");
}

TEST_CASE("AUTHENTICATE and ID as a proxy needs them", "[imap]") {
    const auto sasl = std::get<AuthenticateArguments>(parsed("a AUTHENTICATE plain =").arguments);
    CHECK(sasl.mechanism == "PLAIN");
    REQUIRE(sasl.initial_response);
    CHECK(sasl.initial_response->reveal() == "=");
    const auto id = std::get<IdArguments>(parsed("a ID (\"X-Originating-IP\" \"192.0.2.7\")").arguments);
    CHECK(id.value("x-originating-ip") == "192.0.2.7");
    CHECK(id.value("other").empty());
}

TEST_CASE("macros expand and equal items stand once", "[imap]") {
    const auto fetch = std::get<FetchArguments>(parsed("a FETCH 1 (UID UID FLAGS)").arguments);
    CHECK(fetch.items.size() == 2);
    const auto full = std::get<FetchArguments>(parsed("a FETCH 1 FULL").arguments);
    CHECK(full.items.size() == 5);
    CHECK_FALSE(full.items.front().sets_seen());
    CHECK(std::get<FetchArguments>(parsed("a FETCH 1 BODY[]").arguments).items.front().sets_seen());
    CHECK_FALSE(std::get<FetchArguments>(parsed("a FETCH 1 BODY.PEEK[]").arguments).items.front().sets_seen());
}

TEST_CASE("flags: \\Recent is dropped, keywords stand once", "[imap]") {
    const auto store = std::get<StoreArguments>(parsed("a STORE 1 FLAGS (\\Recent \\seen $A $a)").arguments);
    CHECK(store.flags.system == flag_seen);
    CHECK(store.flags.keywords == std::vector<std::string>{"$A"});
    CHECK(parse_command("a STORE 1 FLAGS " + std::string(100, 'k')).has_value());
    CHECK(refusal("a STORE 1 FLAGS " + std::string(101, 'k')) == "a Keyword too long");
}
