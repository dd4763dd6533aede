// DotStuffer: a message on its way out behind DATA (RFC 5321 §4.5.2): lines end in CRLF, a line that starts with a dot
// gets another one, and finish() adds the end. What comes out never holds CRLF "." CRLF before the end, whatever the
// message holds. Chunk-fed. Used by mta/deliver, and by tests as DataReader's counterpart.
#pragma once

#include "common/smtp/line_cleaner.h"

namespace helio::smtp {

class DotStuffer {
public:
    /// Appends what is to be sent for the next piece of the message.
    void feed(std::string_view bytes, std::string& into);
    /// Ends an open last line and appends ".\r\n".
    void finish(std::string& into);

private:
    void stuff(std::string_view clean, std::string& into);

    LineCleaner cleaner_;
    std::string scratch_;
    bool at_line_start_ = true;
};

}  // namespace helio::smtp
