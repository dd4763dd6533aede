#include "common/sasl/saslprep.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <stringprep.h>

#include "common/base/text.h"

namespace helio::sasl {

std::optional<std::string> saslprep(std::string_view text) {
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7f; };
    if (std::ranges::all_of(text, plain)) return std::string(text);  // printable ASCII is its own preparation
    if (!base::is_utf8(text) || text.find('\0') != std::string_view::npos) return std::nullopt;
    char* made = nullptr;
    constexpr auto allow_unassigned = static_cast<Stringprep_profile_flags>(0);
    const int code = stringprep_profile(std::string(text).c_str(), &made, "SASLprep", allow_unassigned);
    const std::unique_ptr<char, decltype(&std::free)> owned(made, &std::free);
    if (code != STRINGPREP_OK || made == nullptr) return std::nullopt;
    return std::string(made);
}

}  // namespace helio::sasl
