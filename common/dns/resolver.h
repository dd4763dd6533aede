// Resolver: the DNS questions that a mail system asks, as values. Used by the outbound relay, by mailhost look-ups and
// by the policies that come later; the real one is UnboundResolver, unit tests write a fake. Three-valued like the
// directory: found, absent (the DNS says so: permanent) or unknown (no usable answer in time, or one that fails DNSSEC
// validation: temporary). Never mixed. CNAMEs are followed. (RFC 1034, 1035, 5321 section 5.)
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/task.h"
#include "common/net/address.h"

namespace helio::dns {

enum class Found { found, absent, unknown };

/// `records` is not empty exactly when `found` is Found::found.
template <class Record>
struct Answer {
    Found found = Found::unknown;
    std::vector<Record> records;
    bool name_exists = false;     ///< with absent: the name has records of other types (no data, not NXDOMAIN)
    bool secure = false;          ///< DNSSEC: validated from a trust anchor; holds for absent too
    bool bogus = false;           ///< DNSSEC: validation failed; `found` is unknown then
    std::string canonical_name;   ///< where CNAMEs led to, lower case without the last dot; the asked name without any
    std::chrono::seconds ttl{0};  ///< how long the answer holds
    std::string detail;           ///< for the log: why unknown
    explicit operator bool() const { return found == Found::found; }
};

/// RFC 5321 section 5.1. `host` is lower case without its last dot; empty: the null MX.
struct MxRecord {
    std::uint16_t preference = 0;
    std::string host;
    auto operator<=>(const MxRecord&) const = default;
};

/// RFC 7505: the domain says that it takes no mail at all.
inline bool is_null_mx(const Answer<MxRecord>& answer) {
    return answer.found == Found::found && answer.records.size() == 1 && answer.records.front().host.empty();
}

class Resolver {
public:
    virtual ~Resolver() = default;

    // Every question: `name` without its last dot, any case; called and resumed on the caller's executor; answered
    // within the resolver's time limit, then unknown. A name that can't stand in the DNS (empty, too long) is absent.

    /// Sorted by preference; to spread the load among equals is the caller's business. absent: no MX; the caller then
    /// tries the name itself (RFC 5321 section 5.1). The null MX is visible: see is_null_mx.
    virtual Task<Answer<MxRecord>> find_mx(std::string name) = 0;
    /// A and AAAA, asked at once; IPv6 first. found when either has records, unknown when one is unknown and the other
    /// is not found; `secure` when both are.
    virtual Task<Answer<net::Address>> find_addresses(std::string name) = 0;
    /// One element per record; its character strings are joined without a separator (RFC 7208 section 3.3).
    virtual Task<Answer<std::string>> find_txt(std::string name) = 0;
    /// Names of the address, from in-addr.arpa or ip6.arpa; lower case without their last dot.
    virtual Task<Answer<std::string>> find_names(net::Address address) = 0;
};

}  // namespace helio::dns
