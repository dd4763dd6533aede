// Scheduler: brings queued messages to their recipients when they are due: looks each recipient up again, groups them
// by destination, delivers within the limits, and settles the outcome in the queue. After a restart it finds what is
// due in the index: nothing of it lives in memory alone but which messages are under way.
// run() lives on one worker; attempts are spread over all.
#pragma once

#include <set>
#include <unordered_map>

#include "common/base/event.h"
#include "common/net/worker.h"
#include "mta/deliver/client_pool.h"
#include "mta/deliver/destinations.h"
#include "mta/deliver/groups.h"
#include "mta/queue/queue.h"
#include "mta/route/router.h"

namespace helio::mta {

struct SchedulerSettings {
    std::size_t attempts = 200;                    ///< messages under way at once
    std::size_t destinations_at_once = 20;         ///< of one message
    std::size_t scan = 5'000;                      ///< due messages looked at in one round
    std::chrono::milliseconds attempt{1'800'000};  ///< the longest that one attempt may take
    std::chrono::milliseconds no_place{50};        ///< when all places of a destination were taken: they are free soon
    std::chrono::milliseconds postpone{2'000};     ///< when the queue could not be written
    std::chrono::milliseconds poll{60'000};        ///< at least so often the due index is looked at
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
    /// One round: begins what is due now and waits for all attempts to end. For tests.
    Task<> run_once();

private:
    struct Plan {
        std::vector<Group> groups;
        std::vector<Destinations::Place> places;
        std::vector<Undelivered> rest;  ///< known without an attempt: refused, held, no place
    };
    void begin_due();
    void begin(const std::string& id);
    Task<> attempt(std::string id);
    Task<std::chrono::milliseconds> attempt_message(QueuedMessage queued);
    Task<Plan> make_plan(Message& message);
    void ended(const std::string& id, std::chrono::milliseconds pause);
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
    std::set<std::string, std::less<>> under_way_;
    std::unordered_map<std::string, net::SteadyTime> postponed_;  // not before; pruned each round
    bool stopping_ = false;
    bool running_ = false;
};

}  // namespace helio::mta
