#include "mta/deliver/destinations.h"

namespace helio::mta {

Destinations::Place Destinations::enter(const Destination& destination) {
    const std::lock_guard guard(lock_);
    if (!entries_.contains(destination)) drop_idle();
    auto& entry = entries_[destination];
    if (entry.attempts >= limits_.attempts) return {};
    ++entry.attempts;
    return {this, destination};
}

void Destinations::leave(const Destination& destination) {
    const std::lock_guard guard(lock_);
    const auto found = entries_.find(destination);
    if (found == entries_.end()) return;
    --found->second.attempts;
    if (found->second.attempts == 0 && found->second.rests_until <= clock_.now()) entries_.erase(found);
}

bool Destinations::is_resting(const Destination& destination) const {
    const std::lock_guard guard(lock_);
    const auto found = entries_.find(destination);
    return found != entries_.end() && found->second.rests_until > clock_.now();
}

void Destinations::rest(const Destination& destination) {
    const std::lock_guard guard(lock_);
    if (!entries_.contains(destination)) drop_idle();
    const auto duration = destination.hop == Hop::store ? limits_.store_rest : limits_.remote_rest;
    entries_[destination].rests_until = clock_.now() + duration;
}

void Destinations::wake(const Destination& destination) {
    const std::lock_guard guard(lock_);
    const auto found = entries_.find(destination);
    if (found != entries_.end()) found->second.rests_until = {};
}

// Rests that are over are of no use; when the table is full of current ones, those are forgotten: it costs attempts.
void Destinations::drop_idle() {
    if (entries_.size() < limits_.entries) return;
    const auto now = clock_.now();
    std::erase_if(entries_,
                  [&](const auto& each) { return each.second.attempts == 0 && each.second.rests_until <= now; });
    if (entries_.size() < limits_.entries) return;
    std::erase_if(entries_, [](const auto& each) { return each.second.attempts == 0; });
}

}  // namespace helio::mta
