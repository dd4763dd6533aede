// Familiar: remembers which addresses a user has logged in from, in a bounded table, so that somebody who guesses at a
// user's password from elsewhere locks out himself and not the user. Used by Authenticator only. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace helio::auth {

class Familiar {
public:
    explicit Familiar(std::size_t entries);
    /// `user` has proven himself from `address` (its throttle key).
    void remember(std::string_view user, std::string_view address);
    bool knows(std::string_view user, std::string_view address) const;
    std::size_t size() const;

private:
    static std::string key_of(std::string_view user, std::string_view address);

    const std::size_t most_entries_;
    mutable std::mutex lock_;
    std::list<std::string> keys_;  // most recently used first
    std::unordered_map<std::string_view, std::list<std::string>::iterator> by_key_;
};

}  // namespace helio::auth
