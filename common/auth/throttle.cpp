#include "common/auth/throttle.h"

#include <algorithm>

namespace helio::auth {

Throttle::Throttle(unsigned limit, std::chrono::milliseconds window, std::size_t entries, const base::Clock& clock)
    : limit_(limit), window_(window), most_entries_(std::max<std::size_t>(entries, 1)), clock_(clock) {}

bool Throttle::blocked(std::string_view key) {
    if (limit_ == 0) return false;
    const std::lock_guard guard(lock_);
    const auto* entry = find(key);
    return entry != nullptr && entry->failures >= limit_;
}

bool Throttle::add_failure(std::string_view key) {
    if (limit_ == 0) return false;
    const std::lock_guard guard(lock_);
    auto* entry = find(key);
    if (entry == nullptr) {
        if (entries_.size() >= most_entries_) {
            by_key_.erase(entries_.back().key);
            entries_.pop_back();
        }
        entries_.push_front(Entry{std::string(key), 0, clock_.now()});
        by_key_.emplace(entries_.front().key, entries_.begin());
        entry = &entries_.front();
    }
    // Parallel attempts may count past the limit; only the one that reaches it is told.
    return ++entry->failures == limit_;
}

std::size_t Throttle::size() const {
    const std::lock_guard guard(lock_);
    return entries_.size();
}

/// The live entry of `key`, moved to the front; one whose window has passed is taken out.
Throttle::Entry* Throttle::find(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const auto place = found->second;
    if (clock_.now() - place->began >= window_) {
        by_key_.erase(found);
        entries_.erase(place);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, place);
    return &*place;
}

}  // namespace helio::auth
