#include "common/storage/writer.h"

#include <algorithm>

#include "common/base/startup_error.h"
#include "common/storage/errc.h"
#include "common/storage/replayer.h"

namespace helio::storage {
namespace {

using SteadyClock = std::chrono::steady_clock;
/// Changes nothing; its answer says that all before it is in LMDB.
class Barrier final : public Change {
public:
    Result<> decide(Decision&) override { return {}; }
    std::size_t weight_bytes() const override { return 0; }
};

constexpr auto commit_pause = std::chrono::milliseconds(250);
constexpr auto stalled_retry = std::chrono::seconds(1);
constexpr unsigned changes_by_caller = 63;       // so many in a row, before the writer thread takes one
constexpr std::size_t caller_bytes = 64u << 10;  // of one change

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

void Writer::submit(const Pending& pending) {
    Result<> refused;
    bool first = false;
    {
        std::unique_lock guard(lock_);
        if (closing_) {
            refused = fail(errc::stopped, "the partition is closing");
        } else if (is_for_caller(pending)) {
            return process_here(pending, guard);
        } else if (queue_.size() >= options_.waiting_changes) {
            refused = fail(errc::busy);
        } else {
            first = queue_.empty() && !working_;
            queue_.push_back(pending);
            waiting_.set(static_cast<std::int64_t>(queue_.size()));
        }
    }
    if (first) writer_wakes_.notify_one();
    if (refused) return;
    Answers answer;
    answer.add(*pending.waiter, std::move(refused));
    answer.send();
}

/// Changes have come one at a time for a while, this one is small, and the disk is quick: handing it to the writer
/// thread and waking the caller again would take longer than the sync.
bool Writer::is_for_caller(const Pending& pending) const {
    return alone_ >= options_.alone_before_caller && pending.change->is_quick() &&
           pending.weight_bytes <= caller_bytes && pending.waiter->home() != nullptr && !working_ && queue_.empty() &&
           !index_failed_ && !stalled_ && log_.sync_time() < options_.quick_sync && has_room();
}

/// The caller is the writer for one change; the writer thread waits meanwhile.
void Writer::process_here(const Pending& pending, std::unique_lock<std::mutex>& guard) noexcept {
    working_ = true;
    guard.unlock();
    process({pending});
    guard.lock();
    working_ = false;
    note_batch(queue_.empty());
    if (!queue_.empty() || closing_ || index_failed_ || stalled_) writer_wakes_.notify_one();
}

/// A batch of one with nothing waiting behind it, or not. Now and then the writer thread takes one of the changes that
/// come alone: the caller, who then goes on with others' work meanwhile, may turn out to have more to submit.
void Writer::note_batch(bool is_alone) {
    if (!is_alone)
        alone_ = 0;
    else if (++alone_ > options_.alone_before_caller + changes_by_caller)
        alone_ = options_.alone_before_caller - std::min(options_.alone_before_caller, 1u);
}

Result<> Writer::settle() {
    Barrier barrier;
    ThreadWaiter waiter;
    submit({&barrier, &waiter, 0, true});
    return waiter.wait();
}

void Writer::close() {
    {
        const std::lock_guard guard(lock_);
        closing_ = true;
    }
    writer_wakes_.notify_all();
    apply_wakes_.notify_all();
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
        working_ = true;
        guard.unlock();
        if (ends) wait_for_apply();
        if ((failed && !stalled_) || (stalled_ && SteadyClock::now() >= next_try_)) recover();
        if (!batch.empty()) process(batch);
        guard.lock();
        working_ = false;
        if (ends && !index_failed_) return;
        if (ends && stalled_) return;
    }
}

/// What waits, bounded in count and bytes. Empty: closing, or the index needs care, or has for a second.
std::vector<Pending> Writer::gather(std::unique_lock<std::mutex>& guard) {
    const auto wakes = [this] { return !working_ && (!queue_.empty() || closing_ || (index_failed_ && !stalled_)); };
    while (!wakes()) {
        // While a caller is the writer, stalled_ is his; he wakes us at the end.
        if (working_ || !stalled_)
            writer_wakes_.wait(guard);
        else if (writer_wakes_.wait_for(guard, stalled_retry) == std::cv_status::timeout)
            break;
    }
    std::vector<Pending> batch;
    std::size_t bytes = 0;
    while (!queue_.empty() && batch.size() < options_.batch_changes) {
        const auto weight = queue_.front().weight_bytes;
        if (!batch.empty() && bytes + weight > options_.batch_bytes) break;
        bytes += weight;
        batch.push_back(queue_.front());
        queue_.pop_front();
    }
    waiting_.set(static_cast<std::int64_t>(queue_.size()));
    if (!batch.empty()) note_batch(batch.size() == 1 && queue_.empty());
    return batch;
}

void Writer::process(const std::vector<Pending>& batch) {
    if (stalled_) {
        Answers refused;
        for (const auto& pending : batch) refused.add(*pending.waiter);
        return refused.send(fail(errc::io, "the index can't be written"));
    }
    if (!wait_for_room()) recover();
    if (stalled_) return process(batch);
    auto work = std::make_shared<Work>();
    decide_all(batch, *work);
    if (work->waiters.empty() && work->committed.empty()) return;
    if (write_log(*work)) publish(std::move(work));
}

/// Until LMDB is not too far behind; false: a commit failed.
bool Writer::wait_for_room() {
    std::unique_lock guard(lock_);
    applied_.wait(guard, [this] { return index_failed_ || has_room(); });
    return !index_failed_;
}

bool Writer::has_room() const {
    return uncommitted_.size() < options_.uncommitted_batches && uncommitted_bytes_ < options_.uncommitted_bytes;
}

void Writer::decide_all(const std::vector<Pending>& batch, Work& work) {
    batch_.clear();
    const auto free = free_bytes();
    const Index::Reader published(index_);
    Overlay mine;
    auto below = published.layers();
    below.decided.push_back(&work.overlay);
    LayeredIndex index(mine, std::move(below), published.view());
    Answers refused;
    for (const auto& pending : batch) {
        auto result = decide_one(*pending.change, index, free);
        if (result) {
            work.overlay.merge(std::move(mine));
            (pending.committed ? work.committed : work.waiters).add(*pending.waiter);
            ++work.changes;
        } else {
            mine.clear();
            refused.add(*pending.waiter, std::move(result));
        }
    }
    refused.send();
}

Result<> Writer::decide_one(Change& change, LayeredIndex& index, std::uint64_t free_bytes) {
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
    if (!result) {
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
            work.waiters.send(fail(reached.error()));
            work.committed.send(fail(reached.error()));
            return false;
        }
        work.overlay.place_bodies(reached->segment, reached->last_offset);
        work.use[reached->segment].record_bytes += batch_.record_bytes(false);
        work.use[reached->segment].carried_bytes += batch_.record_bytes(true);
        work.bytes = batch_.record_bytes(false) + batch_.record_bytes(true) + work.overlay.memory_bytes();
        state_.position = *reached;
    }
    work.state = state_;
    batch_size_.set(static_cast<std::int64_t>(work.changes));
    changes_.add(work.changes);
    return true;
}

