// The hashes that mechanisms are made of, over OpenSSL: MD5 (CRAM-MD5, DIGEST-MD5, APOP), SHA-1 and SHA-256 (SCRAM).
// Bytes in, bytes out; pure but for random_token(). Throws std::runtime_error when OpenSSL has no such hash.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace helio::sasl {

enum class Hash { md5, sha1, sha256 };

std::string hash_of(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view bytes);
/// RFC 8018 §5.2 with HMAC, as long as the hash: Hi() of RFC 5802 §2.2.
std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt, unsigned iterations);
/// So many random bytes in base64: printable, without a comma.
std::string random_token(std::size_t bytes);

}  // namespace helio::sasl
