#include "common/auth/familiar.h"

#include <algorithm>

namespace helio::auth {

Familiar::Familiar(std::size_t entries) : most_entries_(std::max<std::size_t>(entries, 1)) {}

void Familiar::remember(std::string_view user, std::string_view address) {
    auto key = key_of(user, address);
    const std::lock_guard guard(lock_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        keys_.splice(keys_.begin(), keys_, found->second);
        return;
    }
    if (keys_.size() >= most_entries_) {
        by_key_.erase(keys_.back());
        keys_.pop_back();
    }
    keys_.push_front(std::move(key));
    by_key_.emplace(keys_.front(), keys_.begin());
}

bool Familiar::knows(std::string_view user, std::string_view address) const {
    const std::lock_guard guard(lock_);
    return by_key_.contains(key_of(user, address));
}

std::size_t Familiar::size() const {
    const std::lock_guard guard(lock_);
    return keys_.size();
}

/// The address comes first with its fixed length, so no two pairs share a key.
std::string Familiar::key_of(std::string_view user, std::string_view address) {
    std::string key;
    key += static_cast<char>(address.size());
    key += address;
    key += user;
    return key;
}

}  // namespace helio::auth
