#include "common/storage/writer.h"

#include "common/base/startup_error.h"
#include "common/storage/errc.h"
#include "common/storage/replayer.h"

namespace helio::storage {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t handed_over_changes =
    4;  ///< smaller batches are committed by the writer thread when nothing waits
constexpr auto stalled_retry = std::chrono::seconds(1);

}  // namespace

Writer::Writer(const Options& options, Model& model, SegmentSet& segments, Log& log, Index& index,
               const logging::Logger& logger, base::Registry& metrics)
    : options_(options),
      model_(model),
      segments_(segments),
      log_(log),
      index_(index),
      logger_(logger),
      changes_(metrics.counter("helio_storage_changes_total", "Changes that became durable.")),
      commit_time_(metrics.histogram("helio_storage_index_commit_seconds", "Time of one index transaction.")),
      batch_size_(metrics.gauge("helio_storage_batch_changes", "Changes in the last batch.")),
      waiting_(metrics.gauge("helio_storage_waiting_changes", "Changes that wait for the writer.")),
      free_(metrics.gauge("helio_storage_free_bytes", "Free space of the file system.")),
      index_failures_(metrics.counter("helio_storage_index_failures_total", "Index commits that failed.")),
      next_body_(index.state()->next_body),
      state_(*index.state()) {
    apply_thread_ = std::thread([this] { run_apply(); });
    writer_thread_ = std::thread([this] { run(); });
}

Writer::~Writer() { close(); }

void Writer::submit(Pending pending) {
    Result<> refused;
    {
        const std::lock_guard guard(lock_);
        if (closing_) {
            refused = fail(errc::stopped, "the partition is closing");
        } else if (queue_.size() >= options_.waiting_changes) {
            refused = fail(errc::busy);
        } else {
            queue_.push_back(std::move(pending));
            waiting_.set(static_cast<std::int64_t>(queue_.size()));
        }
    }
    if (!refused) return pending.done(std::move(refused));
    writer_wakes_.notify_one();
}

void Writer::close() {
    {
        const std::lock_guard guard(lock_);
        closing_ = true;
    }
    writer_wakes_.notify_all();
    if (writer_thread_.joinable()) writer_thread_.join();
    {
        const std::lock_guard guard(lock_);
        apply_stops_ = true;
    }
    apply_wakes_.notify_all();
    if (apply_thread_.joinable()) apply_thread_.join();
}

std::string Writer::not_ready() const {
    const std::lock_guard guard(lock_);
    if (closing_) return "closing";
    return refuses_;
}

void Writer::run() {
    std::unique_lock guard(lock_);
    for (;;) {
        auto batch = gather(guard);
        const bool failed = index_failed_;
        const bool ends = batch.empty() && closing_;
        guard.unlock();
        if (ends) wait_for_apply();
        if ((failed && !stalled_) || (stalled_ && SteadyClock::now() >= next_try_)) recover(nullptr);
        if (!batch.empty()) process(std::move(batch));
        guard.lock();
        if (ends && !index_failed_) return;
        if (ends && stalled_) return;
    }
}

