#include "common/ldap/errc.h"

#include <string>

namespace helio::ldap {
namespace {

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "ldap"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::unavailable:
                return "no directory server can be reached";
            case errc::connection_lost:
                return "connection to the directory lost";
            case errc::timed_out:
                return "the directory did not answer in time";
            case errc::overloaded:
                return "too many questions to the directory";
            case errc::refused:
                return "the directory answered with an error";
            case errc::ambiguous:
                return "several entries match";
            case errc::no_base:
                return "the search base does not exist";
            case errc::malformed:
                return "the entry can't be used";
        }
        return "unknown directory error";
    }
};

}  // namespace

const std::error_category& category() {
    static const Category instance;
    return instance;
}

}  // namespace helio::ldap
