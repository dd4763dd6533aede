#include "common/imap/mailbox_filter.h"

#include <algorithm>
#include <array>

#include "common/imap/print.h"

namespace helio::imap {

namespace {

using Kind = MailboxFilter::Kind;

struct Row {
    std::string_view word;
    Kind kind;
    bool names;
};
constexpr std::array<Row, 8> rows = {{{"SELECTED-DELAYED", Kind::selected_delayed, false},
                                      {"SELECTED", Kind::selected, false},
                                      {"INBOXES", Kind::inboxes, false},
                                      {"PERSONAL", Kind::personal, false},
                                      {"SUBSCRIBED", Kind::subscribed, false},
                                      {"SUBTREE-ONE", Kind::subtree_one, true},
                                      {"SUBTREE", Kind::subtree, true},
                                      {"MAILBOXES", Kind::mailboxes, true}}};

}  // namespace

// filter-mailboxes = "selected" / "selected-delayed" / "inboxes" / "personal" / "subscribed" /
//                    ("subtree" / "subtree-one" / "mailboxes") SP one-or-more-mailbox
// one-or-more-mailbox = mailbox / many-mailboxes; many-mailboxes = "(" mailbox *(SP mailbox) ")"
MailboxFilter parse_mailbox_filter(Cursor& in) {
    constexpr std::string_view missing = "Missing mailbox name";
    MailboxFilter filter;
    const auto row = std::find_if(rows.begin(), rows.end(), [&in](const Row& one) { return in.take_word(one.word); });
    if (row == rows.end()) {
        in.fail("Unknown mailbox filter");
        return filter;
    }
    filter.kind = row->kind;
    if (!row->names) return filter;
    in.space();
    if (!in.take('(')) {
        filter.names.push_back(in.astring(missing));
        return filter;
    }
    do {
        filter.names.push_back(in.astring(missing));
        if (filter.names.size() > most_filter_names) in.fail("Too many mailbox names");
    } while (in.take(' '));
    in.expect(')', "Missing ')' after mailbox names");
    return filter;
}

void print_mailbox_filter(std::string& out, const MailboxFilter& filter) {
    out += std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.kind == filter.kind; })->word;
    char before = '(';
    for (const auto& name : filter.names) {
        out += before == '(' ? " (" : " ";
        before = ' ';
        print_astring(out, name);
    }
    if (!filter.names.empty()) out += ')';
}

}  // namespace helio::imap
