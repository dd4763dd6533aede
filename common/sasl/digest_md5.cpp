#include "common/sasl/digest_md5.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/sasl/plain.h"

namespace helio::sasl {
namespace {

constexpr std::size_t most_response = 4096;  // RFC 2831 §2.1.2

bool is_token_character(char c) {
    return c > 0x20 && c < 0x7f && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
}

std::string_view take_token(std::string_view& rest) {
    const auto end = std::ranges::find_if_not(rest, is_token_character);
    const auto token = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(token.size());
    return token;
}

/// Behind the opening quote; nothing when there is no closing one.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string text;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] == '\\' && ++i == rest.size()) return std::nullopt;
        text += rest[i];
    }
    return std::nullopt;
}

void skip_blanks_and_commas(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n,"), rest.size()));
}

/// What can be said in ISO 8859-1 is hashed so (RFC 2831 §2.1.2.1).
std::string narrowed(const std::string& text) {
    std::string narrow;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            narrow += text[i];
        } else if ((byte == 0xc2 || byte == 0xc3) && i + 1 < text.size()) {
            narrow += static_cast<char>(((byte & 0x03) << 6) | (static_cast<unsigned char>(text[++i]) & 0x3f));
        } else {
            return text;
        }
    }
    return narrow;
}

}  // namespace

std::optional<std::map<std::string, std::string, std::less<>>> parse_directives(std::string_view text) {
    std::map<std::string, std::string, std::less<>> found;
    for (skip_blanks_and_commas(text); !text.empty(); skip_blanks_and_commas(text)) {
        const auto name = base::to_lower(take_token(text));
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        if (name.empty() || !text.starts_with('=')) return std::nullopt;
        text.remove_prefix(1);
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        std::optional<std::string> value;
        if (text.starts_with('"')) {
            text.remove_prefix(1);
            value = take_quoted(text);
        } else {
            value = std::string(take_token(text));
        }
        if (!value || !found.emplace(name, std::move(*value)).second) return std::nullopt;
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        if (!text.empty() && !text.starts_with(',')) return std::nullopt;
    }
    return found;
}

DigestMd5::DigestMd5(Setting setting) : setting_(std::move(setting)), nonce_(random_token(18)) {}

Result<Mechanism::Step> DigestMd5::step(std::string_view response) {
    switch (stage_) {
        case Stage::challenge:
            if (!response.empty()) return fail(errc::malformed, "DIGEST-MD5 starts with the server");
            stage_ = Stage::response;
            return Step{.challenge = "realm=\"" + setting_.host + "\",nonce=\"" + nonce_ +
                                     "\",qop=\"auth\",charset=utf-8,algorithm=md5-sess"};
        case Stage::response:
            return client_response(response);
        case Stage::confirm:
            stage_ = Stage::over;
            if (!response.empty()) return fail(errc::malformed, "DIGEST-MD5 goes on after its end");
            return Step{.done = true};
        case Stage::supply:
        case Stage::over:
            break;
    }
    return fail(errc::malformed, "DIGEST-MD5 message out of turn");
}

Result<Mechanism::Step> DigestMd5::client_response(std::string_view response) {
    stage_ = Stage::over;
    auto parsed = response.size() <= most_response ? parse_directives(response) : std::nullopt;
    if (!parsed) return fail(errc::malformed, "DIGEST-MD5 response is no list of directives");
    client_ = std::move(*parsed);
    const auto has = [this](std::string_view name, std::string_view value) {
        const auto found = client_.find(name);
        return found != client_.end() && found->second == value;
    };
    const bool plain_qop = !client_.contains("qop") || has("qop", "auth");
    if (!has("nonce", nonce_) || !has("nc", "00000001") || !plain_qop || client_["cnonce"].empty() ||
        client_["digest-uri"].empty() || client_["response"].size() != 32 || client_["username"].empty())
        return fail(errc::malformed, "DIGEST-MD5 response doesn't fit the challenge");
    if (client_.contains("realm") && !has("realm", setting_.host) && !has("realm", ""))
        return fail(errc::malformed, "DIGEST-MD5 with another realm");
    const auto& name = client_["username"];
    const auto& acting = client_["authzid"];
    if (name.size() > most_id_bytes || acting.size() > most_id_bytes || !base::is_utf8(name) || !base::is_utf8(acting))
        return fail(errc::malformed, "DIGEST-MD5 with a bad name");
    credentials_.authentication_id = name;
    credentials_.authorization_id = acting;
    stage_ = Stage::supply;
    return Step{.wants_secret = true};
}

// RFC 2831 §2.1.2.1: A1, A2 and the response value
std::string DigestMd5::digest(const base::Secret& password, std::string_view prefix) const {
    const auto value = [this](std::string_view name) {
        const auto found = client_.find(name);
        return found == client_.end() ? std::string() : found->second;
    };
    const bool utf8 = value("charset") == "utf-8";
    const auto form = [utf8](const std::string& text) { return utf8 ? narrowed(text) : text; };
    const base::Secret user(form(value("username")) + ":" + form(value("realm")) + ":" + form(password.reveal()));
    auto a1 = hash_of(Hash::md5, user.reveal()) + ":" + nonce_ + ":" + value("cnonce");
    if (!value("authzid").empty()) a1 += ":" + value("authzid");
    const auto a2 = std::string(prefix) + ":" + value("digest-uri");
    const auto keyed = base::to_hex(hash_of(Hash::md5, a1)) + ":" + nonce_ + ":" + value("nc") + ":" + value("cnonce") +
                       ":auth:" + base::to_hex(hash_of(Hash::md5, a2));
    return base::to_hex(hash_of(Hash::md5, keyed));
}

Result<Mechanism::Step> DigestMd5::supply(StoredSecret stored) {
    if (stage_ != Stage::supply) return fail(errc::malformed, "no secret was asked for");
    const auto right = digest(stored.clear, "AUTHENTICATE");
    const bool known = base::constant_time_equal(right, client_["response"]) && !stored.clear.empty();
    credentials_.proof = known ? Proof::secret : Proof::failed;
    stage_ = known ? Stage::confirm : Stage::over;
    if (!known) return Step{.done = true};
    return Step{.challenge = "rspauth=" + digest(stored.clear, "")};
}

}  // namespace helio::sasl
