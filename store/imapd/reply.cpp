#include "store/imapd/reply.h"

#include "common/storage/errc.h"
#include "store/mailbox/errc.h"

namespace helio::store::imapd {

namespace {

namespace code = imap::code;

Reply reply_of(errc error) {
    switch (error) {
        case errc::no_such_user:
        case errc::no_such_mailbox:
            return Reply::no(code::nonexistent, "No such mailbox");
        case errc::mailbox_exists:
            return Reply::no(code::already_exists, "Mailbox already exists");
        case errc::bad_name:
            return Reply::no(code::cannot, "Invalid mailbox name");
        case errc::not_allowed:
            return Reply::no(code::cannot, "That can't be done with this mailbox");
        case errc::has_children:
            return Reply::no(code::has_children, "Mailbox has mailboxes below it");
        case errc::no_such_quota_root:
            return Reply::no(code::nonexistent, "No such quota root");
        case errc::over_quota_now:
        case errc::over_quota:
            return Reply::no(code::over_quota, "Quota exceeded");
        case errc::too_many_mailboxes:
            return Reply::no(code::limit, "Too many mailboxes");
        case errc::too_many_keywords:
            return Reply::no(code::limit, "Too many keywords in this mailbox");
        case errc::bad_keyword:
            return Reply::no(code::cannot, "Invalid keyword");
        case errc::too_many_messages:
            return Reply::no(code::limit, "Too many messages at once");
        case errc::too_many:
            return Reply::no(code::limit, "A limit is reached");
        case errc::no_such_message:
            return Reply::no(code::expunge_issued, "Some of the messages no longer exist");
        case errc::state_changed:
        case errc::state_unknown:
        case errc::email_exists:
            break;  // emails are gRPC's
        case errc::too_large:
            return Reply::no(code::too_big, "Message too large");
        case errc::no_permission:
            return Reply::no(code::no_perm, "Permission denied");
    }
    return Reply::no(code::server_bug, "Internal error");
}

Reply reply_of(storage::errc error) {
    switch (error) {
        case storage::errc::no_space:
            return Reply::no(code::over_quota, "No space left in the message store");
        case storage::errc::io:
        case storage::errc::busy:
            return Reply::no(code::unavailable, "Message store temporarily unavailable");
        case storage::errc::stopped:
            return Reply::hang_up();
        case storage::errc::damaged:
        case storage::errc::no_such_body:
            return Reply::no(code::corruption, "Message is damaged");
        case storage::errc::too_large:
            return Reply::no(code::too_big, "Message too large");
    }
    return Reply::no(code::server_bug, "Internal error");
}

}  // namespace

Reply reply_of(const Error& error) {
    if (error.code.category() == store::category()) return reply_of(static_cast<errc>(error.code.value()));
    if (error.code.category() == storage::category()) return reply_of(static_cast<storage::errc>(error.code.value()));
    return Reply::no(code::server_bug, "Internal error");
}

Reply reply_of_missing(std::string_view done, bool by_uid) {
    if (by_uid) return Reply::ok(done, std::string(imap::code::expunge_issued));
    return Reply::no(imap::code::expunge_issued, "Some of the messages no longer exist");
}

}  // namespace helio::store::imapd
