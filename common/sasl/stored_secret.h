// StoredSecret: what a directory holds of one user's password, in the forms that challenge mechanisms can use: the
// password itself, or SCRAM's keys, from which nobody gets the password back. Read from the values of userPassword and
// authPassword. Pure; tests/fuzz/sasl_stored_secret.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/secret.h"
#include "common/sasl/digest.h"

namespace helio::sasl {

/// RFC 5802 §3: what a server stores.
struct ScramKeys {
    unsigned iterations = 0;
    std::string salt;
    std::string stored_key;
    std::string server_key;
    bool operator==(const ScramKeys&) const = default;
};

/// Bounds of what is believed of a stored value.
inline constexpr unsigned least_iterations = 1;
inline constexpr unsigned most_iterations = 10'000'000;
inline constexpr std::size_t most_salt_bytes = 128;

struct StoredSecret {
    base::Secret clear;  ///< empty: not stored so
    std::optional<ScramKeys> sha1;
    std::optional<ScramKeys> sha256;

    /// Takes in one value of userPassword or authPassword; what it can't use (a hash of another kind) it passes over.
    /// Forms: `{CLEAR}password` (also CLEARTEXT, PLAIN), a value without a scheme, which is the password;
    /// `{SCRAM-SHA-256}iterations,salt,stored key,server key` (GNU SASL, Dovecot) and
    /// `SCRAM-SHA-256$iterations:salt$stored key:server key` (RFC 5803), also behind `{SCRAM-SHA-256}`.
    void add(std::string_view value);
    bool empty() const { return clear.empty() && !sha1 && !sha256; }
};

/// The keys of a password (RFC 5802 §3); `password` is prepared by SASLprep where it can be.
ScramKeys derive_keys(Hash hash, const base::Secret& password, std::string salt, unsigned iterations);
/// "SCRAM-SHA-256$iterations:salt$stored key:server key" (RFC 5803 §2).
std::string print_keys(Hash hash, const ScramKeys& keys);

}  // namespace helio::sasl
