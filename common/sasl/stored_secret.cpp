#include "common/sasl/stored_secret.h"

#include <array>

#include "common/base/text.h"
#include "common/sasl/saslprep.h"

namespace helio::sasl {
namespace {

std::size_t size_of(Hash hash) { return hash == Hash::sha1 ? 20 : 32; }

std::string_view name_of(Hash hash) { return hash == Hash::sha1 ? "SCRAM-SHA-1" : "SCRAM-SHA-256"; }

/// The four parts, whatever separates them.
std::optional<std::array<std::string_view, 4>> four_parts(std::string_view text) {
    std::array<std::string_view, 4> parts;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto end = text.find_first_of(",$:");
        if (end == std::string_view::npos) return std::nullopt;
        parts[i] = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    parts[3] = text.substr(0, text.find_first_of(",$:"));  // GNU SASL may put the salted password behind
    return parts;
}

// authInfo "$" authValue: iter-count ":" salt "$" stored-key ":" server-key (RFC 5803 §2)
std::optional<ScramKeys> parse_keys(Hash hash, std::string_view text) {
    const auto parts = four_parts(text);
    if (!parts) return std::nullopt;
    const auto iterations = base::parse_number32(base::trim((*parts)[0]));
    auto salt = base::base64_decode(base::trim((*parts)[1]));
    auto stored = base::base64_decode(base::trim((*parts)[2]));
    auto server = base::base64_decode(base::trim((*parts)[3]));
    if (!iterations || *iterations < least_iterations || *iterations > most_iterations) return std::nullopt;
    if (!salt || salt->empty() || salt->size() > most_salt_bytes) return std::nullopt;
    if (!stored || stored->size() != size_of(hash) || !server || server->size() != size_of(hash)) return std::nullopt;
    return ScramKeys{*iterations, std::move(*salt), std::move(*stored), std::move(*server)};
}

bool take_scheme(std::string_view& text, std::string_view scheme) {
    if (!base::starts_with_ignoring_case(text, scheme)) return false;
    text.remove_prefix(scheme.size());
    return true;
}

bool take_braced(std::string_view& text, std::string_view scheme) {
    return take_scheme(text, "{" + std::string(scheme) + "}");
}

/// True when `value` is of that kind, whether or not its keys are any good.
bool take_keys(Hash hash, std::string_view value, std::optional<ScramKeys>& into) {
    const auto name = std::string(name_of(hash));
    bool ours = take_braced(value, name);
    ours = take_scheme(value, name + "$") || ours;
    if (!ours) return false;
    auto keys = parse_keys(hash, value);
    if (keys && !into) into = std::move(keys);
    return true;
}

/// Any other scheme, in braces (RFC 2307) or as authPassword has it (RFC 3112 §2.1), is a hash for binds alone.
bool is_other_hash(std::string_view value) {
    if (value.starts_with('{')) return value.contains('}');
    const auto end = value.find('$');
    if (end == std::string_view::npos || end == 0 || !value.substr(end + 1).contains('$')) return false;
    return value.substr(0, end).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/_") == std::string_view::npos;
}

}  // namespace

void StoredSecret::add(std::string_view value) {
    if (take_keys(Hash::sha256, value, sha256) || take_keys(Hash::sha1, value, sha1)) return;
    for (const auto* scheme : {"CLEAR", "CLEARTEXT", "PLAIN"}) {
        if (!take_braced(value, scheme)) continue;
        if (clear.empty()) clear = base::Secret(std::string(value));
        return;
    }
    if (!is_other_hash(value) && clear.empty()) clear = base::Secret(std::string(value));
}

ScramKeys derive_keys(Hash hash, const base::Secret& password, std::string salt, unsigned iterations) {
    auto prepared = saslprep(password.reveal());
    const base::Secret text(prepared ? std::move(*prepared) : password.reveal());
    const base::Secret salted(pbkdf2(hash, text.reveal(), salt, iterations));
    const base::Secret client_key(hmac(hash, salted.reveal(), "Client Key"));
    return {iterations, std::move(salt), hash_of(hash, client_key.reveal()), hmac(hash, salted.reveal(), "Server Key")};
}

std::string print_keys(Hash hash, const ScramKeys& keys) {
    return std::string(name_of(hash)) + "$" + std::to_string(keys.iterations) + ":" + base::base64_encode(keys.salt) +
           "$" + base::base64_encode(keys.stored_key) + ":" + base::base64_encode(keys.server_key);
}

}  // namespace helio::sasl
