// AppendParser: what follows the mailbox in APPEND and REPLACE, read as it comes from the wire: messages as literals
// (RFC 9051 §6.3.12, RFC 3502), as UTF8 literals (RFC 6855 §4) or put together by CATENATE (RFC 4469). The literals of
// messages and TEXT parts are the session's to read; it asks next() with the text that has come since, after each
// literal that the framer announces and at the end of the command. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/imap/date.h"
#include "common/imap/flags.h"
#include "common/imap/syntax.h"

namespace helio::imap {

/// What stands before the data of one message.
struct MessageHead {
    Flags flags;
    std::optional<DateTime> date;
};

class AppendParser {
public:
    struct Event {
        enum class Kind {
            message,      ///< the announced literal is a message: read it; `binary`, `utf8`
            text,         ///< the announced literal is a TEXT part of the message that is put together: read it
            url,          ///< `url` names a part of that message
            accept,       ///< the announced literal is an argument (a URL): let the framer keep it, then ask again
            message_end,  ///< the message that was put together is complete
            end,          ///< the command is complete
        };
        Kind kind = Kind::end;
        bool binary = false;  ///< literal8
        bool utf8 = false;    ///< in UTF8 (...)
        std::string url = {};
        std::size_t consumed = 0;  ///< bytes of the given text that need not be given again
    };

    /// `text` is what has come and was not consumed; with `complete` it ends the command, else it ends with the header
    /// of the announced literal.
    Parsed<Event> next(std::string_view text, bool complete);
    /// Of the message that was begun last.
    const MessageHead& head() const { return head_; }

private:
    enum class Phase { message, utf8_end, first_part, part };
    Parsed<Event> begin_message(std::string_view text);
    Parsed<Event> next_part(std::string_view text);

    Phase phase_ = Phase::message;
    MessageHead head_;
    bool any_ = false;  // a message was seen
};

/// What REPLACE and APPEND begin with.
struct AppendTarget {
    bool replace = false;      ///< RFC 8508
    bool uid = false;          ///< UID REPLACE
    std::uint32_t number = 0;  ///< of the message to replace; 0: the last one
    std::string mailbox;       ///< as on the wire
    std::size_t consumed = 0;  ///< of the command text, up to the space before the first message
};

/// For a framer at a literal or at the end: nothing when `so_far` is no APPEND or REPLACE or its mailbox is not
/// complete yet.
std::optional<AppendTarget> parse_append_target(std::string_view so_far);

}  // namespace helio::imap
