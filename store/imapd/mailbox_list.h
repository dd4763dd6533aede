// MailboxList: the names of a user as LIST and LSUB look at them: what matches the patterns, what the selection options
// take, which parents have such mailboxes below them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/imap/mailbox_name.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

/// A name to print.
struct ListedName {
    ListEntry entry;
    bool taken = true;       ///< meets the selection options itself
    bool has_taken = false;  ///< a name below it does
};

class MailboxList {
public:
    /// All patterns, the reference before them; nothing when one is not well-formed.
    static std::optional<std::vector<imap::ListPattern>> patterns(const ImapSession& session,
                                                                  const imap::ListArguments& arguments);

    /// `select` are the options of imap::ListArguments; `parents`: names are listed also for what lies below them.
    MailboxList(const UserStore& store, std::uint8_t select, bool parents);

    const Result<>& status() const { return status_; }
    /// In the order of the names, INBOX first.
    std::vector<ListedName> matching(const std::vector<imap::ListPattern>& patterns) const;

private:
    bool takes(const ListEntry& entry) const;
    Result<> status_;
    std::uint8_t select_;
    bool parents_;
    std::vector<ListEntry> entries_;
    std::set<std::string, std::less<>> parents_of_taken_;
};

}  // namespace helio::store::imapd
