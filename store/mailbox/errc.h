// What the mailbox model answers when a request can't be done. Nothing has happened then.
// Beside these, writes answer storage::errc (no_space, io, busy: temporary; stopped: hang up without an answer).
#pragma once

#include <system_error>

namespace helio::store {

enum class errc {
    no_such_user = 1,
    no_such_mailbox,  ///< never was, or deleted meanwhile
    mailbox_exists,
    bad_name,            ///< empty, over-long, not UTF-8, control characters, empty component, too deep
    not_allowed,         ///< deleting or recreating INBOX, renaming a mailbox below itself
    has_children,        ///< delete of a mailbox that has some
    over_quota,          ///< more than a limit of the user, the folder or the domain would be held
    too_many_mailboxes,  ///< Limits::mailboxes of the user
    too_many_keywords,   ///< 256 in a mailbox
    bad_keyword,         ///< not an IMAP atom, or over-long
    too_many_messages,   ///< above Limits::change_messages in one atomic change; or no UID left
    too_many,            ///< another limit: subscriptions, watches
    no_such_message,
    too_large,       ///< message above Limits::message_bytes
    state_changed,   ///< the account is not in the state that the change was made for
    state_unknown,   ///< the history does not reach back to that state: read everything anew
    email_exists,    ///< an import of an email that the account holds already
    no_permission,   ///< the user lacks a right (RFC 4314) in a mailbox that he may know of
    over_quota_now,  ///< the same for a delivery, in the time of grace: try again later
    no_such_quota_root,
};

const std::error_category& category();
inline std::error_code make_error_code(errc e) { return {static_cast<int>(e), category()}; }

}  // namespace helio::store

template <>
struct std::is_error_code_enum<helio::store::errc> : std::true_type {};
