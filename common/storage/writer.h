// Writer: the two stages of a change. The writer thread gathers what waits, decides, appends one batch, makes it
// durable, publishes its overlay to the readers and answers; the apply thread brings what was published into LMDB,
// several batches in one transaction when they come faster than it commits. While changes come one at a time and syncs
// take less than it takes two threads to wake each other, submit() does the first stage on the caller's thread.
//
// Invariants: commit n starts after log n is durable. A batch is decided over those that LMDB may not hold yet, at most
// Options::uncommitted_batches of them. A waiter is answered once, after its batch is durable and visible, or with an
// error that says nothing happened, or with errc::stopped.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "common/storage/engine_decision.h"
#include "common/storage/index.h"
#include "common/storage/log.h"
#include "common/storage/waiter.h"

namespace helio::storage {

/// A change that waits, and who is told.
struct Pending {
    Change* change = nullptr;
    Waiter* waiter = nullptr;
    std::size_t weight_bytes = 0;
    bool committed = false;  ///< told after LMDB has it; else as soon as it is durable and visible
};

class Writer {
public:
    Writer(const Options& options, Model& model, SegmentSet& segments, Log& log, Index& index,
           const logging::Logger& logger, base::Registry& metrics);
    ~Writer();

    /// From any thread. The waiter is woken later, with errc::busy or errc::stopped too.
    void submit(const Pending& pending);
    /// Returns when LMDB holds all that was submitted before. Errors: those of a change.
    Result<> settle();
    /// Finishes what was submitted. No submit() after it.
    void close();
    /// Empty, or why changes are refused.
    std::string not_ready() const;

private:
    struct Work {
        Overlay overlay;
        UseChanges use;
        IndexState state;
        std::uint64_t changes = 0;
        std::size_t bytes = 0;  ///< about what it takes in memory; rows may be many more than the record's bytes
        Answers waiters;
        Answers committed;  ///< those that wait for LMDB
    };

    void run();
    void run_apply();
    bool is_for_caller(const Pending& pending) const;
    /// What it throws ends the process, as on the writer thread: the log is replayed at the next start.
    void process_here(const Pending& pending, std::unique_lock<std::mutex>& guard) noexcept;
    void note_batch(bool is_alone);
    std::vector<Pending> gather(std::unique_lock<std::mutex>& guard);
    void process(const std::vector<Pending>& batch);
    void decide_all(const std::vector<Pending>& batch, Work& work);
    void wait_for_apply();
    Result<> decide_one(Change& change, LayeredIndex& index, std::uint64_t free_bytes);
    Result<> decided(const EngineDecision& decision, std::uint64_t free_bytes) const;
    bool write_log(Work& work);
    void publish(std::shared_ptr<Work> work);
    bool wait_for_room();
    bool has_room() const;
    bool is_commit_due() const;
    void forget(std::size_t count);
    bool apply(const std::vector<std::shared_ptr<Work>>& works);
    void recover();
    bool replay();
    std::uint64_t free_bytes();

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
    std::condition_variable applied_;  ///< of its own, so that no submit() wakes the writer while it waits for this
    std::deque<Pending> queue_;
    bool closing_ = false;
    bool working_ = false;  ///< one thread is the writer now: the writer thread, or the caller of submit()
    unsigned alone_ = 0;    ///< changes in a row of which each was a batch of its own
    std::deque<std::shared_ptr<Work>> uncommitted_;  ///< published, not yet (surely) in LMDB; the oldest first
    std::size_t uncommitted_bytes_ = 0;
    bool commit_is_awaited_ = false;  ///< somebody is told when LMDB has the newest of them
    bool index_failed_ = false;
    std::string refuses_;  ///< why changes are refused; empty: they are not
    bool apply_stops_ = false;

    // Whoever is the writer has these; others read stalled_ under lock_ while nobody is.
    BatchBuilder batch_;
    std::uint64_t next_body_ = 1;
    IndexState state_;
    bool stalled_ = false;  ///< the index can't be brought up to the log
    std::chrono::steady_clock::time_point next_try_;

    std::thread writer_thread_;
    std::thread apply_thread_;
};

}  // namespace helio::storage
