#include "common/sasl/login.h"

#include "common/base/text.h"
#include "common/sasl/plain.h"

namespace helio::sasl {
namespace {

bool acceptable(std::string_view text, std::size_t most_bytes) {
    return text.size() <= most_bytes && text.find('\0') == std::string_view::npos && base::is_utf8(text);
}

}  // namespace

Result<Mechanism::Step> Login::step(std::string_view response) {
    switch (stage_) {
        case Stage::start:
            if (!response.empty()) return fail(errc::malformed, "LOGIN starts with the server");
            stage_ = Stage::name;
            return Step{.done = false, .challenge = "Username:"};
        case Stage::name:
            if (response.empty() || !acceptable(response, most_id_bytes)) {
                return fail(errc::malformed, "LOGIN with a bad name");
            }
            credentials_.authentication_id = response;
            stage_ = Stage::password;
            return Step{.done = false, .challenge = "Password:"};
        case Stage::password:
            break;
    }
    if (!acceptable(response, most_password_bytes)) return fail(errc::malformed, "LOGIN with a bad password");
    credentials_.password = base::Secret(std::string(response));
    return Step{.done = true, .challenge = {}};
}

}  // namespace helio::sasl
