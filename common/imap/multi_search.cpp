#include "common/imap/multi_search.h"

#include <algorithm>

namespace helio::imap {

namespace {

constexpr std::size_t most_sources = 100;

}  // namespace

bool MultiSearchArguments::only_selected() const {
    return std::all_of(sources.begin(), sources.end(),
                       [](const MailboxFilter& source) { return source.is_selected(); });
}

// esearch = "ESEARCH" [SP "IN" SP "(" source-mbox [SP "(" scope-options ")"] ")"] [search-return-opts] SP
// search-program source-mbox = filter-mailboxes *(SP filter-mailboxes); no scope-options are defined
MultiSearchArguments parse_multi_search(Cursor& in) {
    MultiSearchArguments arguments;
    if (in.take_text(" IN (")) {
        do {
            arguments.sources.push_back(parse_mailbox_filter(in));
            if (arguments.sources.back().kind == MailboxFilter::Kind::selected_delayed)
                in.fail("Unknown mailbox filter");
            if (arguments.sources.size() > most_sources) in.fail("Too many mailbox filters");
        } while (in.take(' '));
        in.expect(')', "Missing ')' after mailbox filters");
    }
    arguments.search = parse_search(in);
    if (!arguments.only_selected()) {
        if (arguments.search.key.uses_sequence_numbers()) in.fail("Sequence numbers are of the selected mailbox only");
        if ((arguments.search.return_options & return_save) != 0) in.fail("SAVE is of the selected mailbox only");
    }
    return arguments;
}

void print(std::string& out, const MultiSearchArguments& arguments) {
    char before = '(';
    for (const auto& source : arguments.sources) {
        out += before == '(' ? " IN (" : " ";
        before = ' ';
        print_mailbox_filter(out, source);
    }
    if (!arguments.sources.empty()) out += ')';
    print_search(out, arguments.search);
}

}  // namespace helio::imap
