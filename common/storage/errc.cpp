#include "common/storage/errc.h"

#include <string>

namespace helio::storage {
namespace {

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "storage"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::no_space:
                return "no space left";
            case errc::io:
                return "disk error";
            case errc::busy:
                return "too many changes wait";
            case errc::stopped:
                return "the partition has stopped";
            case errc::damaged:
                return "stored data is damaged";
            case errc::no_such_body:
                return "no such body";
            case errc::too_large:
                return "body or record too large";
        }
        return "unknown storage error";
    }
};

}  // namespace

const std::error_category& category() {
    static const Category instance;
    return instance;
}

}  // namespace helio::storage
