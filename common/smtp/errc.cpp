#include "common/smtp/errc.h"

#include <string>

namespace helio::smtp {
namespace {

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "smtp"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::bad_reply:
                return "malformed reply";
            case errc::bad_xtext:
                return "malformed xtext";
        }
        return "unknown smtp error";
    }
};

}  // namespace

const std::error_category& category() {
    static const Category instance;
    return instance;
}

}  // namespace helio::smtp
