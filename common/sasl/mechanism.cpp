#include "common/sasl/mechanism.h"

#include "common/base/text.h"
#include "common/sasl/external.h"
#include "common/sasl/login.h"
#include "common/sasl/plain.h"

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

std::unique_ptr<Mechanism> make_mechanism(std::string_view name) {
    if (base::equals_ignoring_case(name, "PLAIN")) return std::make_unique<Plain>();
    if (base::equals_ignoring_case(name, "LOGIN")) return std::make_unique<Login>();
    if (base::equals_ignoring_case(name, "EXTERNAL")) return std::make_unique<External>();
    return nullptr;
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
