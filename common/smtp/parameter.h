// ESMTP parameters of MAIL and RCPT (RFC 5321 §4.1.2: esmtp-keyword ["=" esmtp-value]) and their meaning:
// SIZE (RFC 1870), BODY (RFC 6152, RFC 3030), SMTPUTF8 (RFC 6531), AUTH (RFC 4954), RET ENVID NOTIFY ORCPT (RFC 3461).
// What is none of these stays in `others` for the caller (the store's XDELIVERY); who doesn't know it answers
// 555 5.5.4.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/smtp/reply.h"

namespace helio::smtp {

struct Parameter {
    std::string keyword;  ///< upper case
    std::string value;    ///< as sent; empty without "="
    bool has_value = false;
    bool operator==(const Parameter&) const = default;
};

/// Splits what stands behind the path. At most 32 parameters; a keyword twice is an error.
/// The error is the reply to give: 501 5.5.4.
std::expected<std::vector<Parameter>, Reply> parse_parameters(std::string_view text);

enum class Body { seven_bit, eight_bit_mime, binary_mime };
std::string_view to_string(Body body);  ///< "7BIT", "8BITMIME", "BINARYMIME"
enum class Ret { full, headers };

struct MailParameters {
    std::optional<std::uint64_t> size;
    Body body = Body::seven_bit;
    bool smtputf8 = false;
    std::optional<std::string> auth;  ///< decoded; "<>" when the client doesn't say (RFC 4954 §5)
    std::optional<Ret> ret;
    std::string envid;  ///< decoded
    std::vector<Parameter> others;
    bool operator==(const MailParameters&) const = default;
};

/// NOTIFY's conditions; all false with `never` set or when the client didn't ask.
struct Notify {
    bool given = false;
    bool never = false;
    bool success = false;
    bool failure = false;
    bool delay = false;
    bool operator==(const Notify&) const = default;
};

struct RcptParameters {
    Notify notify;
    std::string orcpt;  ///< "rfc822;alice@example.test", decoded behind the type
    std::vector<Parameter> others;
    bool operator==(const RcptParameters&) const = default;
};

/// The error is the reply to give: 501 5.5.4.
std::expected<MailParameters, Reply> interpret_mail(std::vector<Parameter> parameters);
std::expected<RcptParameters, Reply> interpret_rcpt(std::vector<Parameter> parameters);

/// With a space in front of each: " SIZE=1000 BODY=8BITMIME"; empty when there is nothing to say.
std::string print(const MailParameters& parameters);
std::string print(const RcptParameters& parameters);

}  // namespace helio::smtp
