// The form of a multi-line response (RFC 1939 §3): CRLF line ends, lines that begin with a dot get one more, a line
// with a dot ends it. Streaming: fed in pieces of any size. Pure; tests/fuzz/store_pop.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace helio::store {

class DotText {
public:
    /// Appends the response form of `piece`; a bare LF becomes CRLF.
    void feed(std::string_view piece, std::string& into);
    /// Ends the last line where the text did not, then the response.
    void finish(std::string& into);

private:
    bool at_line_start_ = true;
    bool after_cr_ = false;
};

/// Where TOP stops: behind the header, the empty line and `lines` lines of the body (RFC 1939 §7).
class TopCut {
public:
    explicit TopCut(std::uint64_t lines) : left_(lines) {}
    /// How many bytes of the next piece belong to the answer; less than its size: the end is reached.
    std::size_t take(std::string_view piece);
    bool done() const { return !in_header_ && left_ == 0; }

private:
    bool in_header_ = true;
    bool line_is_empty_ = true;
    std::uint64_t left_;
};

}  // namespace helio::store
