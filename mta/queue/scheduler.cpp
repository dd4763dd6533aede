#include "mta/queue/scheduler.h"

#include <algorithm>

namespace helio::mta {
namespace {

bool was_tried(const std::vector<Undelivered>& rest) {
    return std::any_of(rest.begin(), rest.end(), [](const Undelivered& each) { return each.outcome.tried; });
}

// Sorts the outcomes of the groups into delivered and rest.
void collect(const Message& message, const std::vector<Group>& groups, std::vector<mail::Address>& delivered,
             std::vector<Undelivered>& rest) {
    for (const auto& group : groups) {
        for (std::size_t i = 0; i < group.which.size(); ++i) {
            const auto& address = message.recipients[group.which[i]].address;
            if (group.outcomes[i].fate == Fate::delivered) {
                delivered.push_back(address);
            } else {
                const bool is_local = group.destination.hop == Hop::store;
                rest.push_back({address, group.outcomes[i], false, is_local, group.destination});
            }
        }
    }
}

}  // namespace

Scheduler::Scheduler(SchedulerSettings settings, Queue& queue, Router& router, Deliverer& deliverer,
                     Destinations& destinations, std::function<net::Worker&()> next_worker, const logging::Logger& log)
    : settings_(settings),
      queue_(queue),
      router_(router),
      deliverer_(deliverer),
      destinations_(destinations),
      next_worker_(std::move(next_worker)),
      log_(log),
      ready_(settings.ready, [&queue](const std::string& from, std::int64_t now_ms, const auto& each) {
          queue.scan_due(from, now_ms, each);
      }) {}

Task<> Scheduler::run() {
    home_ = &base::Executor::current();
    running_ = true;
    queue_.on_new([this](std::int64_t due_ms) {
        home_->post([this, due_ms] {
            ready_.look_again(due_ms);
            wake_.notify();
        });
    });
    while (!stopping_) {
        begin_ready();
        const bool woken = co_await net::Worker::current().wait(wake_, next_round());
        (void)woken;
    }
    queue_.on_new({});
    while (under_way_ > 0) co_await wake_.wait();
    running_ = false;
    stopped_.notify();
}

Task<> Scheduler::stop(net::SteadyTime deadline, ClientPools& pools) {
    stopping_ = true;
    wake_.notify();
    if (!running_) co_return;
    const bool ended = co_await net::Worker::current().wait(stopped_, deadline);
    if (ended) co_return;
    co_await pools.close();
    if (running_) co_await stopped_.wait();
}

Task<> Scheduler::run_once() {
    home_ = &base::Executor::current();
    ready_.look_again(0);
    do {
        begin_ready();
        if (under_way_ > 0) co_await wake_.wait();
    } while (under_way_ > 0 || !looked_at_all_);
}

void Scheduler::begin_ready() {
    if (stopping_) return;
    looked_at_all_ = ready_.refill(queue_.now_ms());
    ready_size_ = ready_.size();
    while (under_way_ < settings_.attempts) {
        auto next = ready_.next(destinations_);
        if (!next) return;
        begin(std::move(*next));
    }
}

net::SteadyTime Scheduler::next_round() const {
    const auto now = std::chrono::steady_clock::now();
    if (!looked_at_all_) return now;
    const auto now_ms = queue_.now_ms();
    const auto due = queue_.next_due(now_ms);
    const auto next = now + settings_.poll;
    return due ? std::min(next, now + std::chrono::milliseconds(*due - now_ms)) : next;
}

void Scheduler::begin(ReadyQueue::Next next) {
    ++under_way_;
    next_worker_().post([this, next = std::move(next)]() mutable {
        base::start(attempt(std::move(next)), [](std::exception_ptr) {});  // throws nothing
    });
}

void Scheduler::ended(const std::string& id, const std::optional<Destination>& elsewhere) {
    --under_way_;
    if (elsewhere) {
        ready_.put_back(id, *elsewhere);
    } else {
        ready_.forget(id);
    }
    wake_.notify();
}

// The place is given back before the scheduler hears that the attempt ended.
Task<> Scheduler::attempt(ReadyQueue::Next next) {
    const auto id = next.id;
    std::optional<Destination> elsewhere = next.destination;
    bool failed = false;
    try {
        elsewhere = co_await attempt_message(std::move(next));
    } catch (const std::exception& error) {
        log_.error("mta.attempt_failed", {{"id", id}, {"reason", error.what()}});
        failed = true;
    }
    if (failed) co_await net::Worker::current().sleep_for(settings_.postpone);
    home_->post([this, id, elsewhere] { ended(id, elsewhere); });
}

// Where each recipient goes now; the directory may have changed its mind since the message came in.
Task<Scheduler::Plan> Scheduler::make_plan(Message& message, ReadyQueue::Next next) {
    Plan plan;
    for (auto& recipient : message.recipients) {
        auto route = co_await router_.route(recipient.address);
        if (route.kind == Route::Kind::refused) {
            plan.rest.push_back({recipient.address, {fate_of(route.reply), route.reply, {}, true}, route.held, true});
            recipient.destination.name.clear();
            continue;
        }
        const auto address = recipient.address;
        recipient = std::move(route.recipient);
        recipient.address = address;
    }
    for (auto& group : group_by_destination(message)) {
        if (group.destination.name.empty()) continue;
        const bool has_place = next.place && group.destination == next.destination;
        auto place = has_place ? std::move(next.place) : destinations_.enter(group.destination);
        if (place) {
            plan.places.push_back(std::move(place));
            plan.groups.push_back(std::move(group));
            continue;
        }
        plan.full = group.destination;
        const Outcome none{Fate::deferred, smtp::reply(451, {4, 4, 5}, "too many deliveries at once"), {}, false};
        for (const auto which : group.which) {
            const bool is_local = group.destination.hop == Hop::store;
            plan.rest.push_back({message.recipients[which].address, none, false, is_local, group.destination});
        }
    }
    co_return plan;
}

// A destination: nothing was tried for want of a place there.
Task<std::optional<Destination>> Scheduler::attempt_message(ReadyQueue::Next next) {
    auto queued = queue_.find(next.id);
    if (!queued) co_return std::nullopt;
    auto loaded = queue_.load(*queued);
    if (!loaded) {
        co_await settle_unreadable(std::move(*queued), loaded.error());
        co_return std::nullopt;
    }
    auto plan = co_await make_plan(**loaded, std::move(next));
    const std::shared_ptr<const Message> message = *loaded;
    if (plan.groups.empty() && !was_tried(plan.rest)) co_return plan.full;
    const auto until = std::chrono::steady_clock::now() + settings_.attempt;
    if (!plan.groups.empty()) {
        co_await deliver_groups(deliverer_, message, plan.groups, settings_.destinations_at_once, until);
        log_outcomes(log_, *message, plan.groups);
    }
    std::vector<mail::Address> delivered;
    collect(*message, plan.groups, delivered, plan.rest);
    co_await settle(std::move(*queued), std::move(delivered), std::move(plan.rest));
    co_return std::nullopt;
}

Task<> Scheduler::settle_unreadable(QueuedMessage queued, Error error) {
    log_.error("mta.text_unreadable", {{"id", queued.envelope.id}, {"reason", to_string(error)}});
    const Outcome outcome{Fate::deferred, smtp::reply(451, {4, 3, 0}, "message text unreadable"), {}, true};
    std::vector<Undelivered> lost;
    for (const auto& recipient : queued.recipients) {
        if (recipient.state == RecipientState::pending) lost.push_back({recipient.address, outcome});
    }
    co_await settle(std::move(queued), {}, std::move(lost));
}

// What was delivered is not delivered again because the queue can't be written now: the outcome waits here.
Task<> Scheduler::settle(QueuedMessage queued, std::vector<mail::Address> delivered, std::vector<Undelivered> rest) {
    for (;;) {
        const auto settled = co_await queue_.settle(queued, delivered, rest);
        if (settled || stopping_) co_return;
        co_await net::Worker::current().sleep_for(settings_.postpone);
    }
}

}  // namespace helio::mta
