// BatchBuilder: the bytes of the next batch while changes are decided. Bodies up to 1 MiB are copied in; larger ones
// are read from their source when the batch is written, so a batch costs bounded memory. Owned by the Writer. A
// change that fails is taken out again with rollback().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/storage/format.h"
#include "common/storage/io.h"

namespace helio::storage {

class BatchBuilder {
public:
    BatchBuilder() { clear(); }

    /// A point to go back to.
    struct Mark {
        std::size_t buffered;
        std::size_t records;
        std::size_t streamed;
        std::uint64_t length;
    };
    Mark mark() const;
    void rollback(const Mark& mark);
    void clear();

    void add_record(RecordType type, std::uint8_t version, std::string_view payload, bool carried);
    /// Offset of the body's record from the start of the batch. `body` must live until the batch is written when it is
    /// larger than 1 MiB. Errors: errc::io, when the source fails (then nothing was added).
    Result<std::uint64_t> add_body(BodyId id, const BodySource& body, bool carried);

    bool empty() const { return records_.empty(); }
    std::size_t records() const { return records_.size(); }
    /// What the batch takes in a segment, padding included.
    std::uint64_t stride() const { return round_up_batch(length_); }
    /// Records, not bodies: those that are new, or those that compaction copied forward.
    std::uint64_t record_bytes(bool carried) const;

    /// Puts all checksums in, then writes the batch at `offset`. Not durable yet.
    Result<> write(const File& file, std::uint64_t offset, std::uint64_t epoch, std::uint64_t sequence);

private:
    struct Placed {
        std::size_t buffered_at;  ///< of its header in buffer_
        RecordHeader header;
    };
    struct Streamed {
        std::size_t buffered_at;  ///< its bytes come before this place of buffer_
        const BodySource* body;
        std::uint64_t offset;  ///< of its bytes from the start of the batch
    };
    static std::uint64_t round_up_batch(std::uint64_t length);
    void pad();
    void seal(std::uint64_t epoch, std::uint64_t sequence);
    Result<> write_streamed(const File& file, std::uint64_t offset, const Streamed& streamed);

    std::string buffer_;  ///< header, records, small bodies
    std::vector<Placed> records_;
    std::vector<Streamed> streamed_;
    std::uint64_t length_ = 0;  ///< of all records, streamed bytes included
};

}  // namespace helio::storage
