// Scheduler: brings queued messages to their recipients when they are due: takes the next one for which its destination
// has a place (ReadyQueue), looks each recipient up again, groups them by destination, delivers within the limits, and
// settles the outcome in the queue. After a restart it finds what is due in the index: nothing of it lives in memory
// alone but which messages are under way.
// run() lives on one worker; attempts are spread over all.
#pragma once

#include <atomic>

#include "common/base/event.h"
#include "common/net/worker.h"
#include "mta/deliver/client_pool.h"
#include "mta/deliver/destinations.h"
#include "mta/deliver/groups.h"
#include "mta/queue/ready_queue.h"
#include "mta/route/router.h"

namespace helio::mta {

struct SchedulerSettings {
    std::size_t attempts = 200;                    ///< messages under way at once
    std::size_t destinations_at_once = 20;         ///< of one message
    std::chrono::milliseconds attempt{1'800'000};  ///< the longest that one attempt may take
    std::chrono::milliseconds postpone{2'000};     ///< when the queue could not be written
    std::chrono::milliseconds poll{60'000};        ///< at least so often the due index is looked at
    ReadyLimits ready;
};

class Scheduler {
public:
    /// `next_worker` says where the next attempt runs.
    Scheduler(SchedulerSettings settings, Queue& queue, Router& router, Deliverer& deliverer,
              Destinations& destinations, std::function<net::Worker&()> next_worker, const logging::Logger& log);

    /// Until stop(); on the worker that calls it.
    Task<> run();
    /// No attempt is begun any more; waits for those under way until `deadline`, then interrupts them through `pools`
    /// and waits for their end. On the same worker as run().
    Task<> stop(net::SteadyTime deadline, ClientPools& pools);
    /// Due messages known in memory, those under way too; any thread.
    std::size_t ready() const { return ready_size_; }
    /// One round: begins what is due now and waits for all attempts to end. For tests.
    Task<> run_once();

private:
    struct Plan {
        std::vector<Group> groups;
        std::vector<Destinations::Place> places;
        std::vector<Undelivered> rest;  ///< known without an attempt: refused, held, no place
        Destination full;               ///< one that had no place
    };
    void begin_ready();
    void begin(ReadyQueue::Next next);
    Task<> attempt(ReadyQueue::Next next);
    Task<std::optional<Destination>> attempt_message(ReadyQueue::Next next);
    Task<> settle_unreadable(QueuedMessage queued, Error error);
    Task<> settle(QueuedMessage queued, std::vector<mail::Address> delivered, std::vector<Undelivered> rest);
    Task<Plan> make_plan(Message& message, ReadyQueue::Next next);
    void ended(const std::string& id, const std::optional<Destination>& elsewhere);
    net::SteadyTime next_round() const;

    const SchedulerSettings settings_;
    Queue& queue_;
    Router& router_;
    Deliverer& deliverer_;
    Destinations& destinations_;
    std::function<net::Worker&()> next_worker_;
    const logging::Logger& log_;

    base::Executor* home_ = nullptr;
    base::Event wake_;
    base::Event stopped_;
    ReadyQueue ready_;
    bool looked_at_all_ = false;  // nothing is due that ready_ has room for and does not know
    std::size_t under_way_ = 0;
    std::atomic<std::size_t> ready_size_ = 0;
    std::atomic<bool> stopping_ = false;
    bool running_ = false;
};

}  // namespace helio::mta
