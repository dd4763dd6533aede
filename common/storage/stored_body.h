// StoredBody: a body in its segment. Up to 1 MiB it is read and checked when it is opened; a larger one is checked
// chunk by chunk while it is read. Damaged bytes are never given out. Holding it keeps the segment's file.
#pragma once

#include <memory>

#include "common/storage/overlay.h"
#include "common/storage/segment_set.h"

namespace helio::storage {

class StoredBody final : public Body {
public:
    /// Errors: errc::damaged, errc::io.
    static Result<std::unique_ptr<StoredBody>> open(std::shared_ptr<const SegmentFile> segment, BodyId id,
                                                    const BodyRow& row);

    std::uint64_t size() const override { return length_; }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override;

private:
    StoredBody(std::shared_ptr<const SegmentFile> segment, const BodyRow& row);
    Result<> load(BodyId id);
    std::uint64_t load_id() const;
    Result<> chunk(std::uint64_t number, std::string& into) const;
    Result<std::string> bytes_at(std::uint64_t offset, std::uint64_t length) const;
    std::unexpected<Error> damaged(std::string_view what) const;

    std::shared_ptr<const SegmentFile> segment_;
    std::uint64_t record_at_;
    std::uint64_t length_;
    std::string prefix_;       ///< id and chunk checksums
    std::string bytes_;        ///< the whole record, when it is small
    std::size_t text_at_ = 0;  ///< where the body begins in it
    bool loaded_ = false;
};

/// A stored body as the source of another one (compaction).
class BodyCopy final : public BodySource {
public:
    explicit BodyCopy(const Body& body) : body_(body) {}
    std::uint64_t size() const override { return body_.size(); }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override {
        return body_.read(offset, length, into);
    }

private:
    const Body& body_;
};

}  // namespace helio::storage
