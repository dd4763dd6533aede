// LineCleaner: message text on its way in or out, so that every line ends in CRLF and nothing else looks like an end.
// RFC 5321 §2.3.8: CR and LF occur only together. A bare LF becomes CRLF, a bare CR a space, NUL a space; whoever
// refuses such messages asks dirty() at the end. Chunk-fed: cuts may fall anywhere, also between CR and LF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace helio::smtp {

class LineCleaner {
public:
    /// Appends the cleaned bytes to `into`. A CR at the very end waits for the next call.
    void feed(std::string_view bytes, std::string& into);
    /// The text ends here: a CR that waited was bare.
    void finish(std::string& into);
    /// A bare CR, a bare LF or a NUL has been seen.
    bool dirty() const { return dirty_; }
    /// What went out last ended a line, or nothing went out yet.
    bool at_line_start() const { return at_line_start_; }

private:
    void append(std::string_view bytes, std::string& into);

    bool cr_waits_ = false;
    bool dirty_ = false;
    bool at_line_start_ = true;
};

}  // namespace helio::smtp
