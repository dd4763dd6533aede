#include "mta/deliver/groups.h"

#include <algorithm>
#include <array>

#include "common/base/event.h"

namespace helio::mta {
namespace {

// The references are to deliver_groups()' own frame, which outlives every child.
Task<> deliver_one(Deliverer& deliverer, std::shared_ptr<const Message> message, Group& group, base::SteadyTime until) {
    auto outcomes = co_await deliverer.deliver(std::move(message), group.destination, group.which, until);
    group.outcomes = std::move(outcomes);
}

std::string_view name_of(Fate fate) {
    switch (fate) {
        case Fate::delivered:
            return "delivered";
        case Fate::deferred:
            return "deferred";
        case Fate::refused:
            return "refused";
    }
    return "deferred";
}

}  // namespace

std::vector<Group> group_by_destination(const Message& message, std::optional<Hop> hop) {
    std::vector<Group> groups;
    for (std::size_t i = 0; i < message.recipients.size(); ++i) {
        const auto& destination = message.recipients[i].destination;
        if (hop && destination.hop != *hop) continue;
        const auto same = [&](const Group& group) { return group.destination == destination; };
        auto found = std::find_if(groups.begin(), groups.end(), same);
        if (found == groups.end()) found = groups.insert(groups.end(), Group{destination, {}, {}});
        found->which.push_back(i);
    }
    return groups;
}

Task<> deliver_groups(Deliverer& deliverer, std::shared_ptr<const Message> message, std::vector<Group>& groups,
                      std::size_t at_once, base::SteadyTime until) {
    if (groups.size() == 1) {
        co_await deliver_one(deliverer, message, groups.front(), until);
        co_return;
    }
    base::Event ended;
    std::size_t under_way = 0;
    std::exception_ptr failure;
    for (auto& group : groups) {
        while (under_way >= at_once) co_await ended.wait();
        ++under_way;
        base::start(deliver_one(deliverer, message, group, until), [&](std::exception_ptr thrown) {
            --under_way;
            if (thrown) failure = thrown;
            ended.notify();
        });
    }
    while (under_way > 0) co_await ended.wait();
    if (failure) std::rethrow_exception(failure);
}

void log_outcomes(const logging::Logger& log, const Message& message, const std::vector<Group>& groups) {
    for (const auto& group : groups) {
        for (const auto fate : std::array{Fate::delivered, Fate::deferred, Fate::refused}) {
            const Outcome* example = nullptr;
            std::size_t count = 0;
            for (const auto& outcome : group.outcomes) {
                if (outcome.fate != fate) continue;
                if (count++ == 0) example = &outcome;
            }
            if (example == nullptr) continue;
            log.info("mta.message", {{"id", message.envelope.id},
                                     {"result", name_of(fate)},
                                     {"from", message.envelope.reverse_path.to_string()},
                                     {"recipients", count},
                                     {"hop", group.destination.hop == Hop::store ? "store" : "remote"},
                                     {"destination", group.destination.name},
                                     {"host", example->host},
                                     {"reply", smtp::one_line(example->reply)}});
        }
    }
}

}  // namespace helio::mta
