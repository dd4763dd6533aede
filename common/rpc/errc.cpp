#include "common/rpc/errc.h"

#include <array>
#include <string>

namespace helio::rpc {

const std::error_category& category() {
    static const struct Category final : std::error_category {
        const char* name() const noexcept override { return "rpc"; }
        std::string message(int code) const override {
            static constexpr std::array names = {
                "ok",        "cancelled",      "unknown",           "invalid argument",   "deadline exceeded",
                "not found", "already exists", "permission denied", "resource exhausted", "failed precondition",
                "aborted",   "out of range",   "unimplemented",     "internal",           "unavailable",
                "data loss", "unauthenticated"};
            const auto index = static_cast<std::size_t>(code);
            return index < names.size() ? names[index] : "unknown";
        }
    } instance;
    return instance;
}

}  // namespace helio::rpc
