// Capabilities: what a server announces behind EHLO or LHLO (RFC 5321 §4.1.1.1), as a client asks for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/smtp/reply.h"

namespace helio::smtp {

class Capabilities {
public:
    Capabilities() = default;
    /// From the reply to EHLO or LHLO; the first line is the greeting. At most 64 keywords are kept.
    explicit Capabilities(const Reply& reply);

    bool has(std::string_view keyword) const { return keywords_.contains(keyword); }  ///< upper case
    /// What stands behind the keyword, or empty.
    std::string_view parameters(std::string_view keyword) const;
    /// SIZE's limit in bytes; nothing when there is none (RFC 1870 §4: 0 is no limit).
    std::optional<std::uint64_t> size_limit() const;

private:
    std::map<std::string, std::string, std::less<>> keywords_;
};

}  // namespace helio::smtp
