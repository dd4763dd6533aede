#include "common/sasl/apop.h"

#include "common/base/text.h"
#include "common/sasl/plain.h"

namespace helio::sasl {

Result<Mechanism::Step> Apop::step(std::string_view response) {
    const auto space = response.find(' ');
    if (space == std::string_view::npos || space == 0 || space > most_id_bytes)
        return fail(errc::malformed, "APOP without a name and a digest");
    credentials_.authentication_id = response.substr(0, space);
    digest_ = base::trim(response.substr(space + 1));
    if (digest_.size() != 32 || !base::is_utf8(credentials_.authentication_id))
        return fail(errc::malformed, "APOP with a bad name or digest");
    return Step{.wants_secret = true};
}

Result<Mechanism::Step> Apop::supply(StoredSecret stored) {
    const base::Secret text(timestamp_ + stored.clear.reveal());
    const auto right = base::to_hex(hash_of(Hash::md5, text.reveal()));
    const bool known = base::constant_time_equal(right, base::to_lower(digest_)) && !stored.clear.empty();
    credentials_.proof = known ? Proof::secret : Proof::failed;
    return Step{.done = true};
}

}  // namespace helio::sasl
