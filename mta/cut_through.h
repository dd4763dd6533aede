// CutThrough: the Acceptor of both relays (DESIGN section 6). Tries the stores while the client waits, a few seconds at
// most; when all took the message, 250 and nothing is queued. What is not delivered goes durably to the queue with the
// same delivery id before 250, so that a store that had taken it after all stores nothing twice. Recipients elsewhere
// go to the queue at once. Refusals of some become a DSN; when everybody is refused the client hears it itself.
#pragma once

#include "mta/acceptor.h"
#include "mta/deliver/groups.h"
#include "mta/queue/queue.h"

namespace helio::mta {

struct CutThroughSettings {
    bool enabled = true;                       ///< false: everything goes through the queue
    std::chrono::milliseconds timeout{5'000};  ///< from the end of data
};

class CutThrough final : public Acceptor {
public:
    CutThrough(CutThroughSettings settings, Deliverer& deliverer, Queue& queue, const logging::Logger& log)
        : settings_(settings), deliverer_(deliverer), queue_(queue), log_(log) {}

    Task<smtp::Reply> accept(std::shared_ptr<const Message> message) override;
    std::string not_ready() const override { return queue_.not_ready(); }

private:
    Task<smtp::Reply> queue_rest(std::shared_ptr<const Message> message, std::vector<Undelivered> rest);

    const CutThroughSettings settings_;
    Deliverer& deliverer_;
    Queue& queue_;
    const logging::Logger& log_;
};

}  // namespace helio::mta
