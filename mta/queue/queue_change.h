// QueueChange: one atomic change of the queue: messages to add (with their texts), what an attempt changed, a removal.
#pragma once

#include "mta/queue/queue_model.h"

namespace helio::mta {

class QueueChange final : public storage::Change {
public:
    void add(QueuedMessage message, std::shared_ptr<const storage::BodySource> text);
    void change(const Attempted& attempted) { attempted_ = encode(attempted); }
    void remove(std::string id) { removed_ = std::move(id); }
    bool is_empty() const { return added_.empty() && attempted_.empty() && removed_.empty(); }

    Result<> decide(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;

private:
    struct Added {
        QueuedMessage message;
        std::shared_ptr<const storage::BodySource> text;
    };
    std::vector<Added> added_;
    std::string attempted_;
    std::string removed_;
};

}  // namespace helio::mta
