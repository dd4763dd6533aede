#include "common/sasl/digest.h"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "common/base/text.h"

namespace helio::sasl {
namespace {

const EVP_MD* openssl_hash(Hash hash) {
    switch (hash) {
        case Hash::md5:
            return EVP_md5();
        case Hash::sha1:
            return EVP_sha1();
        case Hash::sha256:
            break;
    }
    return EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

using Room = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string text_of(const Room& room, unsigned length) { return {reinterpret_cast<const char*>(room.data()), length}; }

}  // namespace

std::string hash_of(Hash hash, std::string_view bytes) {
    Room room{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), room.data(), &length, openssl_hash(hash), nullptr) != 1)
        throw std::runtime_error("OpenSSL refuses a hash that SASL needs");
    return text_of(room, length);
}

std::string hmac(Hash hash, std::string_view key, std::string_view bytes) {
    Room room{};
    unsigned length = 0;
    static constexpr unsigned char no_key = 0;  // a null key would mean the previous one
    const auto* start = key.empty() ? &no_key : bytes_of(key);
    if (HMAC(openssl_hash(hash), start, static_cast<int>(key.size()), bytes_of(bytes), bytes.size(), room.data(),
             &length) == nullptr)
        throw std::runtime_error("OpenSSL refuses an HMAC that SASL needs");
    return text_of(room, length);
}

std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt, unsigned iterations) {
    const auto* digest = openssl_hash(hash);
    std::string key(static_cast<std::size_t>(EVP_MD_get_size(digest)), '\0');
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                          static_cast<int>(salt.size()), static_cast<int>(iterations), digest,
                          static_cast<int>(key.size()), reinterpret_cast<unsigned char*>(key.data())) != 1)
        throw std::runtime_error("OpenSSL refuses PBKDF2");
    return key;
}

std::string random_token(std::size_t bytes) {
    std::string random(bytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(bytes)) != 1)
        throw std::runtime_error("no random bytes");
    return base::base64_encode(random);
}

}  // namespace helio::sasl
