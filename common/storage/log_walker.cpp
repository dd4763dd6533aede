#include "common/storage/log_walker.h"

#include "common/storage/codec.h"
#include "common/storage/errc.h"

namespace helio::storage {

LogWalker::LogWalker(const SegmentSet& segments, OnDamage on_damage, LogVisitor& visitor, Position committed)
    : segments_(segments), on_damage_(on_damage), visitor_(visitor), committed_(committed) {}

void LogWalker::problem(std::uint64_t offset, std::string what) {
    out_.problems.push_back("segment " + std::to_string(out_.end.segment) + " offset " + std::to_string(offset) + ": " +
                            what);
}

bool LogWalker::beyond_until() const { return until_ && out_.end.next_sequence >= until_->next_sequence; }

WalkEnd LogWalker::walk(Position from, const Position* until) {
    out_ = {};
    out_.end = from;
    until_ = until;
    const auto segments = segments_.all();
    if (from.segment != 0 && !segments_.find(from.segment)) {
        problem(from.next_offset, "the index is beyond the log: the segment is missing");
        if (on_damage_ == OnDamage::stop) return std::move(out_);
    }
    for (const auto& segment : segments) {
        const auto& header = segment.header;
        if (header.number < from.segment) continue;
        if (header.number != from.segment) {
            // Compaction takes segments out of the old part of the log, never out of what an index has to replay.
            const bool whole = from.segment == 0 && header.number != out_.end.segment + 1;
            const bool gap = out_.end.segment != 0 && header.first_sequence != out_.end.next_sequence && !whole;
            if (gap && on_damage_ == OnDamage::stop) {
                problem(out_.end.next_offset, "batches " + std::to_string(out_.end.next_sequence) + " to " +
                                                  std::to_string(header.first_sequence - 1) + " are missing");
                return std::move(out_);
            }
            out_.end = Position{header.number, segment_header_bytes, header.first_sequence, 0};
        }
        if (beyond_until()) break;
        if (!walk_segment(segment, header.number == segments.back().header.number)) break;
    }
    return std::move(out_);
}

WalkEnd LogWalker::walk_one(const Segment& segment) {
    out_ = {};
    until_ = nullptr;
    const auto& header = segment.header;
    out_.end = Position{header.number, segment_header_bytes, header.first_sequence, 0};
    walk_segment(segment, header.number == segments_.all().back().header.number);
    return std::move(out_);
}

bool LogWalker::walk_segment(const Segment& segment, bool is_last) {
    auto file = segments_.open(segment.header.number);
    if (!file) {
        problem(0, to_string(file.error()));
        return on_damage_ == OnDamage::go_on;
    }
    FileBytes bytes((*file)->file, segment.limit_bytes);
    BatchReader reader(bytes, segment.header.epoch);
    if (out_.end.last_offset != 0 && !check_last_batch(reader)) return false;
    const auto next = segments_.find(segment.header.number + 1);
    while (!beyond_until()) {
        if (next && out_.end.next_sequence == next->header.first_sequence) return true;
        if (!next && !is_last && ends_here(reader)) return true;
        auto batch = reader.whole_batch(out_.end.next_offset, out_.end.next_sequence);
        if (!batch) {
            problem(out_.end.next_offset, to_string(batch.error()));
            if (on_damage_ == OnDamage::stop) return false;
        }
        if (!batch || !*batch) {
            if (!after_failed_batch(reader, is_last)) return !is_last && on_damage_ == OnDamage::go_on;
            continue;
        }
        visit(reader, (*batch)->records);
        out_.end.last_offset = (*batch)->offset;
        out_.end.next_offset = (*batch)->end();
        ++out_.end.next_sequence;
        visitor_.batch_end(out_.end);
    }
    return true;
}

/// The successor of this old segment is gone by compaction, so its last sequence is not known: nothing but zeroes, or
/// nothing at all, from here on is a clean end.
bool LogWalker::ends_here(BatchReader& reader) {
    for (auto at = out_.end.next_offset; at < reader.bytes().size(); at += body_chunk_bytes) {
        auto bytes = reader.bytes().at(at, body_chunk_bytes);
        if (!bytes || bytes->find_first_not_of('\0') != std::string_view::npos) return false;
    }
    return true;
}

/// Replay starts behind a batch that the index holds: it must be there, or the log has lost what was acknowledged.
bool LogWalker::check_last_batch(BatchReader& reader) {
    auto last = reader.whole_batch(out_.end.last_offset, out_.end.next_sequence - 1);
    if (last && *last && (*last)->end() == out_.end.next_offset) return true;
    problem(out_.end.last_offset, "the index is beyond the log: batch " + std::to_string(out_.end.next_sequence - 1) +
                                      " is missing or damaged");
    return on_damage_ == OnDamage::go_on;
}

/// Decides what a batch that does not check out is; true when the walk goes on behind it in this segment.
bool LogWalker::after_failed_batch(BatchReader& reader, bool is_last) {
    const auto at = out_.end.next_offset;
    const auto sequence = out_.end.next_sequence;
    auto later = reader.later_header(at + batch_alignment, sequence);
    const bool was_committed = committed_.segment > out_.end.segment ||
                               (committed_.segment == out_.end.segment && committed_.next_sequence > sequence);
    if (later && *later) {
        problem(at, "batch " + std::to_string(sequence) + " is damaged; batch " +
                        std::to_string((*later)->header.sequence) + " at " + std::to_string((*later)->offset) +
                        " is the next intact one");
        if (on_damage_ == OnDamage::stop) return false;
        salvage(reader, (*later)->offset);
        out_.end.next_offset = (*later)->offset;
        out_.end.next_sequence = (*later)->header.sequence;
        return true;
    }
    if (!is_last || was_committed) {
        problem(at, "batch " + std::to_string(sequence) + " is damaged or missing");
        if (on_damage_ == OnDamage::stop) return false;
        salvage(reader, reader.bytes().size());
        if (!was_committed || !is_last) return false;
        // New batches go behind the damage, so that what was salvaged stays in the log.
        out_.end.next_offset = std::max(out_.end.next_offset, committed_.next_offset);
        out_.end.next_sequence = committed_.next_sequence;
        out_.end.last_offset = 0;
        return false;
    }
    auto rest = reader.bytes().at(at, batch_header_bytes);
    out_.torn_tail = rest && rest->find_first_not_of('\0') != std::string_view::npos;
    return false;
}

void LogWalker::salvage(BatchReader& reader, std::uint64_t to) {
    auto records = reader.intact_records(out_.end.next_offset + batch_header_bytes, to, out_.end.next_sequence);
    if (!records || records->empty()) return;
    visit(reader, *records);
    out_.end.last_offset = 0;
    visitor_.batch_end(out_.end);
}

void LogWalker::visit(BatchReader& reader, const std::vector<RecordPlace>& records) {
    for (const auto& place : records) {
        LoggedRecord record{place, out_.end.segment, {}, {}};
        if (record.is_body()) {
            if (auto id = reader.body_id(place)) record.body = *id;
        } else if (auto payload = reader.payload(place)) {
            record.payload = *payload;
        }
        visitor_.record(record);
    }
}

}  // namespace helio::storage
