#include "mta/cut_through.h"

#include <algorithm>

namespace helio::mta {
namespace {

constexpr std::size_t stores_at_once = 50;

smtp::Reply taken(const Message& message, const char* how) {
    return smtp::reply(250, {2, 0, 0}, std::string(how) + " as " + message.envelope.id);
}

// Places of recipients that no group tried are left as they are.
std::vector<Outcome> outcomes_of(const Message& message, const std::vector<Group>& groups) {
    const Outcome untried{Fate::deferred, smtp::reply(451, {4, 0, 0}, "not tried yet"), {}, false};
    std::vector<Outcome> outcomes(message.recipients.size(), untried);
    for (const auto& group : groups) {
        for (std::size_t i = 0; i < group.which.size(); ++i) outcomes[group.which[i]] = group.outcomes[i];
    }
    return outcomes;
}

bool all(const std::vector<Outcome>& outcomes, Fate fate) {
    return std::all_of(outcomes.begin(), outcomes.end(), [&](const Outcome& each) { return each.fate == fate; });
}

// A refusal of ours or of a store, as the client may see it: one line, no host.
smtp::Reply refusal_of(const std::vector<Outcome>& outcomes) {
    auto reply = outcomes.front().reply;
    reply.lines.resize(1);
    return reply;
}

}  // namespace

Task<smtp::Reply> CutThrough::queue_rest(std::shared_ptr<const Message> message, std::vector<Undelivered> rest) {
    auto queued = co_await queue_.take_over(message, std::move(rest));
    if (queued) co_return taken(*message, "queued");
    const auto& code = queued.error().code;
    if (code == storage::errc::no_space) co_return smtp::reply(452, {4, 3, 1}, "no room for mail now, try again later");
    // The outcome can't be told: hang up instead of an answer that may be wrong (common/storage/errc.h).
    if (code == storage::errc::stopped) co_return smtp::reply(421, {4, 3, 2}, "shutting down");
    co_return smtp::reply(451, {4, 3, 0}, "queue not writable now, try again later");
}

Task<smtp::Reply> CutThrough::accept(std::shared_ptr<const Message> message) {
    std::vector<Group> groups;
    if (settings_.enabled) groups = group_by_destination(*message, Hop::store);
    if (!groups.empty()) {
        const auto until = std::chrono::steady_clock::now() + settings_.timeout;
        co_await deliver_groups(deliverer_, message, groups, stores_at_once, until);
        log_outcomes(log_, *message, groups);
    }
    const auto outcomes = outcomes_of(*message, groups);
    if (all(outcomes, Fate::delivered)) co_return taken(*message, "delivered");
    if (all(outcomes, Fate::refused)) co_return refusal_of(outcomes);
    std::vector<Undelivered> rest;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const auto& recipient = message->recipients[i];
        if (outcomes[i].fate == Fate::delivered) continue;
        const bool is_local = recipient.destination.hop == Hop::store;
        rest.push_back({recipient.address, outcomes[i], false, is_local, recipient.destination});
    }
    co_return co_await queue_rest(message, std::move(rest));
}

}  // namespace helio::mta
