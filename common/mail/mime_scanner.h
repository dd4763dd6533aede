// MimeScanner: one pass over a message, fed in chunks of any size, that finds its parts (RFC 2045, 2046).
// Keeps no body bytes; of headers only what MimeTree shows, within a budget. Never fails: what is beyond a limit or
// broken becomes a plain part, as Dovecot has it:
//   a multipart without boundary           -> text/plain (RFC 2045 §5.2)
//   nesting or part count beyond a limit   -> application/octet-stream
//   a missing final boundary               -> ends at the parent's boundary or with the message
//   a boundary inside a part's header      -> that header ends there
//   a line that begins with a boundary     -> is one, whatever follows (RFC 2046 §5.1.1); of several the longest wins
// CRLF and LF lines may be mixed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/mime_part.h"

namespace helio::mail {

struct ScanLimits {
    std::size_t depth = 100;                ///< nested multiparts and messages
    std::size_t parts = 1'000;              ///< parts of one message
    std::size_t header_bytes = 256 * 1024;  ///< bytes of interesting fields kept, all parts together
};

class MimeScanner {
public:
    explicit MimeScanner(ScanLimits limits = {});

    void feed(std::string_view chunk);
    /// The message has ended. The scanner can't be used again.
    MimeTree finish();

private:
    struct Open {
        std::uint32_t part;
        std::string boundary;  // of a multipart whose final boundary has not come
        bool in_header = true;
        bool digest = false;  // children are messages by default (RFC 2046 §5.1.5)
        std::uint64_t newlines_before_body = 0;
    };
    struct Match {
        std::size_t level = 0;  // index in open_
        bool final = false;
    };

    MimePart& part_of(const Open& open) { return tree_.parts[open.part]; }
    std::size_t wanted_prefix() const;
    std::size_t feed_body(std::string_view chunk);
    void line(std::string_view text, std::uint64_t bytes, unsigned end_bytes);
    void header_line(std::string_view text, std::uint64_t bytes);
    void begin_field(std::string_view text);
    void keep(std::string_view text);
    void end_field();
    void take_mime_field(MimePart& part, std::string_view name, std::string_view value);
    void end_header(std::uint64_t body_offset, std::uint64_t newlines);
    void settle_type(Open& open);
    bool boundary_line(std::string_view text, std::uint64_t bytes);
    bool find_boundary(std::string_view text, Match& match) const;
    void open_part(std::uint64_t offset, bool is_message, std::size_t parent);
    void close_above(std::size_t level, std::uint64_t end, bool stripped);
    void close(const Open& open, std::uint64_t end, bool stripped);

    const ScanLimits limits_;
    MimeTree tree_;
    std::vector<Open> open_;
    std::size_t boundaries_ = 0;  // of open_ that still wait for one
    std::uint64_t offset_ = 0;    // of the current line
    std::uint64_t newlines_ = 0;  // line ends before it
    unsigned previous_end_ = 0;   // bytes of the line end before it: 0, 1 or 2

    std::string carry_;              // the start of a line that a chunk cut
    std::uint64_t carry_bytes_ = 0;  // its true length so far
    char carry_last_ = 0;

    std::string field_;  // raw text of the field in progress, folds inside
    bool keeps_field_ = false;
    std::size_t kept_bytes_ = 0;
};

/// All at once.
MimeTree scan_mime(std::string_view message, ScanLimits limits = {});

}  // namespace helio::mail
