#include "common/sasl/plain.h"

#include "common/base/text.h"

namespace helio::sasl {

// message = [authzid] UTF8NUL authcid UTF8NUL passwd
Result<Credentials> parse_plain(std::string_view message) {
    const auto first = message.find('\0');
    if (first == std::string_view::npos) return fail(errc::malformed, "PLAIN without a NUL");
    const auto second = message.find('\0', first + 1);
    if (second == std::string_view::npos) return fail(errc::malformed, "PLAIN with one NUL");
    const auto authorization = message.substr(0, first);
    const auto authentication = message.substr(first + 1, second - first - 1);
    const auto password = message.substr(second + 1);
    if (password.find('\0') != std::string_view::npos) return fail(errc::malformed, "PLAIN with three NULs");
    if (authentication.empty()) return fail(errc::malformed, "PLAIN without an authentication id");
    if (authorization.size() > most_id_bytes || authentication.size() > most_id_bytes ||
        password.size() > most_password_bytes) {
        return fail(errc::malformed, "PLAIN with a part over its limit");
    }
    if (!base::is_utf8(authorization) || !base::is_utf8(authentication) || !base::is_utf8(password)) {
        return fail(errc::malformed, "PLAIN that is not UTF-8");
    }
    return Credentials{.authorization_id = std::string(authorization),
                       .authentication_id = std::string(authentication),
                       .password = base::Secret(std::string(password)),
                       .proof = Proof::password};
}

Result<Mechanism::Step> Plain::step(std::string_view response) {
    auto parsed = parse_plain(response);
    if (!parsed) return fail(parsed.error());
    credentials_ = std::move(*parsed);
    return Step{.done = true, .challenge = {}};
}

}  // namespace helio::sasl
