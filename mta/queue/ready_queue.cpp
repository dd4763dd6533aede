#include "mta/queue/ready_queue.h"

#include <algorithm>

namespace helio::mta {

void ReadyQueue::look_again(std::int64_t due_ms) { frontier_ = std::min(frontier_, due_key(due_ms, {})); }

bool ReadyQueue::refill(std::int64_t now_ms) {
    refill_low(now_ms);
    std::size_t looked_at = 0;
    bool ended = true;
    const auto from = frontier_;
    source_(from, now_ms, [&](const DueRow& row) {
        ended = false;
        frontier_ = row.key;
        if (looked_at++ >= limits_.scan || is_full()) return false;
        ended = true;
        return take(row);
    });
    if (ended) frontier_ = due_key(now_ms + 1, {});
    return (ended && low_.empty()) || is_full();
}

// True, so that scans go on.
bool ReadyQueue::take(const DueRow& row) {
    if (is_known(row)) return true;
    auto& lane = lanes_[row.destination];
    if (lane.skipped_from.empty() && lane.ids.size() < limits_.lane) {
        add(lane, row);
    } else if (lane.skipped_from.empty() || row.key < lane.skipped_from) {
        lane.skipped_from = row.key;
    }
    return true;
}

bool ReadyQueue::is_known(const DueRow& row) {
    const auto known = known_.find(row.id);
    if (known == known_.end()) return false;
    if (row.due_ms != known->second.due_ms) known->second.due_again_ms = row.due_ms;
    return true;
}

void ReadyQueue::add(Lane& lane, const DueRow& row) {
    known_[row.id] = {row.due_ms, -1};
    if (lane.ids.empty()) turns_.push_back(row.destination);
    lane.ids.push_back(row.id);
}

void ReadyQueue::refill_low(std::int64_t now_ms) {
    std::size_t rows = limits_.scan;
    for (auto low = low_.begin(); low != low_.end() && rows > 0 && !is_full();) {
        const bool filled = refill_lane(*low, now_ms, rows);
        low = filled ? low_.erase(low) : std::next(low);
    }
}

// Rows of other lanes before the frontier are known or skipped; they cost a look. False: it may have room for more.
bool ReadyQueue::refill_lane(const Destination& destination, std::int64_t now_ms, std::size_t& rows) {
    const auto found = lanes_.find(destination);
    if (found == lanes_.end()) return true;
    auto& lane = found->second;
    const auto from = std::exchange(lane.skipped_from, {});
    source_(from, now_ms, [&](const DueRow& row) {
        if (row.key >= frontier_) return false;
        if (rows == 0 || is_full() || lane.ids.size() >= limits_.lane) {
            lane.skipped_from = row.key;
            return false;
        }
        --rows;
        if (row.destination == destination && !is_known(row)) add(lane, row);
        return true;
    });
    const bool done = lane.skipped_from.empty() || lane.ids.size() >= limits_.lane;
    if (done && lane.ids.empty()) lanes_.erase(found);
    return done;
}

std::optional<ReadyQueue::Next> ReadyQueue::next(Destinations& destinations) {
    for (auto left = turns_.size(); left > 0; --left) {
        Next next{{}, std::move(turns_.front()), {}};
        turns_.pop_front();
        const bool needs_place = !next.destination.name.empty();
        auto place = needs_place ? destinations.enter(next.destination) : Destinations::Place();
        if (needs_place && !place) {
            turns_.push_back(std::move(next.destination));
            continue;
        }
        const auto found = lanes_.find(next.destination);
        auto& lane = found->second;
        auto id = std::move(lane.ids.front());
        lane.ids.pop_front();
        if (!lane.ids.empty()) turns_.push_back(next.destination);
        if (!lane.skipped_from.empty()) {
            if (lane.ids.size() <= limits_.lane / 2) low_.insert(next.destination);
        } else if (lane.ids.empty()) {
            lanes_.erase(found);
        }
        return Next{std::move(id), std::move(next.destination), std::move(place)};
    }
    return std::nullopt;
}

void ReadyQueue::forget(const std::string& id) {
    const auto known = known_.find(id);
    if (known == known_.end()) return;
    if (known->second.due_again_ms >= 0) look_again(known->second.due_again_ms);
    known_.erase(known);
}

void ReadyQueue::put_back(const std::string& id, const Destination& destination) {
    auto& lane = lanes_[destination];
    if (lane.ids.empty()) turns_.push_back(destination);
    lane.ids.push_back(id);
}

}  // namespace helio::mta
