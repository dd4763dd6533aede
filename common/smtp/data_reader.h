// DataReader: the text behind DATA, as it comes from the wire, to the message (RFC 5321 §4.1.1.4, §4.5.2).
// Only CRLF "." CRLF ends it, whatever else a peer may call an end ("SMTP smuggling"); a dot that starts a line behind
// CRLF is taken off; bare CR, bare LF and NUL are cleaned (LineCleaner) and reported by dirty().
// Chunk-fed: any cuts give the same message, also one byte at a time. Used by mta/smtpd and the store's LMTP server.
#pragma once

#include "common/smtp/line_cleaner.h"

namespace helio::smtp {

/// What a server does with a message whose lines are not all CRLF-ended; configuration says which.
enum class BareNewlines {
    refuse,     ///< 554 5.6.0 after the end of data
    normalise,  ///< accept the cleaned text
};

class DataReader {
public:
    struct Progress {
        std::size_t consumed = 0;  ///< of the bytes given; what is left belongs to the next command
        bool complete = false;     ///< the end of data has been read
    };
    /// Appends message text to `into`. Nothing is consumed after the end.
    Progress feed(std::string_view bytes, std::string& into);
    bool complete() const { return state_ == State::complete; }
    /// A bare CR, a bare LF or NUL was in the text.
    bool dirty() const { return cleaner_.dirty(); }

private:
    enum class State { line_start, in_line, cr, dot, dot_cr, complete };
    void step(char c, std::string& into);

    State state_ = State::line_start;
    LineCleaner cleaner_;
};

}  // namespace helio::smtp
