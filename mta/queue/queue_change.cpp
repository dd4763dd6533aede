#include "mta/queue/queue_change.h"

namespace helio::mta {

void QueueChange::add(QueuedMessage message, std::shared_ptr<const storage::BodySource> text) {
    added_.push_back({std::move(message), std::move(text)});
}

Result<> QueueChange::decide(storage::Decision& decision) {
    for (auto& added : added_) {
        added.message.body = decision.add_body(*added.text);
        decision.add(accepted_record, encode(added.message));
    }
    if (!attempted_.empty()) decision.add(attempted_record, attempted_);
    if (!removed_.empty()) decision.add(removed_record, removed_);
    return {};
}

std::size_t QueueChange::weight_bytes() const {
    std::size_t weight = attempted_.size() + removed_.size() + 64;
    for (const auto& added : added_) {
        weight += static_cast<std::size_t>(added.text->size()) + 200 * added.message.recipients.size() + 200;
    }
    return weight;
}

}  // namespace helio::mta
