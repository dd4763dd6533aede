#include "common/mail/address.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <arpa/inet.h>
#include <idn2.h>

#include "common/base/text.h"

namespace helio::mail {
namespace {

constexpr std::size_t local_part_most = 64;  // RFC 5321 §4.5.3.1.1
constexpr std::size_t domain_most = 255;     // §4.5.3.1.2
constexpr std::size_t path_most = 254;       // §4.5.3.1.3: 256 with the brackets
constexpr std::size_t input_most = 2048;     // a route or U-labels may be longer than what remains of them

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// atext = ALPHA / DIGIT / specials of RFC 5322 §3.2.3 / UTF8-non-ascii (RFC 6531 §3.3)
bool is_atext(char c) {
    return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// Dot-string = Atom *("." Atom)
bool is_dot_string(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.') return false;
    if (text.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(text, [](char c) { return c == '.' || is_atext(c); });
}

/// sub-domain = Let-dig [Ldh-str]; an underscore is let through, as every MTA does.
bool is_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    return std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

/// "[192.0.2.1]", "[IPv6:2001:db8::1]" in the kernel's spelling; nothing when it is neither.
std::optional<std::string> normal_literal(std::string_view inside) {
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v6 = base::starts_with_ignoring_case(inside, "IPv6:");
    if (v6) inside.remove_prefix(5);
    const std::string copy(inside);
    const int family = v6 ? AF_INET6 : AF_INET;
    if (inet_pton(family, copy.c_str(), bytes.data()) != 1) return std::nullopt;
    if (!inet_ntop(family, bytes.data(), text.data(), text.size())) return std::nullopt;
    return std::string(v6 ? "[IPv6:" : "[") + text.data() + "]";
}

/// IDNA 2008, non-transitional; nothing when the label can't be registered.
std::optional<std::string> to_a_labels(std::string_view domain) {
    char* raw = nullptr;
    const std::string copy(domain);
    const int status = idn2_to_ascii_8z(copy.c_str(), &raw, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const std::unique_ptr<char, decltype(&idn2_free)> held(raw, idn2_free);
    if (status != IDN2_OK) return std::nullopt;
    return std::string(raw);
}

}  // namespace

/// The parser's cursor over one path.
struct AddressParser {
    std::string_view text;
    std::size_t at = 0;
    bool utf8 = false;

    bool more() const { return at < text.size(); }
    char peek() const { return text[at]; }
    bool take(char c) {
        if (!more() || peek() != c) return false;
        ++at;
        return true;
    }

    /// Quoted-string = DQUOTE *QcontentSMTP DQUOTE; the cursor stands behind the opening quote.
    Result<std::string> quoted() {
        std::string content;
        while (more()) {
            char c = text[at++];
            if (c == '"') return content;
            if (c == '\\') {
                if (!more()) break;
                c = text[at++];
            }
            if (is_control(c)) return fail(errc::malformed, "control character in a quoted local part");
            content.push_back(c);
        }
        return fail(errc::malformed, "quoted local part without its end");
    }

    Result<std::string> local_part() {
        if (take('"')) return quoted();
        const auto start = at;
        while (more() && (peek() == '.' || is_atext(peek()))) ++at;
        const auto word = text.substr(start, at - start);
        if (!is_dot_string(word)) return fail(errc::malformed, "local part");
        return std::string(word);
    }

    /// At-domain *("," At-domain) ":", read and forgotten.
    Result<> skip_route() {
        const auto colon = text.find(':', at);
        if (colon == std::string_view::npos) return fail(errc::malformed, "source route without a colon");
        for (const auto hop : base::split(text.substr(at, colon - at), ',')) {
            if (!hop.starts_with('@')) return fail(errc::malformed, "source route");
            auto domain = Address::parse_domain(hop.substr(1), utf8);
            if (!domain) return fail(std::move(domain).error());
        }
        at = colon + 1;
        return {};
    }

    /// The domain ends at `>`, white space or the end of the input.
    std::string_view domain_text() {
        const auto start = at;
        if (more() && peek() == '[') {
            const auto end = text.find(']', at);
            at = end == std::string_view::npos ? text.size() : end + 1;
        } else {
            while (more() && peek() != '>' && peek() != ' ' && peek() != '\t') ++at;
        }
        return text.substr(start, at - start);
    }

    Result<Address> mailbox(bool bare_postmaster) {
        auto local = local_part();
        if (!local) return fail(std::move(local).error());
        if (local->empty()) return fail(errc::malformed, "empty local part");
        if (local->size() > local_part_most) return fail(errc::too_long, "local part");
        if (!is_ascii(*local) && !utf8) return fail(errc::needs_smtputf8, "local part");
        if (!base::is_utf8(*local)) return fail(errc::malformed, "local part is not UTF-8");
        Address address;
        address.local_part_ = std::move(*local);
        if (!take('@')) {
            const bool allowed = bare_postmaster && base::equals_ignoring_case(address.local_part_, "postmaster");
            if (allowed) return address;
            return fail(errc::malformed, "no domain");
        }
        auto domain = Address::parse_domain(domain_text(), utf8);
        if (!domain) return fail(std::move(domain).error());
        address.domain_ = std::move(*domain);
        if (address.to_string().size() > path_most) return fail(errc::too_long, "path");
        return address;
    }
};

Result<std::string> Address::parse_domain(std::string_view text, bool utf8) {
    if (text.empty()) return fail(errc::malformed, "empty domain");
    if (text.size() > input_most) return fail(errc::too_long, "domain");
    if (text.front() == '[') {
        if (text.back() != ']') return fail(errc::malformed, "address literal");
        auto literal = normal_literal(text.substr(1, text.size() - 2));
        if (!literal) return fail(errc::malformed, "address literal");
        return std::move(*literal);
    }
    std::string domain = base::to_lower(text);
    if (!is_ascii(text)) {
        if (!utf8) return fail(errc::needs_smtputf8, "domain");
        if (!base::is_utf8(text)) return fail(errc::malformed, "domain is not UTF-8");
        auto labels = to_a_labels(domain);
        if (!labels) return fail(errc::malformed, "domain is not valid by IDNA 2008");
        domain = base::to_lower(*labels);
    }
    if (domain.size() > domain_most) return fail(errc::too_long, "domain");
    const auto labels = base::split(domain, '.');
    if (!std::ranges::all_of(labels, is_label)) return fail(errc::malformed, "domain");
    return domain;
}

Result<Address> Address::parse(std::string_view text, bool utf8) {
    if (text.size() > input_most) return fail(errc::too_long, "address");
    AddressParser parser{text, 0, utf8};
    auto address = parser.mailbox(false);
    if (address && parser.more()) return fail(errc::malformed, "text behind the address");
    return address;
}

bool Address::needs_smtputf8() const { return !is_ascii(local_part_); }

std::string Address::to_string() const {
    if (is_null()) return {};
    std::string text;
    if (is_dot_string(local_part_)) {
        text = local_part_;
    } else {
        text.push_back('"');
        for (const char c : local_part_) {
            if (c == '"' || c == '\\') text.push_back('\\');
            text.push_back(c);
        }
        text.push_back('"');
    }
    if (domain_.empty()) return text;
    return text + "@" + domain_;
}

Result<ParsedPath> parse_path(std::string_view text, PathRule rule) {
    AddressParser parser{text.substr(0, input_most), 0, rule.utf8};
    if (!parser.take('<')) return fail(errc::malformed, "no <");
    if (parser.take('>')) {
        if (!rule.null_path) return fail(errc::malformed, "empty path");
        return ParsedPath{Address(), parser.at};
    }
    if (parser.more() && parser.peek() == '@') {
        auto route = parser.skip_route();
        if (!route) return fail(std::move(route).error());
    }
    auto address = parser.mailbox(rule.bare_postmaster);
    if (!address) return fail(std::move(address).error());
    if (!parser.take('>')) return fail(errc::malformed, "no >");
    return ParsedPath{std::move(*address), parser.at};
}

}  // namespace helio::mail
