// Walks the log from a position to its end and tells apart: whole batches, the torn tail of a write that was never
// acknowledged, the old preallocated remainder, and damage.
//   A batch that does not check out ends the log when nothing valid follows: no later batch of the same epoch with a
//   higher sequence in this segment, and no later segment. Otherwise it is damage.
// Used by replay (stops at damage) and by verify and rebuild (report it, and go on with what is intact).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/storage/batch_reader.h"
#include "common/storage/segment_set.h"

namespace helio::storage {

/// The end of the last batch that the index holds, and where that batch began.
struct Position {
    std::uint64_t segment = 0;  ///< 0: nothing yet
    std::uint64_t next_offset = 0;
    std::uint64_t next_sequence = 0;
    std::uint64_t last_offset = 0;  ///< 0: no batch of this segment yet

    auto operator<=>(const Position&) const = default;
};

/// A record (payload set) or a body (body set) with its place.
struct LoggedRecord {
    RecordPlace place;
    std::uint64_t segment = 0;
    std::string_view payload;
    BodyId body;
    bool is_body() const { return place.header.type == body_record; }
};

class LogVisitor {
public:
    virtual ~LogVisitor() = default;
    virtual void record(const LoggedRecord& record) = 0;
    /// After the last record of each batch (or of what is left of it).
    virtual void batch_end(const Position& reached) = 0;
};

enum class OnDamage { stop, go_on };

struct WalkEnd {
    Position end;                       ///< where the next batch belongs
    std::vector<std::string> problems;  ///< "segment 3 offset 8192: ..."
    bool torn_tail = false;             ///< something was there after the end, unacknowledged
};

class LogWalker {
public:
    /// `committed`: what the index says it holds; damage before it is damage even at the log's end.
    LogWalker(const SegmentSet& segments, OnDamage on_damage, LogVisitor& visitor, Position committed = {});

    /// From `from` (a default Position: the first segment) to the end. With `until`, no batch at or after it is
    /// visited.
    WalkEnd walk(Position from, const Position* until = nullptr);
    /// That segment alone, from its beginning.
    WalkEnd walk_one(const Segment& segment);

private:
    bool walk_segment(const Segment& segment, bool is_last);
    bool after_failed_batch(BatchReader& reader, bool is_last);
    void visit(BatchReader& reader, const std::vector<RecordPlace>& records);
    void salvage(BatchReader& reader, std::uint64_t to);
    void problem(std::uint64_t offset, std::string what);
    bool check_last_batch(BatchReader& reader);
    bool ends_here(BatchReader& reader);
    bool beyond_until() const;

    const SegmentSet& segments_;
    OnDamage on_damage_;
    LogVisitor& visitor_;
    Position committed_;
    const Position* until_ = nullptr;
    WalkEnd out_;
};

}  // namespace helio::storage