/// Durable: readers see it from here on, and its waiters are told.
void Writer::publish(std::shared_ptr<Work> work) {
    auto waiters = std::exchange(work->waiters, {});
    if (work->overlay.empty() && work->use.empty() && work->committed.empty()) return waiters.send();
    auto publication = index_.prepare(std::shared_ptr<const Overlay>(work, &work->overlay));
    bool wakes = false;
    {
        // Together: what the apply thread seals is what it commits.
        const std::lock_guard guard(lock_);
        index_.publish(std::move(publication));
        uncommitted_bytes_ += work->bytes;
        commit_is_awaited_ = commit_is_awaited_ || !work->committed.empty();
        uncommitted_.push_back(std::move(work));
        wakes = uncommitted_.size() == 1 || is_commit_due();
    }
    waiters.send();
    if (wakes) apply_wakes_.notify_one();
}

bool Writer::apply(const std::vector<std::shared_ptr<Work>>& works) {
    const auto before = SteadyClock::now();
    std::vector<const Overlay*> overlays;
    UseChanges use;
    for (const auto& work : works) {
        overlays.push_back(&work->overlay);
        for (const auto& [segment, change] : work->use) {
            use[segment].record_bytes += change.record_bytes;
            use[segment].carried_bytes += change.carried_bytes;
        }
    }
    try {
        index_.apply(overlays, std::move(use), works.back()->state);
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
        apply_wakes_.wait(guard, [this] { return (!uncommitted_.empty() && !index_failed_) || apply_stops_; });
        if (uncommitted_.empty() || index_failed_) return;
        // Nobody waits for this as a rule: more batches in one transaction spare their syncs and their pages.
        apply_wakes_.wait_for(guard, commit_pause, [this] { return is_commit_due(); });
        const std::vector<std::shared_ptr<Work>> works(uncommitted_.begin(), uncommitted_.end());
        commit_is_awaited_ = false;
        index_.seal();
        guard.unlock();
        const bool applied = apply(works);
        if (applied) index_.drop_sealed();
        guard.lock();
        if (applied) forget(works.size());
        index_failed_ = !applied;
        guard.unlock();
        applied_.notify_one();
        if (!applied) writer_wakes_.notify_one();
        if (applied)
            for (const auto& work : works) work->committed.send();
        guard.lock();
    }
}

/// Half of the room is used up, or somebody waits.
bool Writer::is_commit_due() const {
    return closing_ || uncommitted_.size() >= std::max<std::size_t>(options_.uncommitted_batches / 2, 1) ||
           uncommitted_bytes_ >= options_.uncommitted_bytes / 2 || commit_is_awaited_;
}

/// LMDB has the `count` oldest.
void Writer::forget(std::size_t count) {
    for (; count > 0; --count) {
        uncommitted_bytes_ -= uncommitted_.front()->bytes;
        uncommitted_.pop_front();
    }
}

/// Until LMDB has everything, or can't take it.
void Writer::wait_for_apply() {
    std::unique_lock guard(lock_);
    applied_.wait(guard, [this] { return index_failed_ || uncommitted_.empty(); });
}

/// The log holds batches that LMDB could not take. Their waiters were told the truth: they are durable, and readers see
/// them. Opens LMDB again and replays; while that fails new changes are refused, and it is tried again.
void Writer::recover() {
    const bool done = replay();
    stalled_ = !done;
    next_try_ = SteadyClock::now() + stalled_retry;
    std::deque<std::shared_ptr<Work>> works;
    {
        const std::lock_guard guard(lock_);
        if (done) {
            index_.drop_all();
            works = std::exchange(uncommitted_, {});
            uncommitted_bytes_ = 0;
        } else {
            works = uncommitted_;
        }
        index_failed_ = !done;
        refuses_ = done ? "" : "the index can't be written";
    }
    const Result<> result = done ? Result<>() : fail(errc::stopped, "the index can't be written");
    for (const auto& work : works) work->committed.send(result);
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

}  // namespace helio::storage
