// Writer: the two stages of a change. The writer thread gathers what waits, decides, appends one batch and makes it
// durable; the apply thread commits the batch to the index and answers. Batch n+1 is decided, written and synced while
// batch n is committed. When nothing else waits the writer thread commits too, which saves a hand-over.
//
// Invariants: commit n starts after log n is durable. Batch n+1 is decided over the overlays of n+1 and n and an index
// that holds n-1 (or n). A waiter is answered once, after its batch is durable and visible, or with an error that says
// nothing happened, or with errc::stopped.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "common/storage/engine_decision.h"
#include "common/storage/index.h"
#include "common/storage/log.h"

namespace helio::storage {

/// A change that waits, and who is told.
struct Pending {
    Change* change = nullptr;
    std::move_only_function<void(Result<>)> done;
    std::size_t weight_bytes = 0;
};

class Writer {
public:
    Writer(const Options& options, Model& model, SegmentSet& segments, Log& log, Index& index,
           const logging::Logger& logger, base::Registry& metrics);
    ~Writer();

    /// From any thread. `done` is called from an engine thread, or at once with errc::busy or errc::stopped.
    void submit(Pending pending);
    /// Finishes what was submitted. No submit() after it.
    void close();
    /// Empty, or why changes are refused.
    std::string not_ready() const;

private:
    struct Work {
        Overlay overlay;
        UseChanges use;
        IndexState state;
        std::vector<std::move_only_function<void(Result<>)>> waiters;
    };

    void run();
    void run_apply();
    std::vector<Pending> gather(std::unique_lock<std::mutex>& guard);
    void process(std::vector<Pending> batch);
    void decide_all(std::vector<Pending>& batch, Work& work);
    Result<> decide_one(Change& change, Work& work, const Index::View& view, std::uint64_t free_bytes);
    Result<> decided(const EngineDecision& decision, std::uint64_t free_bytes) const;
    bool write_log(Work& work);
    void commit(std::unique_ptr<Work> work, bool others_wait);
    bool apply(Work& work);
    void wait_for_apply();
    void recover(std::unique_ptr<Work> newest);
    bool replay();
    std::uint64_t free_bytes();
    static void answer(Work& work, const Result<>& result);

    const Options& options_;
    Model& model_;
    SegmentSet& segments_;
    Log& log_;
    Index& index_;
    const logging::Logger& logger_;

    base::Counter& changes_;
    base::Histogram& commit_time_;
    base::Gauge& batch_size_;
    base::Gauge& waiting_;
    base::Gauge& free_;
    base::Counter& index_failures_;

    mutable std::mutex lock_;
    std::condition_variable writer_wakes_;
    std::condition_variable apply_wakes_;
    std::deque<Pending> queue_;
    bool closing_ = false;
    bool apply_busy_ = false;
    bool index_failed_ = false;
    std::string refuses_;  ///< why changes are refused; empty: they are not
    bool apply_stops_ = false;

    // The writer thread's own.
    BatchBuilder batch_;
    std::uint64_t next_body_ = 1;
    IndexState state_;
    std::unique_ptr<Work> in_flight_;  ///< handed to the apply thread; its overlay is read by decisions
    bool stalled_ = false;             ///< the index can't be brought up to the log
    std::chrono::steady_clock::time_point next_try_;

    std::thread writer_thread_;
    std::thread apply_thread_;
};

}  // namespace helio::storage
