#include "mmp/errc.h"

#include <string>

namespace helio::mmp {
namespace {

struct Category final : std::error_category {
    const char* name() const noexcept override { return "mmp"; }
    std::string message(int code) const override {
        switch (static_cast<errc>(code)) {
            case errc::no_mailhost:
                return "no endpoint for the mailhost";
            case errc::store_down:
                return "store marked down";
            case errc::bad_store:
                return "unexpected answer of the store";
            case errc::store_busy:
                return "store unavailable";
            case errc::store_refused:
                return "store refused the proxy login";
        }
        return "unknown";
    }
};

}  // namespace

const std::error_category& category() {
    static const Category instance;
    return instance;
}

}  // namespace helio::mmp
