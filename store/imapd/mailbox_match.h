// MailboxMatch: which mailboxes a filter of NOTIFY or ESEARCH means (RFC 5465 §6, RFC 7377 §2.2).
#pragma once

#include "common/imap/mailbox_filter.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

class MailboxMatch {
public:
    /// Names that can't exist match nothing. The session's login must outlive it.
    MailboxMatch(const ImapSession& session, const imap::MailboxFilter& filter);

    /// False for the filters of the selected mailbox: what that is the caller knows.
    bool matches(const ListEntry& entry) const;
    /// True when it can mean mailboxes that others share.
    bool means_others() const {
        return kind_ != imap::MailboxFilter::Kind::inboxes && kind_ != imap::MailboxFilter::Kind::personal;
    }

private:
    imap::MailboxFilter::Kind kind_;
    UserId user_;
    const Namespaces* namespaces_;
    std::vector<std::string> names_;
};

}  // namespace helio::store::imapd
