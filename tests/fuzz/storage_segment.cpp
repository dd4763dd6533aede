// Any bytes as a segment of the log: reading them must end, stay within them, and find only what checks out.
// Property: a header that was accepted encodes to the bytes that it was read from.
#include "common/storage/batch_reader.h"
#include "common/storage/codec.h"
#include "tests/support/fuzz/target.h"

using namespace helio;

namespace {

void check_records(storage::BatchReader& reader, std::string_view input, const storage::Batch& batch,
                   std::uint64_t epoch) {
    for (const auto& place : batch.records) {
        char again[storage::record_header_bytes] = {};
        encode(place.header, epoch, batch.header.sequence, again);
        const auto bytes = input.substr(static_cast<std::size_t>(place.offset), sizeof again);
        FUZZ_CHECK((std::string_view(again, sizeof again) == bytes || bytes[2] > 1 || bytes[3] != 0));
        FUZZ_CHECK(place.offset + place.header.stride() <=
                   batch.offset + storage::batch_header_bytes + batch.header.length);
        FUZZ_CHECK(reader.payload(place).has_value());
    }
}

void walk(std::string_view input, std::uint64_t epoch, std::uint64_t sequence) {
    storage::MemoryBytes bytes(input);
    storage::BatchReader reader(bytes, epoch);
    std::uint64_t at = storage::segment_header_bytes;
    for (;;) {
        const auto batch = reader.whole_batch(at, sequence);
        FUZZ_CHECK(batch.has_value());
        if (*batch) {
            check_records(reader, input, **batch, epoch);
            at = (*batch)->end();
            ++sequence;
            continue;
        }
        const auto later = reader.later_header(at + storage::batch_alignment, sequence);
        FUZZ_CHECK(later.has_value());
        FUZZ_CHECK(reader.intact_records(at, *later ? (*later)->offset : input.size(), sequence).has_value());
        if (!*later) return;
        FUZZ_CHECK((*later)->header.sequence > sequence);
        at = (*later)->offset;
        sequence = (*later)->header.sequence;
    }
}

}  // namespace

FUZZ_TARGET(storage_segment) {
    const auto decoded = storage::decode_segment_header(input);
    if (decoded.state == storage::HeaderState::intact) {
        const auto again = storage::decode_segment_header(encode(decoded.header));
        FUZZ_CHECK(again.header == decoded.header);
    }
    walk(input, decoded.header.epoch, decoded.header.first_sequence);
    if (const auto batch = storage::decode_batch_header(input)) {
        char bytes[storage::batch_header_bytes] = {};
        encode(*batch, bytes);
        FUZZ_CHECK(storage::decode_batch_header({bytes, sizeof bytes}) == batch);
        std::string placed(storage::segment_header_bytes, '\0');
        placed.append(input);
        walk(placed, batch->epoch, batch->sequence);
    }
}
