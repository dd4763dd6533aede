// Destinations: what the relay knows at the moment about the next hops: how many attempts are under way to each, and
// which ones rest because nobody answered there of late. A resting destination costs no connection attempt, so a dead
// one can't hold the queue's places or a client's patience. Thread-safe, bounded.
#pragma once

#include <map>
#include <mutex>

#include "common/base/clock.h"
#include "mta/message.h"

namespace helio::mta {

struct DestinationLimits {
    std::size_t attempts = 20;                    ///< of the queue, at once to one destination
    std::chrono::milliseconds store_rest{3'000};  ///< after a failed connection
    std::chrono::milliseconds remote_rest{60'000};
    std::size_t entries = 50'000;
};

class Destinations {
public:
    Destinations(DestinationLimits limits, const base::Clock& clock) : limits_(limits), clock_(clock) {}

    /// Holds one of the destination's places; gives it back when it dies.
    class Place {
    public:
        Place() = default;
        Place(Destinations* owner, Destination destination) : owner_(owner), destination_(std::move(destination)) {}
        Place(Place&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr)), destination_(std::move(other.destination_)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (owner_ != nullptr) owner_->leave(destination_);
        }
        explicit operator bool() const { return owner_ != nullptr; }

    private:
        Destinations* owner_ = nullptr;
        Destination destination_;
    };

    /// An empty place at the limit.
    Place enter(const Destination& destination);
    bool is_resting(const Destination& destination) const;
    void rest(const Destination& destination);
    void wake(const Destination& destination);

private:
    struct Entry {
        std::size_t attempts = 0;
        base::SteadyTime rests_until{};
    };
    void leave(const Destination& destination);
    void drop_idle();

    const DestinationLimits limits_;
    const base::Clock& clock_;
    mutable std::mutex lock_;
    std::map<Destination, Entry> entries_;
};

}  // namespace helio::mta
