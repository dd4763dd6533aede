#include "common/storage/stored_body.h"

#include "common/storage/codec.h"
#include "common/storage/errc.h"

namespace helio::storage {
namespace {
constexpr std::uint64_t loaded_body_bytes = 1u << 20;
}

StoredBody::StoredBody(std::shared_ptr<const SegmentFile> segment, const BodyRow& row)
    : segment_(std::move(segment)), record_at_(row.offset), length_(row.length) {}

Result<std::unique_ptr<StoredBody>> StoredBody::open(std::shared_ptr<const SegmentFile> segment, BodyId id,
                                                     const BodyRow& row) {
    std::unique_ptr<StoredBody> body(new StoredBody(std::move(segment), row));
    auto loaded = body->load(id);
    if (!loaded) return fail(loaded.error());
    return body;
}

std::unexpected<Error> StoredBody::damaged(std::string_view what) const {
    return fail(errc::damaged, "segment " + std::to_string(segment_->number) + " offset " + std::to_string(record_at_) +
                                   ": " + std::string(what));
}

Result<std::string> StoredBody::bytes_at(std::uint64_t offset, std::uint64_t length) const {
    const auto size = static_cast<std::size_t>(length);
    std::string bytes;
    Result<std::size_t> got = std::size_t{0};
    // The size it calls with is not to be trusted: libstdc++ 12 may have rounded it up.
    bytes.resize_and_overwrite(size, [&](char* room, std::size_t) {
        got = segment_->file.read(room, size, offset);
        return size;
    });
    if (!got) return fail(errc::io, "segment " + std::to_string(segment_->number) + ": " + to_string(got.error()));
    if (*got != bytes.size()) return damaged("the segment ends within the body");
    return bytes;
}

Result<> StoredBody::load(BodyId id) {
    RecordHeader header{body_record, 1, false, static_cast<std::uint32_t>(length_), 0};
    const auto before = record_header_bytes + header.prefix_bytes();
    const bool small = length_ <= loaded_body_bytes;
    auto bytes = bytes_at(record_at_, before + (small ? length_ : 0));
    if (!bytes) return fail(bytes.error());
    const auto found = peek_record_header(*bytes);
    prefix_ = bytes->substr(record_header_bytes, static_cast<std::size_t>(header.prefix_bytes()));
    if (found.type != body_record || found.length != length_ || found.payload_crc != crc32c(prefix_) ||
        load_id() != id.value)
        return damaged("the body's header does not match");
    if (!small) return {};
    bytes_ = std::move(*bytes);
    text_at_ = static_cast<std::size_t>(before);
    const auto text = std::string_view(bytes_).substr(text_at_);
    for (std::uint64_t at = 0, number = 0; at < length_; at += body_chunk_bytes, ++number)
        if (crc32c(text.substr(static_cast<std::size_t>(at), body_chunk_bytes)) !=
            storage::load<std::uint32_t>(prefix_.data() + 8 + 4 * number))
            return damaged("the body's checksum does not match");
    loaded_ = true;
    return {};
}

std::uint64_t StoredBody::load_id() const { return storage::load<std::uint64_t>(prefix_.data()); }

Result<> StoredBody::read(std::uint64_t offset, std::size_t length, std::string& into) const {
    if (offset >= length_) return {};
    length = static_cast<std::size_t>(std::min<std::uint64_t>(length, length_ - offset));
    if (loaded_) {
        into.append(bytes_, text_at_ + static_cast<std::size_t>(offset), length);
        return {};
    }
    std::string part;
    while (length > 0) {
        const auto number = offset / body_chunk_bytes;
        auto got = chunk(number, part);
        if (!got) return got;
        const auto skip = static_cast<std::size_t>(offset - number * body_chunk_bytes);
        const auto take = std::min(length, part.size() - skip);
        into.append(part, skip, take);
        offset += take;
        length -= take;
    }
    return {};
}

Result<> StoredBody::chunk(std::uint64_t number, std::string& into) const {
    const auto at = number * body_chunk_bytes;
    auto bytes =
        bytes_at(record_at_ + record_header_bytes + prefix_.size() + at, std::min(body_chunk_bytes, length_ - at));
    if (!bytes) return fail(bytes.error());
    if (crc32c(*bytes) != storage::load<std::uint32_t>(prefix_.data() + 8 + 4 * number))
        return damaged("the checksum of chunk " + std::to_string(number) + " does not match");
    into = std::move(*bytes);
    return {};
}

}  // namespace helio::storage
