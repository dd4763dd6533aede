#include "common/net/errc.h"

namespace helio::net {
namespace {
class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "net"; }
    std::string message(int code) const override {
        switch (static_cast<errc>(code)) {
            case errc::closed:
                return "connection closed by the peer";
            case errc::timed_out:
                return "timed out";
            case errc::line_too_long:
                return "line too long";
            case errc::bad_line:
                return "line with a forbidden byte or line end";
            case errc::refused:
                return "connection refused";
            case errc::tls_failed:
                return "TLS failed";
            case errc::name_unknown:
                return "host name unknown";
            case errc::cancelled:
                return "cancelled";
            case errc::too_many:
                return "too many connections";
            case errc::io:
                return "network error";
        }
        return "unknown network error";
    }
};
}  // namespace

const std::error_category& category() {
    static const Category instance;
    return instance;
}

}  // namespace helio::net
