// QueuedText: a stored body where a BodySource is asked for. Holding it keeps the body's segment from going away.
#pragma once

#include "common/storage/partition.h"

namespace helio::mta {

class QueuedText final : public storage::BodySource {
public:
    explicit QueuedText(std::unique_ptr<storage::Body> body) : body_(std::move(body)) {}
    std::uint64_t size() const override { return body_->size(); }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override {
        return body_->read(offset, length, into);
    }

private:
    std::unique_ptr<storage::Body> body_;
};

}  // namespace helio::mta
