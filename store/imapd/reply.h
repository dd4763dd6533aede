// Reply: how a command ends: the tagged line, or the end of the session. Untagged data goes to ImapSession::out().
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/imap/response.h"

namespace helio::store::imapd {

struct Reply {
    enum class After {
        go_on,
        sent,    ///< the command has sent its tagged line itself (STARTTLS)
        close,   ///< the tagged line is sent, then the session ends (LOGOUT)
        hang_up  ///< no tagged line; the session ends (peer gone, storage stopped)
    };
    imap::Status status = imap::Status::ok;
    std::string code;  ///< response code without brackets
    std::string text;
    After after = After::go_on;

    static Reply ok(std::string_view text, std::string code = {}) {
        return {imap::Status::ok, std::move(code), std::string(text), After::go_on};
    }
    static Reply no(std::string_view code, std::string_view text) {
        return {imap::Status::no, std::string(code), std::string(text), After::go_on};
    }
    static Reply bad(std::string_view text, std::string_view code = {}) {
        return {imap::Status::bad, std::string(code), std::string(text), After::go_on};
    }
    static Reply already_sent() { return {imap::Status::ok, {}, {}, After::sent}; }
    static Reply close(std::string_view text) { return {imap::Status::ok, {}, std::string(text), After::close}; }
    static Reply hang_up() { return {imap::Status::bye, {}, {}, After::hang_up}; }
};

/// What the store's refusal of a request means to an IMAP client (RFC 5530). storage::errc::stopped hangs up.
Reply reply_of(const Error& error);

/// Another session has expunged some of the messages: no error where they were named by UID (RFC 9051 §6.4.9).
Reply reply_of_missing(std::string_view done, bool by_uid);

}  // namespace helio::store::imapd
