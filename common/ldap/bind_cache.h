// BindCache: passwords that the directory accepted seconds ago, kept as an HMAC-SHA-256 under a key that is made at
// process start and never leaves it; so a client that opens ten connections at once costs one bind. Only acceptance is
// kept. Bounded and thread-safe.
#pragma once

#include <array>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/clock.h"
#include "common/base/secret.h"

namespace helio::ldap {

class BindCache {
public:
    /// `ttl` 0: keeps nothing.
    BindCache(std::chrono::milliseconds ttl, std::size_t entries, const base::Clock& clock);

    /// True when `password` was accepted for `dn` within the ttl.
    bool holds(const std::string& dn, const base::Secret& password);
    void accepted(const std::string& dn, const base::Secret& password);

private:
    using Mac = std::array<unsigned char, 32>;
    Mac mac_of(std::string_view dn, const base::Secret& password) const;

    struct Kept {
        std::string dn;
        Mac mac;
        base::SteadyTime holds_until;
    };
    const std::chrono::milliseconds ttl_;
    const std::size_t entries_;
    const base::Clock& clock_;
    std::array<unsigned char, 32> key_;
    std::mutex lock_;
    std::list<Kept> kept_;  // newest first
    std::unordered_map<std::string_view, std::list<Kept>::iterator> by_dn_;
};

}  // namespace helio::ldap
