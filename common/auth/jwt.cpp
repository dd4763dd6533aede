#include "common/auth/jwt.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "common/base/startup_error.h"
#include "common/base/text.h"

namespace helio::auth {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t leeway_seconds = 60;  // clocks differ
constexpr std::size_t most_keys = 100;

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;
using KeyPtr = Owned<EVP_PKEY>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// RFC 7515 §2: base64url without padding.
std::optional<std::string> decode_url(std::string_view text) {
    std::string plain(text);
    for (auto& c : plain) {
        if (c == '+' || c == '/' || c == '=') return std::nullopt;
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    plain.append((4 - plain.size() % 4) % 4, '=');
    return base::base64_decode(plain);
}

/// An object, or nothing.
std::optional<Json> parse_object(std::string_view text) {
    auto json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return json;
}

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> time_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    if (found->is_number_integer()) return found->get<std::int64_t>();
    const auto seconds = found->get<double>();
    return seconds > 0 && seconds < 1e15 ? static_cast<std::int64_t>(seconds) : 0;
}

/// A string, or an array of them: aud of RFC 7519 §4.1.3; or words between blanks: scope of RFC 6749 §3.3.
std::vector<std::string> list_of(const Json& object, const char* key, bool words) {
    std::vector<std::string> list;
    const auto found = object.find(key);
    if (found == object.end()) return list;
    if (found->is_string()) {
        const auto text = found->get<std::string>();
        if (!words) return {text};
        for (const auto word : base::split(text, ' ')) list.emplace_back(word);
    } else if (found->is_array()) {
        for (const auto& item : *found) {
            if (item.is_string()) list.push_back(item.get<std::string>());
        }
    }
    return list;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::ranges::find(list, item) != list.end();
}

KeyPtr make_key(const char* type, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
    if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) return nullptr;
    return KeyPtr(key);
}

KeyPtr rsa_key(const std::string& n, const std::string& e) {
    if (n.size() < 256 || n.size() > 1024 || e.empty() || e.size() > 8) return nullptr;  // 2048 to 8192 bits
    const Owned<BIGNUM> modulus(BN_bin2bn(bytes_of(n), static_cast<int>(n.size()), nullptr));
    const Owned<BIGNUM> exponent(BN_bin2bn(bytes_of(e), static_cast<int>(e.size()), nullptr));
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    return make_key("RSA", builder.get());
}

KeyPtr ec_key(const std::string& x, const std::string& y) {
    if (x.size() != 32 || y.size() != 32) return nullptr;
    const auto point = "\x04" + x + y;
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    return make_key("EC", builder.get());
}

KeyPtr ed25519_key(const std::string& x) {
    if (x.size() != 32) return nullptr;
    return KeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()));
}

/// r and s side by side (RFC 7518 §3.4) as OpenSSL wants them.
std::string der_signature(std::string_view raw) {
    if (raw.size() != 64) return {};
    const Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
    auto* r = BN_bin2bn(bytes_of(raw), 32, nullptr);
    auto* s = BN_bin2bn(bytes_of(raw.substr(32)), 32, nullptr);
    if (ECDSA_SIG_set0(signature.get(), r, s) != 1) return {};
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &der);
    if (length <= 0) return {};
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return text;
}

bool signature_fits(EVP_PKEY* key, std::string_view algorithm, std::string_view text, std::string_view signature) {
    const auto der = algorithm == "ES256" ? der_signature(signature) : std::string(signature);
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const auto* hash = algorithm == "EdDSA" ? nullptr : EVP_sha256();
    if (der.empty() || EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key) != 1) return false;
    return EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(text), text.size()) == 1;
}

TokenVerdict refused(std::string reason) { return {.verdict = Verdict::rejected, .reason = std::move(reason)}; }

}  // namespace

struct JwtKeys::Key {
    std::string id;
    std::string algorithm;  // "RS256", "ES256", "EdDSA": what the key's type allows, and nothing else
    KeyPtr key;
};

JwtKeys::JwtKeys() = default;
JwtKeys::~JwtKeys() = default;
JwtKeys::JwtKeys(JwtKeys&&) noexcept = default;
JwtKeys& JwtKeys::operator=(JwtKeys&&) noexcept = default;
std::size_t JwtKeys::size() const { return keys_.size(); }

