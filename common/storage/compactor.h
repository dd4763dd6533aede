// Compactor: gives the space of dead bodies and superseded records back. Picks the deadest sealed segment, copies what
// lives forward through the writer (so that it is decided in order with everything else), forces the index to disk and
// only then unlinks the segment, when the last reader has let go. Safe to stop at any point: until it is unlinked, a
// segment's records are applied again on a rebuild, before their copies.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "common/storage/writer.h"

namespace helio::storage {

class Compactor {
public:
    Compactor(const Options& options, Model& model, SegmentSet& segments, Index& index, Writer& writer,
              const logging::Logger& logger, base::Registry& metrics);
    ~Compactor() { close(); }

    /// Compacts until no segment is worth it, within the budget. Errors: what the writer answered; errc::stopped.
    Result<> run();
    /// No segment comes or goes while the lock is held (verify).
    std::unique_lock<std::mutex> pause() { return std::unique_lock(running_); }
    void close();

private:
    class CarryChange;

    void loop();
    std::optional<Segment> choose() const;
    unsigned dead_percent(const Segment& segment, const SegmentUse& use) const;
    Result<> compact(const Segment& segment);
    Result<> carry(CarryChange& change);
    Result<> pay(std::uint64_t bytes);
    Result<> clean_up();

    const Options& options_;
    Model& model_;
    SegmentSet& segments_;
    Index& index_;
    Writer& writer_;
    const logging::Logger& logger_;
    base::Counter& freed_;
    base::Counter& copied_;
    base::Gauge& backlog_;

    std::mutex running_;
    std::set<std::uint64_t> left_alone_;  ///< damaged: kept for rebuild and the operator

    std::mutex lock_;
    std::condition_variable wakes_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace helio::storage
