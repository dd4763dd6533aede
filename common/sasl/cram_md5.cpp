#include "common/sasl/cram_md5.h"

#include <chrono>

#include "common/base/text.h"
#include "common/sasl/plain.h"

namespace helio::sasl {

std::string unique_challenge(std::string_view host) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    std::string text = "<" + random_token(18) + "." + std::to_string(seconds) + "@" + std::string(host) + ">";
    return text;
}

CramMd5::CramMd5(const Setting& setting) : challenge_(unique_challenge(setting.host)) {}

// user SP lower-case hex of the HMAC; a name may hold spaces
Result<Mechanism::Step> CramMd5::step(std::string_view response) {
    if (!asked_) {
        if (!response.empty()) return fail(errc::malformed, "CRAM-MD5 starts with the server");
        asked_ = true;
        return Step{.challenge = challenge_};
    }
    const auto space = response.rfind(' ');
    if (space == std::string_view::npos || space == 0 || space > most_id_bytes || !digest_.empty())
        return fail(errc::malformed, "CRAM-MD5 without a name and a digest");
    const auto name = response.substr(0, space);
    digest_ = response.substr(space + 1);
    if (digest_.size() != 32 || name.contains('\0') || !base::is_utf8(name))
        return fail(errc::malformed, "CRAM-MD5 with a bad name or digest");
    credentials_.authentication_id = name;
    return Step{.wants_secret = true};
}

Result<Mechanism::Step> CramMd5::supply(StoredSecret stored) {
    const auto right = base::to_hex(hmac(Hash::md5, stored.clear.reveal(), challenge_));
    const bool known = base::constant_time_equal(right, base::to_lower(digest_)) && !stored.clear.empty();
    credentials_.proof = known ? Proof::secret : Proof::failed;
    return Step{.done = true};
}

}  // namespace helio::sasl
