// Signed tokens: made here with OpenSSL by keys of each kind, checked by the keys of a JWKS.
#include "common/auth/jwt.h"

#include <chrono>
#include <fstream>
#include <functional>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "common/auth/tokens.h"
#include "common/base/startup_error.h"
#include "common/base/text.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using auth::Verdict;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string url_encode(std::string_view bytes) {
    auto text = base::base64_encode(bytes);
    while (text.ends_with('=')) text.pop_back();
    for (auto& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

std::string number_of(EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(key, name, &number) == 1);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return bytes;
}

std::string padded(std::string bytes) { return std::string(32 - bytes.size(), '\0') + bytes; }

/// One kind of signer: its key, its entry in a JWKS.
struct Signer {
    std::string algorithm = {};
    Key key{nullptr, EVP_PKEY_free};
    std::string jwk = {};

    static Signer make(const std::string& algorithm, const std::string& id) {
        Signer signer{.algorithm = algorithm};
        std::string fields;
        if (algorithm == "RS256") {
            signer.key.reset(EVP_RSA_gen(2048));
            fields = R"("kty":"RSA","n":")" + url_encode(number_of(signer.key.get(), OSSL_PKEY_PARAM_RSA_N)) +
                     R"(","e":")" + url_encode(number_of(signer.key.get(), OSSL_PKEY_PARAM_RSA_E)) + "\"";
        } else if (algorithm == "ES256") {
            signer.key.reset(EVP_EC_gen("P-256"));
            fields = R"("kty":"EC","crv":"P-256","x":")" +
                     url_encode(padded(number_of(signer.key.get(), OSSL_PKEY_PARAM_EC_PUB_X))) + R"(","y":")" +
                     url_encode(padded(number_of(signer.key.get(), OSSL_PKEY_PARAM_EC_PUB_Y))) + "\"";
        } else {
            signer.key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
            std::string raw(32, '\0');
            std::size_t length = raw.size();
            EVP_PKEY_get_raw_public_key(signer.key.get(), reinterpret_cast<unsigned char*>(raw.data()), &length);
            fields = R"("kty":"OKP","crv":"Ed25519","x":")" + url_encode(raw) + "\"";
        }
        signer.jwk = "{" + fields + R"(,"kid":")" + id + R"(","use":"sig"})";
        return signer;
    }

    std::string sign(std::string_view text) const {
        std::string bytes(1024, '\0');
        std::size_t length = bytes.size();
        auto* context = EVP_MD_CTX_new();
        const auto* hash = algorithm == "EdDSA" ? nullptr : EVP_sha256();
        REQUIRE(EVP_DigestSignInit(context, nullptr, hash, nullptr, key.get()) == 1);
        REQUIRE(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(bytes.data()), &length,
                               reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
        EVP_MD_CTX_free(context);
        bytes.resize(length);
        if (algorithm != "ES256") return bytes;
        const auto* start = reinterpret_cast<const unsigned char*>(bytes.data());
        auto* pair = d2i_ECDSA_SIG(nullptr, &start, static_cast<long>(length));
        std::string raw(64, '\0');
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), reinterpret_cast<unsigned char*>(raw.data()), 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), reinterpret_cast<unsigned char*>(raw.data()) + 32, 32);
        ECDSA_SIG_free(pair);
        return raw;
    }

    std::string token(const std::string& claims, std::string header = {}) const {
        if (header.empty()) header = R"({"typ":"at+jwt","alg":")" + algorithm + R"("})";
        const auto text = url_encode(header) + "." + url_encode(claims);
        return text + "." + url_encode(sign(text));
    }
};

