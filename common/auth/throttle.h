// Throttle: counts failed logins per key (an address, a user) in a bounded table, oldest entries first out.
// One fixed window per key, begun by its first failure; a key is blocked from the limit on until its window has passed.
// Used by Authenticator only. Thread-safe: sessions of all workers share one.
#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/clock.h"

namespace helio::auth {

class Throttle {
public:
    /// `limit` 0: never blocks. `entries`: bound of the table, at least 1.
    Throttle(unsigned limit, std::chrono::milliseconds window, std::size_t entries, const base::Clock& clock);

    /// True while `key` has used up its failures.
    bool blocked(std::string_view key);
    /// Counts a failure; true when this one reached the limit (say so in the log once).
    bool add_failure(std::string_view key);
    std::size_t size() const;

private:
    struct Entry {
        std::string key;
        unsigned failures = 0;
        base::SteadyTime began;
    };
    using Entries = std::list<Entry>;  // most recently used first
    Entry* find(std::string_view key);

    const unsigned limit_;
    const std::chrono::milliseconds window_;
    const std::size_t most_entries_;
    const base::Clock& clock_;
    mutable std::mutex lock_;
    Entries entries_;
    std::unordered_map<std::string_view, Entries::iterator> by_key_;
};

}  // namespace helio::auth
