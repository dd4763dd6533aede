#include "common/sasl/scram.h"

#include <cctype>

#include "common/base/text.h"
#include "common/sasl/plain.h"
#include "common/sasl/saslprep.h"

namespace helio::sasl {
namespace {

constexpr std::size_t most_nonce_bytes = 256;
constexpr std::size_t most_message_bytes = 4096;

// saslname: "=2C" is a comma, "=3D" an equals sign, any other "=" is wrong (RFC 5802 §5.1)
std::optional<std::string> decode_name(std::string_view text) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '=') {
            name += text[i];
        } else if (text.substr(i, 3) == "=2C") {
            name += ',';
            i += 2;
        } else if (text.substr(i, 3) == "=3D") {
            name += '=';
            i += 2;
        } else {
            return std::nullopt;
        }
    }
    if (name.empty() || name.size() > most_id_bytes) return std::nullopt;
    return saslprep(name);
}

/// Cuts `key=value` and the comma behind it off; nothing when the next attribute is another.
std::optional<std::string_view> take(std::string_view& rest, char key) {
    if (rest.size() < 2 || rest[0] != key || rest[1] != '=') return std::nullopt;
    const auto end = rest.find(',');
    const auto value = rest.substr(2, end == std::string_view::npos ? end : end - 2);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return value;
}

/// attr-val *("," attr-val), all optional; we know none, and "m" must be known (RFC 5802 §5.1).
bool are_extensions(std::string_view text) {
    if (text.empty()) return true;
    for (const auto part : base::split(text, ',')) {
        const bool named = part.size() > 2 && std::isalpha(static_cast<unsigned char>(part[0])) != 0 && part[1] == '=';
        if (!named || part[0] == 'm') return false;
    }
    return true;
}

bool is_nonce(std::string_view text) {
    if (text.empty() || text.size() > most_nonce_bytes) return false;
    for (const char c : text) {
        if (c < 0x21 || c > 0x7e || c == ',') return false;
    }
    return true;
}

std::string exclusive_or(std::string a, std::string_view b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
    return a;
}

}  // namespace

Scram::Scram(Hash hash, bool plus, Setting setting)
    : hash_(hash), plus_(plus), setting_(std::move(setting)), server_nonce_(random_token(18)) {}

Result<Mechanism::Step> Scram::step(std::string_view response) {
    if (response.size() > most_message_bytes) return fail(errc::malformed, "SCRAM message over the limit");
    switch (stage_) {
        case Stage::client_first:
            return client_first_message(response);
        case Stage::client_final:
            return client_final_message(response);
        case Stage::confirm:
            stage_ = Stage::over;
            if (!response.empty()) return fail(errc::malformed, "SCRAM goes on after its end");
            return Step{.done = true};
        case Stage::supply:
        case Stage::over:
            break;
    }
    return fail(errc::malformed, "SCRAM message out of turn");
}

// gs2-header = gs2-cbind-flag "," [ "a=" saslname ] ","; gives what stands behind it
Result<std::string_view> Scram::gs2_header(std::string_view message) {
    const auto flag_end = message.find(',');
    if (flag_end == std::string_view::npos) return fail(errc::malformed, "SCRAM without a GS2 header");
    const auto flag = message.substr(0, flag_end);
    auto rest = message.substr(flag_end + 1);
    const auto id_end = rest.find(',');
    if (id_end == std::string_view::npos) return fail(errc::malformed, "SCRAM without a GS2 header");
    const auto id = rest.substr(0, id_end);
    rest.remove_prefix(id_end + 1);
    gs2_ = message.substr(0, message.size() - rest.size());
    if (flag == "p=tls-server-end-point") {
        binding_ = setting_.endpoint_binding;
    } else if (flag == "p=tls-exporter") {
        binding_ = setting_.exporter_binding;
    } else if (flag != "n" && flag != "y") {
        return fail(errc::malformed, "SCRAM with an unknown channel binding");
    }
    if (plus_ == binding_.empty()) return fail(errc::malformed, "SCRAM with a channel binding that doesn't fit");
    // The client can bind and was told that we can't: somebody changed our list (RFC 5802 §6).
    if (flag == "y" && setting_.offers_plus) return fail(errc::malformed, "SCRAM channel binding was hidden");
    if (!id.empty() && id != "a=") {  // GNU SASL sends an empty one for none
        auto name = id.starts_with("a=") ? decode_name(id.substr(2)) : std::nullopt;
        if (!name) return fail(errc::malformed, "SCRAM with a bad authorization id");
        credentials_.authorization_id = std::move(*name);
    }
    return rest;
}