Result<JwtKeys> JwtKeys::parse(std::string_view jwks) {
    const auto json = parse_object(jwks);
    const auto bad = std::make_error_code(std::errc::invalid_argument);
    if (!json || !json->contains("keys") || !(*json)["keys"].is_array())
        return fail(bad, "no JSON object with \"keys\"");
    JwtKeys all;
    for (const auto& entry : (*json)["keys"]) {
        if (!entry.is_object() || all.size() == most_keys) continue;
        if (entry.contains("use") && text_of(entry, "use") != "sig") continue;
        const auto part = [&entry](const char* name) { return decode_url(text_of(entry, name)).value_or(""); };
        auto made = std::make_unique<Key>();
        made->id = text_of(entry, "kid");
        const auto type = text_of(entry, "kty");
        const auto curve = text_of(entry, "crv");
        if (type == "RSA") {
            made->algorithm = "RS256";
            made->key = rsa_key(part("n"), part("e"));
        } else if (type == "EC" && curve == "P-256") {
            made->algorithm = "ES256";
            made->key = ec_key(part("x"), part("y"));
        } else if (type == "OKP" && curve == "Ed25519") {
            made->algorithm = "EdDSA";
            made->key = ed25519_key(part("x"));
        }
        const auto named = text_of(entry, "alg");
        if (made->key && (named.empty() || named == made->algorithm)) all.keys_.push_back(std::move(made));
    }
    if (all.keys_.empty()) return fail(bad, "no RSA, P-256 or Ed25519 key for signatures");
    return all;
}

JwtKeys JwtKeys::load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw base::StartupError("can't read the keys of tokens in " + path);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    auto keys = parse(text);
    if (!keys) throw base::StartupError(path + ": " + keys.error().detail);
    return std::move(*keys);
}

bool looks_like_jwt(std::string_view token) {
    return std::ranges::count(token, '.') == 2 && token.starts_with("eyJ");  // base64url of {"
}

TokenVerdict judge_claims(std::string_view json, const OauthConfig& config, base::WallTime now, bool required) {
    const auto claims = parse_object(json);
    if (!claims) return refused("claims are no JSON object");
    const auto seconds = base::unix_seconds(now);
    const auto expires = time_of(*claims, "exp");
    if (!expires && required) return refused("token without exp");
    if (expires && *expires + leeway_seconds <= seconds) return refused("token has expired");
    const auto begins = time_of(*claims, "nbf");
    if (begins && *begins - leeway_seconds > seconds) return refused("token does not hold yet");
    const bool has_issuer = claims->contains("iss");  // an endpoint speaks for its issuer and need not name it
    if (!config.issuer.empty() && (required || has_issuer) && text_of(*claims, "iss") != config.issuer)
        return refused("token of another issuer");
    const auto audiences = list_of(*claims, "aud", false);
    const auto ours = [&](const std::string& name) { return contains(config.audiences, name); };
    if (!config.audiences.empty() && std::ranges::none_of(audiences, ours))
        return refused("token for another audience");
    auto scopes = list_of(*claims, "scope", true);
    if (scopes.empty()) scopes = list_of(*claims, "scp", true);
    for (const auto& scope : config.scopes) {
        if (!contains(scopes, scope)) return refused("token without scope " + base::printable(scope));
    }
    auto user = text_of(*claims, config.user_claim.c_str());
    if (user.empty()) return refused("token without " + base::printable(config.user_claim));
    const auto verified = claims->find("email_verified");
    if (config.user_claim == "email" && verified != claims->end() && *verified != Json(true))
        return refused("token with an address that nobody has verified");
    return {.verdict = Verdict::ok, .user = std::move(user), .reason = {}};
}

TokenVerdict verify_jwt(std::string_view token, const JwtKeys& keys, const OauthConfig& config, base::WallTime now) {
    const auto parts = base::split(token, '.');
    if (token.size() > most_jwt_bytes || parts.size() != 3) return refused("no signed token");
    const auto header_text = decode_url(parts[0]);
    const auto claims = decode_url(parts[1]);
    const auto signature = decode_url(parts[2]);
    const auto header = header_text ? parse_object(*header_text) : std::nullopt;
    if (!header || !claims || !signature) return refused("no signed token");
    if (header->contains("crit")) return refused("token with critical extensions");  // RFC 7515 §4.1.11
    const auto algorithm = text_of(*header, "alg");
    const auto id = text_of(*header, "kid");
    const auto signed_text = token.substr(0, parts[0].size() + 1 + parts[1].size());
    for (const auto& key : keys.keys_) {
        if (key->algorithm != algorithm) continue;
        if (!id.empty() && !key->id.empty() && key->id != id) continue;
        if (signature_fits(key->key.get(), algorithm, signed_text, *signature))
            return judge_claims(*claims, config, now, true);
    }
    return refused("token that no key of ours has signed");
}

}  // namespace helio::auth
