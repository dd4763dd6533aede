// Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183) with parameters, continuations joined (RFC 2231 §3).
// Case is kept as written; comments are dropped. Tolerant: a missing quote or blanks in an unquoted value are lived
// with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace helio::mail {

struct Parameter {
    std::string name;   ///< `filename*` when the value is extended (charset'language'percent-encoded), kept raw
    std::string value;  ///< without quoting
    bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;

/// The value of the parameter of that name, any case.
const std::string* find_parameter(const Parameters& parameters, std::string_view name);

struct ContentType {
    std::string type = "text";
    std::string subtype = "plain";
    Parameters parameters;

    bool is(std::string_view wanted_type) const;
    bool is(std::string_view wanted_type, std::string_view wanted_subtype) const;
};

struct ContentDisposition {
    std::string type;
    Parameters parameters;
};

/// Nothing when there is no `type/subtype` in it (RFC 2045 §5.2: the caller then takes the default).
std::optional<ContentType> parse_content_type(std::string_view value);
/// Nothing when it begins with no token.
std::optional<ContentDisposition> parse_content_disposition(std::string_view value);
/// The first token of a value: Content-Transfer-Encoding's mechanism. Empty when there is none.
std::string parse_mime_token(std::string_view value);
/// Language-list of Content-Language (RFC 3282 §2).
std::vector<std::string> parse_languages(std::string_view value);

}  // namespace helio::mail
