#include "common/mail/errc.h"

#include <string>

namespace helio::mail {

const std::error_category& category() {
    static const struct Category final : std::error_category {
        const char* name() const noexcept override { return "mail"; }
        std::string message(int code) const override {
            switch (static_cast<errc>(code)) {
                case errc::malformed:
                    return "malformed";
                case errc::too_long:
                    return "too long";
                case errc::needs_smtputf8:
                    return "non-ASCII without SMTPUTF8";
                case errc::unknown_version:
                    return "unknown version of a summary";
            }
            return "unknown error";
        }
    } instance;
    return instance;
}

}  // namespace helio::mail