const base::WallTime now{std::chrono::seconds(1'800'000'000)};

auth::OauthConfig our_config() {
    auth::OauthConfig config;
    config.issuer = "https://id.example.test";
    config.audiences = {"mail", "imap"};
    config.scopes = {"mail.read"};
    return config;
}

const std::string good_claims =
    R"({"iss":"https://id.example.test","aud":["web","mail"],"exp":1800000300,"nbf":1799999999,)"
    R"("scope":"openid mail.read","email":"alice@example.test"})";

auth::TokenVerdict judge(const std::string& claims) { return auth::judge_claims(claims, our_config(), now, true); }

std::string without(std::string text, const std::string& part, const std::string& instead = "") {
    const auto at = text.find(part);
    REQUIRE(at != std::string::npos);
    return text.replace(at, part.size(), instead);
}

}  // namespace

TEST_CASE("tokens signed by RS256, ES256 and EdDSA are good with the right key only", "[auth][oauth]") {
    for (const auto* algorithm : {"RS256", "ES256", "EdDSA"}) {
        CAPTURE(algorithm);
        const auto signer = Signer::make(algorithm, "one");
        const auto other = Signer::make(algorithm, "two");
        const auto keys = auth::JwtKeys::parse("{\"keys\":[" + signer.jwk + "]}");
        REQUIRE(keys);
        const auto verdict = [&](const std::string& token) { return verify_jwt(token, *keys, our_config(), now); };
        const auto token = signer.token(good_claims);
        CHECK(auth::looks_like_jwt(token));
        CHECK(verdict(token).verdict == Verdict::ok);
        CHECK(verdict(token).user == "alice@example.test");
        CHECK(verdict(other.token(good_claims)).verdict == Verdict::rejected);
        const auto header = [&](const std::string& more) {
            return R"({"alg":")" + std::string(algorithm) + "\"" + more + "}";
        };
        CHECK(verdict(signer.token(good_claims, header(R"(,"kid":"one")"))).verdict == Verdict::ok);
        CHECK(verdict(signer.token(good_claims, header(R"(,"kid":"two")"))).verdict == Verdict::rejected);
        CHECK(verdict(signer.token(good_claims, header(R"(,"crit":["b64"])"))).verdict == Verdict::rejected);
        CHECK(verdict(signer.token(good_claims, R"({"alg":"none"})")).verdict == Verdict::rejected);
        CHECK(verdict(signer.token(good_claims, R"({"alg":"HS256"})")).verdict == Verdict::rejected);
        for (std::size_t cut = 0; cut < token.size(); cut += 7)
            CHECK(verdict(token.substr(0, cut)).verdict == Verdict::rejected);
        auto changed = token;
        auto& letter = changed[token.find('.') + 5];
        letter = letter == 'A' ? 'B' : 'A';
        CHECK(verdict(changed).verdict == Verdict::rejected);
        CHECK(verdict(token + std::string(auth::most_jwt_bytes, 'A')).verdict == Verdict::rejected);
    }
}

TEST_CASE("each claim of a token is looked at", "[auth][oauth]") {
    CHECK(judge(good_claims).verdict == Verdict::ok);
    CHECK(judge(without(good_claims, "1800000300", "1799999941")).verdict == Verdict::ok);  // a minute of leeway
    CHECK(judge(without(good_claims, "1800000300", "1799999940")).reason == "token has expired");
    CHECK(judge(without(good_claims, "\"exp\":1800000300,")).reason == "token without exp");
    CHECK(judge(without(good_claims, "1800000300", "\"soon\"")).reason == "token without exp");
    CHECK(judge(without(good_claims, "1799999999", "1800000060")).verdict == Verdict::ok);
    CHECK(judge(without(good_claims, "1799999999", "1800000061")).reason == "token does not hold yet");
    CHECK(judge(without(good_claims, "id.example", "id.evil")).reason == "token of another issuer");
    CHECK(judge(without(good_claims, R"(["web","mail"])", R"("imap")")).verdict == Verdict::ok);
    CHECK(judge(without(good_claims, R"(["web","mail"])", R"(["web"])")).reason == "token for another audience");
    CHECK(judge(without(good_claims, R"("aud":["web","mail"],)")).reason == "token for another audience");
    CHECK(judge(without(good_claims, "openid mail.read", "openid mail.readonly")).reason ==
          "token without scope mail.read");
    CHECK(judge(without(good_claims, R"("scope":"openid mail.read")", R"("scp":["mail.read"])")).verdict ==
          Verdict::ok);
    CHECK(judge(without(good_claims, R"("email":)", R"("mail":)")).reason == "token without email");
    CHECK(judge(without(good_claims, R"("email":)", R"("email_verified":false,"email":)")).verdict ==
          Verdict::rejected);
    CHECK(judge("[]").verdict == Verdict::rejected);
    CHECK(judge(std::string(4000, '[')).verdict == Verdict::rejected);
    CHECK(judge("").verdict == Verdict::rejected);
}

