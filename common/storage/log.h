// Log: the append side. One write and one fdatasync per batch, in preallocated segments; a new segment when one is full
// or after a failed sync. Used by one thread at a time, the writer of the moment.
//
// Failures (DESIGN section 4): a failed fdatasync is never repeated. The segment is sealed at its last durable offset
// by the header of a new one ("voids the rest"); only when that header is durable is errc::io answered, for then
// nothing happened. When it can't be made durable the outcome is unknown: errc::stopped, and the log takes no more
// batches.
#pragma once

#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "common/storage/batch_builder.h"
#include "common/storage/log_walker.h"
#include "common/storage/segment_set.h"
#include "common/storage/spare_segment.h"
#include "common/storage/zero_ahead.h"

namespace helio::storage {

struct LogMetrics {
    explicit LogMetrics(base::Registry& registry);
    base::Counter& batches;
    base::Counter& bytes;
    base::Counter& sealed;
    base::Histogram& sync;
};

/// Writes these bytes of a segment once more as they read now, and syncs them.
Result<> rewrite(File& file, std::uint64_t from, std::uint64_t to);

class Log {
public:
    Log(SegmentSet& segments, std::uint64_t segment_bytes, const logging::Logger& log, base::Registry& metrics);

    /// Goes on at `end`, where the walk ended: makes durable what lies between `from` and there by writing it again (a
    /// page whose sync failed in an earlier life reads back well and is not on the disk). Without any segment makes the
    /// first one. Errors: errc::io, errc::no_space.
    Result<> open(Position from, Position end, std::uint64_t first_body, const std::array<char, 16>& partition);

    /// Writes the batch and makes it durable; gives where it lies. `first_body`: ids from here on are not used yet.
    /// Errors: errc::no_space, errc::io (nothing happened); errc::stopped (the outcome is unknown).
    Result<Position> append(BatchBuilder& batch, std::uint64_t first_body);

    const Position& end() const { return end_; }

    /// What a sync takes lately.
    std::chrono::nanoseconds sync_time() const { return sync_time_; }

private:
    Result<> start_segment(std::uint64_t number, std::uint64_t batch_bytes, std::uint64_t first_body,
                           const SegmentHeader& voids);
    Result<File> make_file(const std::filesystem::path& path, const SegmentHeader& header, std::uint64_t bytes);
    std::optional<File> use_spare(const std::filesystem::path& path, const SegmentHeader& header);
    Result<> roll(std::uint64_t batch_bytes, std::uint64_t first_body);
    std::unexpected<Error> void_rest(const Error& cause, std::uint64_t first_body);

    SegmentSet& segments_;
    std::uint64_t segment_bytes_;
    const logging::Logger& log_;
    LogMetrics metrics_;
    std::array<char, 16> partition_{};
    ZeroAhead zero_ahead_;
    SpareSegment spare_;
    bool follows_zeroes_ = false;  ///< the segment was not written before: ZeroAhead works on it
    File file_;
    std::uint64_t epoch_ = 0;
    std::uint64_t size_ = 0;
    Position end_;
    std::chrono::nanoseconds sync_time_ = std::chrono::seconds(1);  ///< smoothed
    bool must_void_ = false;  ///< a write or sync failed here and no new segment could be made yet
    bool must_roll_ = false;  ///< a new segment was begun and is not surely there
};

}  // namespace helio::storage
