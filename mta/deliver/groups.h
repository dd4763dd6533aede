// Groups: the recipients of one message by destination, and their delivery at the same time. Used by cut-through and by
// the queue's attempts. Logs one line per destination and fate: the message's outcome (STYLE S12).
#pragma once

#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "mta/deliver/deliverer.h"

namespace helio::mta {

struct Group {
    Destination destination;
    std::vector<std::size_t> which;  ///< places in Message::recipients
    std::vector<Outcome> outcomes;   ///< of `which`, once delivered
};

/// Groups those of the message's recipients that go to hop `hop`, or all.
std::vector<Group> group_by_destination(const Message& message, std::optional<Hop> hop = std::nullopt);

/// Delivers to all groups, at most `at_once` at a time, and fills their outcomes; returns when all are done.
Task<> deliver_groups(Deliverer& deliverer, std::shared_ptr<const Message> message, std::vector<Group>& groups,
                      std::size_t at_once, base::SteadyTime until);

/// One line per group and fate.
void log_outcomes(const logging::Logger& log, const Message& message, const std::vector<Group>& groups);

}  // namespace helio::mta