TEST_CASE("keys that can't check a signature are passed over", "[auth][oauth]") {
    const auto usable = [](const std::string& jwk) {
        return auth::JwtKeys::parse("{\"keys\":[" + jwk + "]}").has_value();
    };
    const auto ec = Signer::make("ES256", "k");
    CHECK(usable(ec.jwk));
    CHECK(usable(R"({"kty":"oct","k":"AAAA"},5,)" + ec.jwk));
    CHECK_FALSE(usable(R"({"kty":"oct","k":"AAAA"})"));
    CHECK_FALSE(usable(without(ec.jwk, "\"sig\"", "\"enc\"")));
    CHECK_FALSE(usable(without(ec.jwk, "P-256", "P-384")));
    CHECK_FALSE(usable(without(ec.jwk, "\"use\"", "\"alg\":\"HS256\",\"use\"")));
    CHECK_FALSE(usable(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"));
    CHECK_FALSE(usable(R"({"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"})"));
    CHECK_FALSE(auth::JwtKeys::parse("nonsense"));
    CHECK_THROWS_AS(auth::JwtKeys::load("/nonexistent"), base::StartupError);
}

TEST_CASE("an introspection endpoint's word decides, its silence is temporary", "[auth][oauth]") {
    const auto judged = [](long status, const std::string& body) {
        return auth::judge_introspection(status, body, our_config(), now);
    };
    const std::string active = R"({"active":true,"aud":"mail","scope":"mail.read","email":"alice@example.test"})";
    CHECK(judged(200, active).user == "alice@example.test");
    CHECK(judged(200, without(active, R"("aud":"mail",)")).verdict == Verdict::rejected);  // anybody's token
    CHECK(judged(200, without(active, "true,", R"(true,"iss":"https://other.test",)")).verdict == Verdict::rejected);
    CHECK(judged(200, without(active, "true,", R"(true,"email_verified":"false",)")).verdict == Verdict::rejected);
    CHECK(judged(200, without(active, "true,", R"(true,"email_verified":true,)")).verdict == Verdict::ok);
    CHECK(judged(200, R"({"active":false})").verdict == Verdict::rejected);
    CHECK(judged(200, without(active, "mail.read", "x")).verdict == Verdict::rejected);
    CHECK(judged(200, without(active, R"("aud":"mail")", R"("aud":"web")")).verdict == Verdict::rejected);
    CHECK(judged(200, without(active, "true,", R"(true,"exp":1700000000,)")).verdict == Verdict::rejected);
    for (const auto* bad : {"", "[]", "{}", R"({"active":"yes"})", "<html>"})
        CHECK(judged(200, bad).verdict == Verdict::unavailable);
    CHECK(judged(401, active).verdict == Verdict::unavailable);
    CHECK(judged(500, active).verdict == Verdict::unavailable);
}

TEST_CASE("the [oauth] table must be able to check tokens", "[auth][oauth]") {
    const auto read = [](const std::string& text) {
        return auth::read_oauth_config(config::Document::parse(text, "t").root());
    };
    CHECK_FALSE(read(""));
    const auto config = read("[oauth]\nissuer = \"i\"\naudiences = [\"a\"]\njwks_file = \"/f\"\n");
    REQUIRE(config);
    CHECK(config->user_claim == "email");
    CHECK_THROWS_AS(read("[oauth]\nissuer = \"i\"\n"), config::ConfigError);
    CHECK_THROWS_AS(read("[oauth]\njwks_file = \"/f\"\n"), config::ConfigError);
    CHECK_THROWS_AS(read("[oauth]\nintrospection_url = \"file:///etc/passwd\"\n"), config::ConfigError);
    CHECK_THROWS_AS(read("[oauth]\nintrospection_url = \"https://x\"\ndiscovery_url = \"x\\\"y\"\n"),
                    config::ConfigError);
    CHECK(read("[oauth]\nintrospection_url = \"https://id.example.test/introspect\"\n"));
    // Tokens cross the network only by HTTPS.
    for (const auto* here :
         {"http://127.0.0.1/i", "http://127.0.0.1:8080/i", "http://[::1]:80", "http://localhost:1/?a"})
        CHECK(read(std::string("[oauth]\nintrospection_url = \"") + here + "\"\n"));
    for (const auto* away : {"http://id.example.test/i", "http://192.0.2.1:80/", "http://localhost@192.0.2.1/",
                             "http://localhost.example.test/", "http:///i", "http://127.0.0.1.example.test/"})
        CHECK_THROWS_AS(read(std::string("[oauth]\nintrospection_url = \"") + away + "\"\n"), config::ConfigError);
}
