// Deliverer: brings one message to some of its recipients, all at one destination. Cut-through and the queue use it;
// tests write a fake. HopDeliverer is the real one: stores by LMTP, all else by SMTP.
#pragma once

#include <memory>
#include <vector>

#include "common/base/clock.h"
#include "common/base/task.h"
#include "mta/message.h"

namespace helio::mta {

class Deliverer {
public:
    virtual ~Deliverer() = default;
    /// One outcome for each of `which` (places in message->recipients), by `until` at the latest. Never fails as such:
    /// whatever goes wrong is an outcome. deferred may mean that the peer has taken it and its reply got lost.
    virtual Task<std::vector<Outcome>> deliver(std::shared_ptr<const Message> message, Destination destination,
                                               std::vector<std::size_t> which, base::SteadyTime until) = 0;
};

/// `count` times the same.
inline std::vector<Outcome> all_alike(std::size_t count, Outcome outcome) {
    return std::vector<Outcome>(count, std::move(outcome));
}

}  // namespace helio::mta
