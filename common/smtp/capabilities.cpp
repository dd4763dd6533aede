#include "common/smtp/capabilities.h"

#include "common/base/text.h"

namespace helio::smtp {

Capabilities::Capabilities(const Reply& reply) {
    for (std::size_t i = 1; i < reply.lines.size() && keywords_.size() < 64; ++i) {
        const std::string_view line = reply.lines[i];
        const auto keyword = line.substr(0, line.find(' '));
        if (!keyword.empty()) keywords_[base::to_upper(keyword)] = base::trim(line.substr(keyword.size()));
    }
}

std::string_view Capabilities::parameters(std::string_view keyword) const {
    const auto found = keywords_.find(keyword);
    return found == keywords_.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::uint64_t> Capabilities::size_limit() const {
    const auto limit = base::parse_number(parameters("SIZE"));
    return limit && *limit > 0 ? limit : std::nullopt;
}

}  // namespace helio::smtp