// client-first-message-bare = [reserved-mext ","] "n=" saslname "," "r=" c-nonce ["," extensions]
Result<Mechanism::Step> Scram::client_first_message(std::string_view message) {
    auto rest = gs2_header(message);
    if (!rest) return fail(rest.error());
    client_first_bare_ = *rest;
    const auto user = take(*rest, 'n');  // "m=" comes before: an extension that must be known
    const auto nonce = user ? take(*rest, 'r') : std::nullopt;
    auto name = nonce ? decode_name(*user) : std::nullopt;
    if (!name || !is_nonce(*nonce) || !are_extensions(*rest))
        return fail(errc::malformed, "SCRAM with a bad name or nonce");
    credentials_.authentication_id = std::move(*name);
    nonce_ = std::string(*nonce) + server_nonce_;
    stage_ = Stage::supply;
    return Step{.wants_secret = true};
}

/// Keys made only when they are needed, so that a challenge takes the same time for everybody.
const ScramKeys* Scram::keys() {
    const auto& stored = hash_ == Hash::sha1 ? stored_.sha1 : stored_.sha256;
    if (stored) return &*stored;
    if (stored_.clear.empty()) return nullptr;
    if (!keys_) keys_ = derive_keys(hash_, stored_.clear, made_salt(), setting_.iterations);
    return &*keys_;
}

std::string Scram::made_salt() const {
    // Another one for each hash, as stored keys have.
    auto name = base::to_lower(credentials_.authentication_id);
    name += hash_ == Hash::sha1 ? " SHA-1" : " SHA-256";
    return hmac(Hash::sha256, setting_.salt_key.reveal(), name).substr(0, 16);
}

Result<Mechanism::Step> Scram::supply(StoredSecret stored) {
    if (stage_ != Stage::supply) return fail(errc::malformed, "no secret was asked for");
    stored_ = std::move(stored);
    const auto& kept = hash_ == Hash::sha1 ? stored_.sha1 : stored_.sha256;
    const auto salt = kept ? kept->salt : made_salt();
    const auto iterations = kept ? kept->iterations : setting_.iterations;
    server_first_ = "r=" + nonce_ + ",s=" + base::base64_encode(salt) + ",i=" + std::to_string(iterations);
    stage_ = Stage::client_final;
    return Step{.challenge = server_first_};
}

// client-final-message = "c=" base64 "," "r=" nonce ["," extensions] "," "p=" base64
Result<Mechanism::Step> Scram::client_final_message(std::string_view message) {
    stage_ = Stage::over;
    const auto proof_at = message.rfind(",p=");
    if (proof_at == std::string_view::npos) return fail(errc::malformed, "SCRAM without a proof");
    const auto without_proof = message.substr(0, proof_at);
    const auto proof = base::base64_decode(message.substr(proof_at + 3));
    auto rest = without_proof;
    const auto channel = take(rest, 'c');
    const auto nonce = channel ? take(rest, 'r') : std::nullopt;
    const auto decoded = nonce ? base::base64_decode(*channel) : std::nullopt;
    if (!decoded || !proof || !are_extensions(rest)) return fail(errc::malformed, "SCRAM with a bad final message");
    const bool bound = base::constant_time_equal(*decoded, gs2_ + binding_);
    const auto* known = keys();
    credentials_.proof = Proof::failed;
    if (!bound || *nonce != nonce_ || known == nullptr || proof->size() != known->stored_key.size())
        return Step{.done = true};
    const auto signed_text = client_first_bare_ + "," + server_first_ + "," + std::string(without_proof);
    const auto client_key = exclusive_or(*proof, hmac(hash_, known->stored_key, signed_text));
    if (!base::constant_time_equal(hash_of(hash_, client_key), known->stored_key)) return Step{.done = true};
    credentials_.proof = Proof::secret;
    stage_ = Stage::confirm;
    return Step{.challenge = "v=" + base::base64_encode(hmac(hash_, known->server_key, signed_text))};
}

}  // namespace helio::sasl
