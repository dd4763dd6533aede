#include "store/mailbox/message.h"

#include <array>

#include "common/base/text.h"

namespace helio::store {
namespace {

constexpr std::array<std::string_view, 8> names = {"",        "\\Drafts",  "\\Sent",    "\\Junk",
                                                   "\\Trash", "\\Archive", "\\Flagged", "\\All"};

}  // namespace

std::string_view to_string(SpecialUse use) { return names[static_cast<std::size_t>(use)]; }

std::optional<SpecialUse> parse_special_use(std::string_view word) {
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (base::equals_ignoring_case(names[i], word)) return static_cast<SpecialUse>(i);
    }
    return std::nullopt;
}

}  // namespace helio::store
