// HeaderReader: the fields of a header block (RFC 5322 §2.2), one after the other, as views into it.
// Used for HEADER.FIELDS, SEARCH HEADER, envelopes, loop detection. Tolerant: CRLF or LF, broken lines are skipped,
// white space before the colon is dropped; the block ends at the first empty line or with the bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace helio::mail {

struct HeaderField {
    std::string_view name;   ///< without the colon; empty for a line that is no field
    std::string_view value;  ///< behind the colon, folds inside, without the last line's end; not trimmed
    std::string_view text;   ///< the whole field with its last line's end
    std::size_t offset = 0;  ///< of `text` in the block
};

struct HeaderLimits {
    std::size_t block_bytes = 1u << 20;  ///< the reader stops there
    std::size_t fields = 10'000;         ///< and there
};

class HeaderReader {
public:
    explicit HeaderReader(std::string_view block, HeaderLimits limits = {});
    /// The next field, broken lines included (with an empty name); nothing at the end of the block.
    std::optional<HeaderField> next();
    /// Where the body begins: behind the empty line. Right once next() has given nothing.
    std::size_t body_offset() const { return at_; }

private:
    std::string_view block_;
    HeaderLimits limits_;
    std::size_t at_ = 0;
    std::size_t count_ = 0;
    bool ended_ = false;
};

/// A name and the rest of an unfolded line behind its colon; empty name when the line is no field.
struct FieldStart {
    std::string_view name;
    std::size_t value_at = 0;
};
FieldStart split_field(std::string_view line);

/// RFC 5322 §2.2.3: line ends are removed, the white space behind them stays; trimmed at both ends. NUL is dropped.
std::string unfold(std::string_view value);

/// The value of the first field of that name (any case), unfolded; nothing when there is none.
std::optional<std::string> find_field(std::string_view block, std::string_view name, HeaderLimits limits = {});

/// Length of the header block of `message`, the empty line included; all of it when there is none.
std::size_t header_length(std::string_view message);

}  // namespace helio::mail
