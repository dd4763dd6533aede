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
                rest.push_back({address, group.outcomes[i], false, group.destination.hop == Hop::store});
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
      log_(log) {}

Task<> Scheduler::run() {
    home_ = &base::Executor::current();
    running_ = true;
    queue_.on_new([this] { home_->post([this] { wake_.notify(); }); });
    while (!stopping_) {
        begin_due();
        const bool woken = co_await net::Worker::current().wait(wake_, next_round());
        (void)woken;
    }
    queue_.on_new({});
    while (!under_way_.empty()) co_await wake_.wait();
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
    begin_due();
    while (!under_way_.empty()) co_await wake_.wait();
}

void Scheduler::begin_due() {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(postponed_, [&](const auto& each) { return each.second <= now; });
    for (const auto& due : queue_.find_due(queue_.now_ms(), settings_.scan)) {
        if (stopping_ || under_way_.size() >= settings_.attempts) return;
        if (!under_way_.contains(due.id) && !postponed_.contains(due.id)) begin(due.id);
    }
}

net::SteadyTime Scheduler::next_round() const {
    const auto now = std::chrono::steady_clock::now();
    auto next = now + settings_.poll;
    const auto now_ms = queue_.now_ms();
    const auto due = queue_.next_due(now_ms);
    if (due) next = std::min(next, now + std::chrono::milliseconds(*due - now_ms));
    for (const auto& [id, not_before] : postponed_) next = std::min(next, not_before);
    return next;
}

void Scheduler::begin(const std::string& id) {
    under_way_.insert(id);
    next_worker_().post([this, id] {
        base::start(attempt(id), [this, id](std::exception_ptr failure) {
            if (!failure) return;
            log_.error("mta.attempt_failed", {{"id", id}});
            home_->post([this, id] { ended(id, settings_.postpone); });
        });
    });
}

void Scheduler::ended(const std::string& id, std::chrono::milliseconds pause) {
    under_way_.erase(id);
    if (pause.count() > 0) postponed_[id] = std::chrono::steady_clock::now() + pause;
    wake_.notify();
}

Task<> Scheduler::attempt(std::string id) {
    std::chrono::milliseconds pause{0};
    auto queued = queue_.find(id);
    if (queued) pause = co_await attempt_message(std::move(*queued));
    home_->post([this, id, pause] { ended(id, pause); });
}

// Where each recipient goes now; the directory may have changed its mind since the message came in.
Task<Scheduler::Plan> Scheduler::make_plan(Message& message) {
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
        auto place = destinations_.enter(group.destination);
        if (place) {
            plan.places.push_back(std::move(place));
            plan.groups.push_back(std::move(group));
            continue;
        }
        const Outcome none{Fate::deferred, smtp::reply(451, {4, 4, 5}, "too many deliveries at once"), {}, false};
        for (const auto which : group.which)
            plan.rest.push_back({message.recipients[which].address, none, false, group.destination.hop == Hop::store});
    }
    co_return plan;
}

// How long to leave the message alone when nothing was changed; 0: it was settled.
Task<std::chrono::milliseconds> Scheduler::attempt_message(QueuedMessage queued) {
    auto loaded = queue_.load(queued);
    if (!loaded) {
        log_.error("mta.text_unreadable", {{"id", queued.envelope.id}, {"reason", to_string(loaded.error())}});
        std::vector<Undelivered> lost;
        for (const auto& recipient : queued.recipients) {
            if (recipient.state != RecipientState::pending) continue;
            lost.push_back({recipient.address,
                            {Fate::deferred, smtp::reply(451, {4, 3, 0}, "message text unreadable"), {}, true},
                            false,
                            false});
        }
        auto settled = co_await queue_.settle(std::move(queued), {}, std::move(lost));
        co_return settled ? std::chrono::milliseconds(0) : settings_.postpone;
    }
    auto plan = co_await make_plan(**loaded);
    const std::shared_ptr<const Message> message = *loaded;
    if (plan.groups.empty() && !was_tried(plan.rest)) co_return settings_.no_place;
    const auto until = std::chrono::steady_clock::now() + settings_.attempt;
    if (!plan.groups.empty()) {
        co_await deliver_groups(deliverer_, message, plan.groups, settings_.destinations_at_once, until);
        log_outcomes(log_, *message, plan.groups);
    }
    std::vector<mail::Address> delivered;
    collect(*message, plan.groups, delivered, plan.rest);
    auto settled = co_await queue_.settle(std::move(queued), std::move(delivered), std::move(plan.rest));
    co_return settled ? std::chrono::milliseconds(0) : settings_.postpone;
}

}  // namespace helio::mta
