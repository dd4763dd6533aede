#include "common/sasl/mechanism.h"

#include "common/base/text.h"
#include "common/sasl/bearer.h"
#include "common/sasl/cram_md5.h"
#include "common/sasl/digest_md5.h"
#include "common/sasl/external.h"
#include "common/sasl/login.h"
#include "common/sasl/plain.h"
#include "common/sasl/scram.h"

namespace helio::sasl {
namespace {

struct Category final : std::error_category {
    const char* name() const noexcept override { return "sasl"; }
    std::string message(int) const override { return "malformed SASL message"; }
};

}  // namespace

const std::error_category& category() {
    static const Category instance;
    return instance;
}

Result<Mechanism::Step> Mechanism::supply(StoredSecret) { return fail(errc::malformed, "no secret was asked for"); }

// The order of RFC 8600 §6 and common sense: what reveals least first.
const std::vector<MechanismTraits>& all_mechanisms() {
    static const std::vector<MechanismTraits> all = {
        {.name = "EXTERNAL", .certificate = true},
        {.name = "SCRAM-SHA-256-PLUS", .secret = true, .binding = true},
        {.name = "SCRAM-SHA-1-PLUS", .secret = true, .binding = true},
        {.name = "SCRAM-SHA-256", .secret = true},
        {.name = "SCRAM-SHA-1", .secret = true},
        {.name = "OAUTHBEARER", .plaintext = true, .token = true},
        {.name = "XOAUTH2", .plaintext = true, .token = true},
        {.name = "DIGEST-MD5", .secret = true},
        {.name = "CRAM-MD5", .secret = true},
        {.name = "PLAIN", .plaintext = true},
        {.name = "LOGIN", .plaintext = true},
    };
    return all;
}

const MechanismTraits* find_mechanism(std::string_view name) {
    for (const auto& traits : all_mechanisms()) {
        if (base::equals_ignoring_case(traits.name, name)) return &traits;
    }
    return nullptr;
}

std::unique_ptr<Mechanism> make_mechanism(std::string_view name, const Setting& setting) {
    const auto* traits = find_mechanism(name);
    if (traits == nullptr) return nullptr;
    if (traits->name == "PLAIN") return std::make_unique<Plain>();
    if (traits->name == "LOGIN") return std::make_unique<Login>();
    if (traits->name == "EXTERNAL") return std::make_unique<External>();
    if (traits->name == "CRAM-MD5") return std::make_unique<CramMd5>(setting);
    if (traits->name == "DIGEST-MD5") return std::make_unique<DigestMd5>(setting);
    if (traits->token) return std::make_unique<Bearer>(traits->name == "XOAUTH2", setting);
    const auto hash = traits->name.starts_with("SCRAM-SHA-256") ? Hash::sha256 : Hash::sha1;
    return std::make_unique<Scram>(hash, traits->binding, setting);
}

std::string plain_message(std::string_view authorization_id, std::string_view authentication_id,
                          const base::Secret& password) {
    std::string message;
    message.reserve(authorization_id.size() + authentication_id.size() + password.reveal().size() + 2);
    message += authorization_id;
    message += '\0';
    message += authentication_id;
    message += '\0';
    message += password.reveal();
    return message;
}

}  // namespace helio::sasl
