// Reads batches and records out of a segment and says whether they are whole. Knows the format, no files and no index.
// Used by the log walker, and by the fuzz target on any bytes.
#pragma once

#include <optional>
#include <vector>

#include "common/storage/byte_source.h"
#include "common/storage/format.h"

namespace helio::storage {

struct RecordPlace {
    std::uint64_t offset = 0;  ///< of its header, in the segment
    RecordHeader header;
    std::uint64_t payload_at() const { return offset + record_header_bytes; }
};

struct Batch {
    std::uint64_t offset = 0;
    BatchHeader header;
    std::vector<RecordPlace> records;
    std::uint64_t end() const { return offset + header.stride(); }
};

class BatchReader {
public:
    BatchReader(ByteSource& bytes, std::uint64_t epoch) : bytes_(bytes), epoch_(epoch) {}

    /// The batch `sequence` at `offset` when all of it is there and every checksum matches; else nothing. Errors:
    /// errc::io.
    Result<std::optional<Batch>> whole_batch(std::uint64_t offset, std::uint64_t sequence);

    /// The first batch header at or after `offset` that is intact and has a sequence above `sequence`: what follows
    /// damage.
    Result<std::optional<Batch>> later_header(std::uint64_t offset, std::uint64_t sequence);

    /// The intact records of batch `sequence` between `from` and `to`, whatever lies between them.
    Result<std::vector<RecordPlace>> intact_records(std::uint64_t from, std::uint64_t to, std::uint64_t sequence);

    /// A record's payload, or a body's bytes are checked and not returned (they may be large). Errors: errc::io,
    /// errc::damaged. The view holds until the next call.
    Result<std::string_view> payload(const RecordPlace& place);
    /// The id of a body record that payload() found intact.
    Result<BodyId> body_id(const RecordPlace& place);

    ByteSource& bytes() { return bytes_; }

private:
    Result<> check_body(const RecordPlace& place);

    ByteSource& bytes_;
    std::uint64_t epoch_;
};

}  // namespace helio::storage