/// What waits, bounded in count and bytes. Empty: closing, or the index needs care.
std::vector<Pending> Writer::gather(std::unique_lock<std::mutex>& guard) {
    const auto wakes = [this] { return !queue_.empty() || closing_ || (index_failed_ && !stalled_); };
    if (stalled_)
        writer_wakes_.wait_for(guard, stalled_retry, wakes);
    else
        writer_wakes_.wait(guard, wakes);
    std::vector<Pending> batch;
    std::size_t bytes = 0;
    while (!queue_.empty() && batch.size() < options_.batch_changes) {
        const auto weight = queue_.front().weight_bytes;
        if (!batch.empty() && bytes + weight > options_.batch_bytes) break;
        bytes += weight;
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    waiting_.set(static_cast<std::int64_t>(queue_.size()));
    return batch;
}

void Writer::process(std::vector<Pending> batch) {
    if (stalled_) {
        for (auto& pending : batch) pending.done(fail(errc::io, "the index can't be written"));
        return;
    }
    auto work = std::make_unique<Work>();
    decide_all(batch, *work);
    if (work->waiters.empty()) return;
    if (!write_log(*work)) return;
    bool others_wait = false;
    bool failed = false;
    {
        wait_for_apply();
        const std::lock_guard guard(lock_);
        others_wait = !queue_.empty();
        failed = index_failed_;
    }
    if (failed) return recover(std::move(work));
    commit(std::move(work), others_wait);
}

void Writer::decide_all(std::vector<Pending>& batch, Work& work) {
    {
        const std::lock_guard guard(lock_);
        if (!apply_busy_ && !index_failed_) in_flight_.reset();  // LMDB has it
    }
    batch_.clear();
    const auto free = free_bytes();
    const auto view = index_.view();
    for (auto& pending : batch) {
        auto result = decide_one(*pending.change, work, *view, free);
        if (result)
            work.waiters.push_back(std::move(pending.done));
        else
            pending.done(std::move(result));
    }
}

Result<> Writer::decide_one(Change& change, Work& work, const Index::View& view, std::uint64_t free_bytes) {
    Overlay mine;
    LayeredIndex index({&mine, &work.overlay, in_flight_ ? &in_flight_->overlay : nullptr}, view);
    const auto mark = batch_.mark();
    const auto body_before = next_body_;
    EngineDecision decision(options_, model_, batch_, index, next_body_);
    Result<> result;
    try {
        result = change.decide(decision);
        if (result) result = decided(decision, free_bytes);
    } catch (const std::exception& error) {
        // A row or record that the model can't read: this change fails, the others go on.
        logger_.error("storage.decide_failed", {{"error", error.what()}});
        result = fail(errc::damaged, error.what());
    }
    if (result) {
        work.overlay.merge(std::move(mine));
    } else {
        batch_.rollback(mark);
        next_body_ = body_before;
    }
    return result;
}

Result<> Writer::decided(const EngineDecision& decision, std::uint64_t free_bytes) const {
    if (!decision.outcome()) return decision.outcome();
    if (decision.is_carrying()) return {};
    const auto needed = decision.has_body() ? options_.reserve_bytes : options_.reserve_bytes / 2;
    if (free_bytes < needed) return fail(errc::no_space, std::to_string(free_bytes) + " bytes free");
    return {};
}

std::uint64_t Writer::free_bytes() {
    auto free = segments_.io().free_bytes(options_.folder);
    if (!free) return options_.reserve_bytes;  // not known: the write itself will tell
    free_.set(static_cast<std::int64_t>(*free));
    const std::lock_guard guard(lock_);
    if (!stalled_) refuses_ = *free < options_.reserve_bytes ? "no space left up to the reserve" : "";
    return *free;
}

/// False: the batch is not in the log and its waiters were told.
bool Writer::write_log(Work& work) {
    state_.next_body = next_body_;
    if (!batch_.empty()) {
        auto reached = log_.append(batch_, next_body_);
        if (!reached) {
            const bool unknown = reached.error().code == errc::stopped;
            logger_.error("storage.write_failed", {{"error", to_string(reached.error())}, {"unknown", unknown}});
            answer(work, fail(reached.error()));
            return false;
        }
        work.overlay.place_bodies(reached->segment, reached->last_offset);
        work.use[reached->segment].record_bytes += batch_.record_bytes(false);
        work.use[reached->segment].carried_bytes += batch_.record_bytes(true);
        state_.position = *reached;
    }
    work.state = state_;
    batch_size_.set(static_cast<std::int64_t>(work.waiters.size()));
    changes_.add(work.waiters.size());
    return true;
}

void Writer::commit(std::unique_ptr<Work> work, bool others_wait) {
    const bool here = !others_wait && work->waiters.size() < handed_over_changes;
    in_flight_ = std::move(work);
    if (here) {
        const bool applied = apply(*in_flight_);
        if (applied) return answer(*in_flight_, {});
        const std::lock_guard guard(lock_);
        index_failed_ = true;
        return;
    }
    {
        const std::lock_guard guard(lock_);
        apply_busy_ = true;
    }
    apply_wakes_.notify_one();
}

bool Writer::apply(Work& work) {
    const auto before = SteadyClock::now();
    try {
        if (!work.overlay.empty() || !work.use.empty()) index_.apply(work.overlay, work.use, work.state);
    } catch (const std::exception& error) {
        index_failures_.add();
        logger_.error("storage.index_commit_failed", {{"error", error.what()}});
        return false;
    }
    commit_time_.observe(SteadyClock::now() - before);
    return true;
}

void Writer::run_apply() {
    std::unique_lock guard(lock_);
    for (;;) {
        apply_wakes_.wait(guard, [this] { return apply_busy_ || apply_stops_; });
        if (!apply_busy_) return;
        Work& work = *in_flight_;  // the writer keeps it until apply_busy_ is false
        guard.unlock();
        const bool applied = apply(work);
        auto waiters = std::vector<std::move_only_function<void(Result<>)>>();
        if (applied) waiters = std::exchange(work.waiters, {});
        guard.lock();
        apply_busy_ = false;
        index_failed_ = !applied;
        guard.unlock();
        writer_wakes_.notify_all();
        for (auto& done : waiters) done({});
        guard.lock();
    }
}

void Writer::wait_for_apply() {
    std::unique_lock guard(lock_);
    writer_wakes_.wait(guard, [this] { return !apply_busy_; });
}

/// The log holds batches that the index could not take. Never a temporary error: opens LMDB again and replays, then
/// answers; when that fails, the waiters learn nothing (errc::stopped), new changes are refused, and it is tried again.
void Writer::recover(std::unique_ptr<Work> newest) {
    const bool done = replay();
    stalled_ = !done;
    next_try_ = SteadyClock::now() + stalled_retry;
    {
        const std::lock_guard guard(lock_);
        index_failed_ = !done;
        refuses_ = done ? "" : "the index can't be written";
    }
    const Result<> result = done ? Result<>() : fail(errc::stopped, "the index can't be written");
    for (auto* work : {in_flight_.get(), newest.get()})
        if (work) answer(*work, result);
    in_flight_.reset();
}

bool Writer::replay() {
    try {
        index_.reopen();
        const auto start = index_.state().value_or(IndexState{state_.partition, {}, 1});
        const auto part = start.position.segment == 0 ? ReplayOf::whole_log : ReplayOf::tail;
        Replayer replayer(index_, model_, start, part, nullptr);
        const auto end = log_.end();
        const auto walked = LogWalker(segments_, OnDamage::stop, replayer).walk(start.position, &end);
        if (!walked.problems.empty()) throw base::StartupError(walked.problems.front());
        replayer.finish(end);
        logger_.warning("storage.index_replayed", {{"records", replayer.records()}});
        return true;
    } catch (const std::exception& error) {
        logger_.error("storage.index_replay_failed", {{"error", error.what()}});
        return false;
    }
}

void Writer::answer(Work& work, const Result<>& result) {
    for (auto& done : std::exchange(work.waiters, {})) done(result);
}

}  // namespace helio::storage
