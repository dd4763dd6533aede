// Framer: cuts a client's bytes into whole IMAP commands, literals included (RFC 9051 §4.3, RFC 7888).
// Used by the store's and the proxy's sessions. It does no I/O: at a literal it says so, and the session writes the
// "+". The session may let the literal be buffered (accept), read its bytes itself (take; APPEND) or refuse it. Memory
// is bounded by Limits; what is over a limit is skipped up to the end of that command, so that the next one parses. NUL
// and a bare CR are errors of the command; a bare LF ends a line like CRLF. reset() gives all memory back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace helio::imap {

class Framer {
public:
    struct Limits {
        std::size_t line_bytes = 8192;      ///< of one line between literals; RFC 7162 §4 asks for 8192
        std::size_t literal_bytes = 65536;  ///< of one buffered literal
        std::size_t total_bytes = 262144;   ///< of one command with its buffered literals
        bool literal_minus = false;         ///< non-synchronising literals above 4096 bytes are refused (RFC 7888 §5)
    };
    enum class State {
        need_more,  ///< everything was consumed, no command is complete
        literal,    ///< the line announced a literal: call accept_literal(), take_literal() or refuse_literal()
        complete,   ///< command() holds one command; handle it, then reset()
        error,      ///< the command was skipped for `fault`; answer BAD to tag(), then reset()
    };
    enum class Fault { none, line_too_long, too_large, nul, bare_cr, refused };
    struct Step {
        State state = State::need_more;
        std::size_t consumed = 0;         ///< bytes taken from the input; the rest is the caller's again
        std::uint64_t literal_bytes = 0;  ///< with State::literal
        bool non_sync = false;            ///< "{n+}": the client waits for no "+"
        bool binary = false;              ///< "~{n}": literal8, may hold NUL (RFC 3516)
        Fault fault = Fault::none;
    };

    Framer() = default;
    explicit Framer(Limits limits) : limits_(limits) {}

    /// From the next command on.
    void set_limits(Limits limits) { limits_ = limits; }

    /// Takes bytes of the current command, never past its end.
    Step feed(std::string_view bytes);

    /// After State::literal: the bytes that follow become part of command(). False when a limit forbids it (then
    /// refuse).
    bool accept_literal();
    /// After State::literal: the caller reads the literal's bytes itself; feed() goes on behind them.
    void take_literal();
    /// After State::literal: gives the command up. A synchronising client sends no literal, so true: the command is
    /// over now, answer it and reset(). False: feed() skips the literal and the rest, then answers error with
    /// Fault::refused.
    bool refuse_literal();

    /// The command as it came, without its last CRLF; literals stand as "{n}" CRLF bytes (those taken: without bytes).
    std::string_view command() const { return text_; }
    /// The tag of what has come so far, or "*" when there is no good one.
    std::string_view tag() const;
    /// True when bytes of a command have come that is not complete.
    bool in_command() const { return phase_ != Phase::line || !text_.empty(); }
    /// Forgets the command and wipes it (it may hold a password).
    void reset();

private:
    enum class Phase { line, await_decision, literal, skip_line, skip_literal };
    Step feed_line(std::string_view bytes);
    Step feed_literal(std::string_view bytes);
    Step skip(std::string_view bytes);
    Step end_of_line(std::size_t consumed);
    void start_skipping(Fault fault);
    void skip_announced_literal();
    bool read_literal_header(std::string_view line);

    Limits limits_;
    Phase phase_ = Phase::line;
    Fault fault_ = Fault::none;
    std::string text_;
    std::string tail_;             // while skipping: the end of the line
    std::size_t line_start_ = 0;   // where the current line begins in text_
    std::uint64_t remaining_ = 0;  // bytes of the literal still to come
    Step announced_;
};

/// The words for a BAD reply.
std::string_view to_text(Framer::Fault fault);

/// The tag at the start of a command line, or "*" (RFC 9051 §9: tag = 1*<any ASTRING-CHAR except "+">).
std::string_view tag_of(std::string_view command);

}  // namespace helio::imap
