// ReadyQueue: which of the due messages are begun next. A lane per destination, in it first come first served; the
// lanes take turns, so a destination with a million messages holds up nobody. It knows ids only, so many in all and so
// many of one lane; what finds no room stays in the due index, and its lane remembers where to go on from.
// Where a message goes is known from its last routing: a hint; the scheduler routes again and puts back what is wrong.
// Not thread-safe: lives on the scheduler's worker.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "mta/deliver/destinations.h"
#include "mta/queue/queue.h"

namespace helio::mta {

struct ReadyLimits {
    std::size_t messages = 50'000;  ///< known at once: waiting in a lane or under way
    std::size_t lane = 500;         ///< taken in for one destination
    std::size_t scan = 5'000;       ///< rows of the due index looked at in one go
};

class ReadyQueue {
public:
    /// Shows the rows of the due index from key `from` on that are due at `now_ms`, in order, until `each` says false.
    using Source = std::function<void(const std::string& from, std::int64_t now_ms,
                                      const std::function<bool(const DueRow&)>& each)>;

    ReadyQueue(ReadyLimits limits, Source source) : limits_(limits), source_(std::move(source)) {}

    /// Takes in what is due and has room. False: there is more to look at, call again soon.
    bool refill(std::int64_t now_ms);
    /// A row that is due at `due_ms` may be new.
    void look_again(std::int64_t due_ms);

    struct Next {
        std::string id;
        Destination destination;    ///< the lane's; without a name: not known yet
        Destinations::Place place;  ///< at that destination; none when it is not known
    };
    /// The next message for which there is a place; it stays known until forget() or put_back().
    std::optional<Next> next(Destinations& destinations);
    /// Its attempt has ended and is written down.
    void forget(const std::string& id);
    /// Nothing was tried: it waits at the end of the lane of `destination`.
    void put_back(const std::string& id, const Destination& destination);

    std::size_t size() const { return known_.size(); }

private:
    struct Lane {
        std::deque<std::string> ids;
        std::string skipped_from;  // key of the first row that found no room; empty: none did
    };
    struct Known {
        std::int64_t due_ms = 0;
        std::int64_t due_again_ms = -1;  // the row has another time by now
    };
    bool is_full() const { return known_.size() >= limits_.messages; }
    bool take(const DueRow& row);
    bool is_known(const DueRow& row);
    void add(Lane& lane, const DueRow& row);
    void refill_low(std::int64_t now_ms);
    bool refill_lane(const Destination& destination, std::int64_t now_ms, std::size_t& rows);

    const ReadyLimits limits_;
    const Source source_;
    std::map<Destination, Lane> lanes_;
    std::deque<Destination> turns_;  // lanes with ids, each once
    std::set<Destination> low_;      // lanes that have room again and rows in the index
    std::unordered_map<std::string, Known> known_;
    std::string frontier_;  // rows before it were looked at
};

}  // namespace helio::mta
