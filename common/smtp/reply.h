// Reply: one SMTP or LMTP answer: three-digit code, enhanced status code (RFC 2034, RFC 3463) and one or more lines.
// Servers print() it; clients build it from lines with ReplyReader. Pure values: no socket, no clock.
// Always holds for a printed reply: no line holds CR, LF or other control characters, so no text can forge a reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace helio::smtp {

/// "5.1.1": class, subject, detail (RFC 3463 §2).
struct EnhancedCode {
    unsigned status_class = 0;
    unsigned subject = 0;
    unsigned detail = 0;
    auto operator<=>(const EnhancedCode&) const = default;
    std::string to_string() const;
    /// The whole of `text` must be a code: one digit 2, 4 or 5, then two numbers of at most three digits.
    static std::optional<EnhancedCode> parse(std::string_view text);
};

struct Reply {
    unsigned code = 0;
    std::optional<EnhancedCode> enhanced;
    std::vector<std::string> lines;  ///< text behind code and enhanced code; at least one, may be empty

    bool is_positive() const { return code >= 200 && code < 300; }
    bool is_intermediate() const { return code >= 300 && code < 400; }
    bool is_temporary() const { return code >= 400 && code < 500; }
    bool is_permanent() const { return code >= 500; }
    bool operator==(const Reply&) const = default;
};

/// `reply(550, {5, 1, 1}, "no such user here")`.
[[nodiscard]] Reply reply(unsigned code, EnhancedCode enhanced, std::string text);
/// Without an enhanced code: greetings, EHLO, intermediate replies (RFC 2034 §4).
[[nodiscard]] Reply plain_reply(unsigned code, std::string text);

/// The bytes to send, each line with its CRLF (RFC 5321 §4.2.1).
[[nodiscard]] std::string print(const Reply& reply);
/// For logs and DSNs: "550 5.1.1 no such user here", lines joined by a space, printable characters only.
[[nodiscard]] std::string one_line(const Reply& reply);

/// Builds a Reply from a server's lines (without CRLF), one at a time.
class ReplyReader {
public:
    static constexpr std::size_t max_lines = 128;

    /// Nothing while the reply goes on; then the reply, and the reader is ready for the next one.
    /// Errors: errc::bad_reply (no three digits, a code that changes, more than max_lines).
    Result<std::optional<Reply>> feed(std::string_view line);

private:
    Reply partial_;
};

}  // namespace helio::smtp
