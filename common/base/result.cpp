#include "common/base/result.h"

namespace helio {

std::string to_string(const Error& error) {
    auto text = error.code.message();
    if (!error.detail.empty()) text += ": " + error.detail;
    return text;
}

}  // namespace helio
