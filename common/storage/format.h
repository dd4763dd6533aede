// The log's bytes (format version 1): segment header, batch, record, body. One encode and one decode each, no files
// here. Used by the log writer, the walker (replay, verify, rebuild) and body reads; fuzzed by
// tests/fuzz/storage_segment.cpp.
//
//   segment   | header page 4096: two copies of SegmentHeader at 0 and 2048 | batch | batch | ... | zeroes |
//   batch     | BatchHeader 48 | record | record | ... | to the next multiple of 512 |
//   record    | RecordHeader 16 | payload | to the next multiple of 8 |
//   body      | RecordHeader 16 (length: of the bytes) | id 8 | CRC32C of each 64 KiB chunk, 4 each | bytes | ... 8 |
//
// All integers little-endian; every checksum is CRC32C. A record header's checksum starts from its batch's epoch and
// sequence, and the batch header holds a checksum over all record headers: leftovers of another batch never fit in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/storage/partition.h"

namespace helio::storage {

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::uint64_t segment_header_bytes = 4096;
inline constexpr std::uint64_t batch_alignment = 512;  ///< the unit a disk writes whole
inline constexpr std::uint64_t batch_header_bytes = 48;
inline constexpr std::uint64_t record_header_bytes = 16;
inline constexpr std::uint64_t record_alignment = 8;
inline constexpr std::uint64_t body_chunk_bytes = 64u << 10;
inline constexpr RecordType body_record = 128;

struct SegmentHeader {
    std::array<char, 16> partition{};  ///< the same in all segments and the index of one partition
    std::uint64_t number = 0;          ///< of this segment, from 1
    std::uint64_t epoch = 0;           ///< random; every batch here carries it
    std::uint64_t first_sequence = 0;  ///< of the first batch here
    std::uint64_t first_body = 0;      ///< every body id given out later is at least this
    std::uint64_t voids_segment = 0;   ///< 0: none. After a failed sync: what that segment holds ...
    std::uint64_t voids_from = 0;      ///< ... from this offset on never happened

    bool operator==(const SegmentHeader&) const = default;
};
/// The whole header page.
std::string encode(const SegmentHeader& header);
enum class HeaderState { intact, one_copy_damaged, unreadable, foreign_version };
struct DecodedHeader {
    HeaderState state = HeaderState::unreadable;
    SegmentHeader header;
};
DecodedHeader decode_segment_header(std::string_view page);

struct BatchHeader {
    std::uint64_t epoch = 0;
    std::uint64_t sequence = 0;
    std::uint64_t length = 0;  ///< of the records, without this header and the padding
    std::uint32_t records = 0;
    std::uint32_t records_crc = 0;  ///< over all record headers in order

    /// From the start of this batch to the next one.
    std::uint64_t stride() const;
    bool operator==(const BatchHeader&) const = default;
};
void encode(const BatchHeader& header, char* into);
/// Nothing when magic or checksum do not match or the length is absurd.
std::optional<BatchHeader> decode_batch_header(std::string_view bytes);

struct RecordHeader {
    RecordType type = 0;
    std::uint8_t version = 1;
    bool carried = false;           ///< copied forward by compaction
    std::uint32_t length = 0;       ///< of the payload; of a body: of its bytes
    std::uint32_t payload_crc = 0;  ///< of the payload; of a body: of its id and chunk checksums

    /// What follows the header before the bytes counted by `length`: 0 but for bodies.
    std::uint64_t prefix_bytes() const;
    /// From the start of this record to the next one.
    std::uint64_t stride() const;
    bool operator==(const RecordHeader&) const = default;
};
void encode(const RecordHeader& header, std::uint64_t epoch, std::uint64_t sequence, char* into);
std::optional<RecordHeader> decode_record_header(std::string_view bytes, std::uint64_t epoch, std::uint64_t sequence);
/// For a body that is read alone: fields only, not its checksum (id and length are compared by the caller).
RecordHeader peek_record_header(std::string_view bytes);

constexpr std::uint64_t body_chunks(std::uint64_t length) { return (length + body_chunk_bytes - 1) / body_chunk_bytes; }

/// Id and chunk checksums of a body, as they stand before its bytes.
std::string encode_body_prefix(BodyId id, std::string_view chunk_crcs);

}  // namespace helio::storage
