// CREATE, DELETE, SUBSCRIBE, UNSUBSCRIBE, RENAME and STATUS.
#include <array>

#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"

namespace helio::imap {

namespace {

constexpr std::string_view missing_mailbox = "Missing mailbox name";
constexpr std::array<std::string_view, 11> status_names = {
    "MESSAGES", "RECENT",        "UIDNEXT",   "UIDVALIDITY",     "UNSEEN",     "DELETED",
    "SIZE",     "HIGHESTMODSEQ", "MAILBOXID", "DELETED-STORAGE", "APPENDLIMIT"};
constexpr std::size_t most_special_uses = 16;

}  // namespace

// mailbox = "INBOX" / astring
MailboxArguments parse_mailbox(Cursor& in) {
    in.space();
    return {in.astring(missing_mailbox), {}};
}

// create = "CREATE" SP mailbox [SP "(" create-param *(SP create-param) ")"] (RFC 4466 §2.2)
// create-param =/ "USE" SP "(" [use-attr *(SP use-attr)] ")" (RFC 6154 §6)
MailboxArguments parse_create(Cursor& in) {
    MailboxArguments arguments = parse_mailbox(in);
    if (!in.take(' ')) return arguments;
    in.expect('(', "Missing '(' before CREATE parameters");
    if (!in.take_word("USE")) in.fail("Unknown CREATE parameter");
    in.space();
    in.expect('(', "Missing '(' after USE");
    if (!in.take(')')) {
        do {
            in.expect('\\', "Missing '\\' in special use");
            arguments.special_use.push_back('\\' + std::string(in.atom("Missing special use")));
            if (arguments.special_use.size() > most_special_uses) in.fail("Too many special uses");
        } while (in.take(' '));
        in.expect(')', "Missing ')' after special uses");
    }
    in.expect(')', "Missing ')' after CREATE parameters");
    return arguments;
}

void print(std::string& out, const MailboxArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.mailbox);
    if (arguments.special_use.empty()) return;
    out += " (USE (";
    for (std::size_t i = 0; i < arguments.special_use.size(); ++i) {
        if (i > 0) out += ' ';
        out += arguments.special_use[i];
    }
    out += "))";
}

// rename = "RENAME" SP mailbox SP mailbox
RenameArguments parse_rename(Cursor& in) {
    RenameArguments arguments;
    in.space();
    arguments.from = in.astring(missing_mailbox);
    in.space();
    arguments.to = in.astring(missing_mailbox);
    return arguments;
}

void print(std::string& out, const RenameArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.from);
    out += ' ';
    print_astring(out, arguments.to);
}

// status-att list: "(" [status-att *(SP status-att)] ")"
std::uint16_t parse_status_items(Cursor& in) {
    std::uint16_t items = 0;
    in.expect('(', "Missing '(' before status items");
    do {
        bool found = false;
        for (std::size_t i = 0; i < status_names.size() && !found; ++i) {
            if (!in.take_word(status_names[i])) continue;
            items = static_cast<std::uint16_t>(items | (1U << i));
            found = true;
        }
        if (!found) in.fail("Unknown status item");
    } while (in.take(' '));
    in.expect(')', "Missing ')' after status items");
    return items;
}

void print_status_items(std::string& out, std::uint16_t items) {
    char before = '(';
    for (std::size_t i = 0; i < status_names.size(); ++i) {
        if ((items & (1U << i)) == 0) continue;
        out += before;
        before = ' ';
        out += status_names[i];
    }
    out += ')';
}

// status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
StatusArguments parse_status(Cursor& in) {
    StatusArguments arguments;
    in.space();
    arguments.mailbox = in.astring(missing_mailbox);
    in.space();
    arguments.items = parse_status_items(in);
    return arguments;
}

void print(std::string& out, const StatusArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.mailbox);
    out += ' ';
    print_status_items(out, arguments.items);
}

}  // namespace helio::imap
