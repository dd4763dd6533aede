// The arguments of ESEARCH (RFC 7377): a search in several mailboxes.
#pragma once

#include <vector>

#include "common/imap/mailbox_filter.h"
#include "common/imap/search_key.h"

namespace helio::imap {

struct MultiSearchArguments {
    std::vector<MailboxFilter> sources;  ///< empty: the selected mailbox
    SearchArguments search;
    bool operator==(const MultiSearchArguments&) const = default;

    bool only_selected() const;
};

MultiSearchArguments parse_multi_search(Cursor& in);
void print(std::string& out, const MultiSearchArguments& arguments);

}  // namespace helio::imap
