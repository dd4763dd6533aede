#include "common/storage/batch_reader.h"

#include "common/storage/codec.h"
#include "common/storage/errc.h"

namespace helio::storage {

Result<std::optional<Batch>> BatchReader::whole_batch(std::uint64_t offset, std::uint64_t sequence) {
    auto bytes = bytes_.at(offset, batch_header_bytes);
    if (!bytes) return fail(bytes.error());
    const auto header = decode_batch_header(*bytes);
    if (!header || header->epoch != epoch_ || header->sequence != sequence) return std::nullopt;
    Batch batch{offset, *header, {}};
    std::uint64_t at = offset + batch_header_bytes;
    const std::uint64_t end = at + header->length;
    if (end > bytes_.size()) return std::nullopt;
    std::uint32_t headers_crc = 0;
    while (at < end) {
        bytes = bytes_.at(at, record_header_bytes);
        if (!bytes) return fail(bytes.error());
        const auto record = decode_record_header(*bytes, epoch_, sequence);
        if (!record || at + record->stride() > end) return std::nullopt;
        headers_crc = crc32c(bytes->substr(0, record_header_bytes), headers_crc);
        const RecordPlace place{at, *record};
        auto payload = this->payload(place);
        if (!payload && payload.error().code == errc::io) return fail(payload.error());
        if (!payload) return std::nullopt;
        batch.records.push_back(place);
        at += record->stride();
    }
    if (batch.records.size() != header->records || headers_crc != header->records_crc) return std::nullopt;
    return batch;
}

Result<std::optional<Batch>> BatchReader::later_header(std::uint64_t offset, std::uint64_t sequence) {
    for (auto at = round_up(offset, batch_alignment); at < bytes_.size(); at += batch_alignment) {
        auto bytes = bytes_.at(at, batch_header_bytes);
        if (!bytes) return fail(bytes.error());
        const auto header = decode_batch_header(*bytes);
        if (header && header->epoch == epoch_ && header->sequence > sequence) return Batch{at, *header, {}};
    }
    return std::nullopt;
}

Result<std::vector<RecordPlace>> BatchReader::intact_records(std::uint64_t from, std::uint64_t to,
                                                             std::uint64_t sequence) {
    std::vector<RecordPlace> found;
    auto at = round_up(from, record_alignment);
    while (at + record_header_bytes <= to) {
        auto bytes = bytes_.at(at, record_header_bytes);
        if (!bytes) return fail(bytes.error());
        const auto record = decode_record_header(*bytes, epoch_, sequence);
        if (!record || at + record->stride() > to) {
            at += record_alignment;
            continue;
        }
        const RecordPlace place{at, *record};
        auto payload = this->payload(place);
        if (!payload && payload.error().code == errc::io) return fail(payload.error());
        if (payload) found.push_back(place);
        at += payload ? record->stride() : record_alignment;
    }
    return found;
}

Result<std::string_view> BatchReader::payload(const RecordPlace& place) {
    if (place.header.type == body_record) {
        auto checked = check_body(place);
        if (!checked) return fail(checked.error());
        return std::string_view();
    }
    auto bytes = bytes_.at(place.payload_at(), place.header.length);
    if (!bytes) return bytes;
    if (bytes->size() != place.header.length || crc32c(*bytes) != place.header.payload_crc)
        return fail(errc::damaged, "record at " + std::to_string(place.offset));
    return bytes;
}

Result<> BatchReader::check_body(const RecordPlace& place) {
    const auto damaged = [&] { return fail(errc::damaged, "body at " + std::to_string(place.offset)); };
    const auto prefix_bytes = static_cast<std::size_t>(place.header.prefix_bytes());
    auto view = bytes_.at(place.payload_at(), prefix_bytes);
    if (!view) return fail(view.error());
    if (view->size() != prefix_bytes || crc32c(*view) != place.header.payload_crc) return damaged();
    const std::string prefix(*view);
    std::uint64_t left = place.header.length;
    std::uint64_t at = place.payload_at() + prefix_bytes;
    for (std::size_t chunk = 0; left > 0; ++chunk) {
        const auto part = static_cast<std::size_t>(std::min(left, body_chunk_bytes));
        auto bytes = bytes_.at(at, part);
        if (!bytes) return fail(bytes.error());
        if (bytes->size() != part || crc32c(*bytes) != load<std::uint32_t>(prefix.data() + 8 + 4 * chunk))
            return damaged();
        at += part;
        left -= part;
    }
    return {};
}

Result<BodyId> BatchReader::body_id(const RecordPlace& place) {
    auto bytes = bytes_.at(place.payload_at(), 8);
    if (!bytes) return fail(bytes.error());
    if (bytes->size() != 8) return fail(errc::damaged, "body at " + std::to_string(place.offset));
    return BodyId{load<std::uint64_t>(bytes->data())};
}

}  // namespace helio::storage
