#include "common/sasl/external.h"

#include "common/base/text.h"
#include "common/sasl/plain.h"

namespace helio::sasl {

// initial-response = *( UTF8-char-no-nul ): the authorization id, or nothing for the certificate's own
Result<Mechanism::Step> External::step(std::string_view response) {
    if (response.size() > most_id_bytes || response.find('\0') != std::string_view::npos || !base::is_utf8(response)) {
        return fail(errc::malformed, "EXTERNAL with a bad authorization id");
    }
    credentials_.authorization_id = response;
    credentials_.proof = Proof::certificate;
    return Step{.done = true, .challenge = {}};
}

}  // namespace helio::sasl
