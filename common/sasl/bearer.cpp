#include "common/sasl/bearer.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/sasl/plain.h"

namespace helio::sasl {
namespace {

constexpr std::size_t most_pairs = 16;

bool is_token(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~+/=").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= most_token_bytes && std::ranges::all_of(text, allowed);
}

/// kvsep = %x01; *kvpair kvsep. Fills in `into`; the token is required.
Result<> take_pairs(std::string_view text, Credentials& into) {
    if (text.size() < 2 || !text.ends_with("\x01\x01")) return fail(errc::malformed, "bearer message without an end");
    text.remove_suffix(2);
    const auto pairs = base::split(text, '\x01');
    if (pairs.size() > most_pairs) return fail(errc::malformed, "bearer message with too many pairs");
    for (const auto pair : pairs) {
        if (base::starts_with_ignoring_case(pair, "user=")) into.authentication_id = pair.substr(5);
        if (!pair.starts_with("auth=")) continue;
        const auto value = pair.substr(5);
        if (!base::starts_with_ignoring_case(value, "Bearer ") || !into.password.empty())
            return fail(errc::malformed, "bearer message with another scheme");
        const auto token = base::trim(value.substr(7));
        if (!is_token(token)) return fail(errc::malformed, "bearer token with bad characters");
        into.password = base::Secret(std::string(token));
    }
    if (into.password.empty()) return fail(errc::malformed, "bearer message without a token");
    return {};
}

bool is_name(std::string_view name) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return name.size() <= most_id_bytes && base::is_utf8(name) && std::ranges::none_of(name, control);
}

}  // namespace

// client-resp = gs2-header kvsep *kvpair kvsep; gs2-header = "n," ["a=" saslname] ","
Result<Credentials> parse_oauthbearer(std::string_view message) {
    Credentials credentials{.proof = Proof::token};
    if (!message.starts_with("n,") && !message.starts_with("y,"))
        return fail(errc::malformed, "OAUTHBEARER without a GS2 header");
    message.remove_prefix(2);
    const auto separator = message.find('\x01');
    if (separator == std::string_view::npos || separator == 0 || message[separator - 1] != ',')
        return fail(errc::malformed, "OAUTHBEARER without a GS2 header");
    const auto id = message.substr(0, separator - 1);
    if (!id.empty()) {
        if (!id.starts_with("a=") || id.size() == 2) return fail(errc::malformed, "OAUTHBEARER with a bad name");
        std::string name(id.substr(2));
        for (const auto* code : {"=2C,", "=3D="}) {
            for (auto at = name.find(code, 0, 3); at != std::string::npos; at = name.find(code, at + 1, 3))
                name.replace(at, 3, 1, code[3]);
        }
        if (!is_name(name)) return fail(errc::malformed, "OAUTHBEARER with a bad name");
        credentials.authorization_id = std::move(name);
    }
    auto taken = take_pairs(message.substr(separator + 1), credentials);
    if (!taken) return fail(taken.error());
    credentials.authentication_id.clear();  // the name stands in the header
    return credentials;
}

Result<Credentials> parse_xoauth2(std::string_view message) {
    Credentials credentials{.proof = Proof::token};
    auto taken = take_pairs(message, credentials);
    if (!taken) return fail(taken.error());
    if (!is_name(credentials.authentication_id)) return fail(errc::malformed, "XOAUTH2 with a bad name");
    credentials.authorization_id = std::exchange(credentials.authentication_id, {});
    return credentials;
}

Result<Mechanism::Step> Bearer::step(std::string_view response) {
    auto parsed = google_form_ ? parse_xoauth2(response) : parse_oauthbearer(response);
    if (!parsed) return fail(parsed.error());
    credentials_ = std::move(*parsed);
    return Step{.done = true};
}

std::string Bearer::refusal() const {
    std::string text = google_form_ ? R"({"status":"401","schemes":"bearer")" : R"({"status":"invalid_token")";
    if (!discovery_url_.empty()) text += ",\"openid-configuration\":\"" + discovery_url_ + "\"";
    return text + "}";
}

}  // namespace helio::sasl
