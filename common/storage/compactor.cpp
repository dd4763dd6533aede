#include "common/storage/compactor.h"

#include "common/storage/errc.h"
#include "common/storage/stored_body.h"

namespace helio::storage {
namespace {

constexpr std::uint64_t carry_bytes = 1u << 20;  ///< one change carries about so much: sessions wait behind it
constexpr auto idle_pause = std::chrono::seconds(5);

/// A record of the old segment, kept until its change is decided.
struct Held {
    RecordPlace place;
    std::string payload;
    BodyId body;
};

std::uint64_t bytes_of(const LoggedRecord& record) { return record.place.header.stride(); }

}  // namespace

/// What a part of the segment holds, decided again on the writer thread: it sees every earlier decision, so a body or
/// row that has just died is not carried, and one that is carried can't die unseen.
class Compactor::CarryChange final : public Change {
public:
    CarryChange(Model& model, std::shared_ptr<const SegmentFile> segment, bool oldest_stays)
        : model_(model), segment_(std::move(segment)), oldest_stays_(oldest_stays) {}

    void hold(const LoggedRecord& record) {
        held_.push_back({record.place, std::string(record.payload), record.body});
        bytes_ += bytes_of(record);
    }
    std::uint64_t bytes() const { return bytes_; }
    void clear() {
        held_.clear();
        copies_.clear();
        bytes_ = 0;
    }
    std::size_t weight_bytes() const override { return static_cast<std::size_t>(bytes_); }

    Result<> decide(Decision& decision) override {
        auto& engine = static_cast<EngineDecision&>(decision);  // the writer makes no others
        for (const auto& held : held_) {
            auto done = held.place.header.type == body_record ? carry_body(engine, held) : carry_record(engine, held);
            if (!done) return done;
        }
        return {};
    }

private:
    Result<> carry_body(EngineDecision& decision, const Held& held) {
        auto row = decision.layers().body(held.body);
        if (!row || row->segment != segment_->number || row->offset != held.place.offset) return {};
        if (row->references == 0) {
            row->gone = true;
            decision.layers().set_body(held.body, *row);
            return {};
        }
        auto body = StoredBody::open(segment_, held.body, *row);
        if (!body) return fail(body.error());
        copies_.push_back(std::move(*body));
        sources_.push_back(std::make_unique<BodyCopy>(*copies_.back()));
        decision.carry_body(held.body, *sources_.back());
        return decision.outcome();
    }

    Result<> carry_record(EngineDecision& decision, const Held& held) {
        struct Sink final : RecordSink {
            explicit Sink(EngineDecision& to) : decision(to) {}
            void add(RecordType type, std::string_view payload, std::uint8_t version) override {
                decision.carry_record(type, payload, version);
            }
            EngineDecision& decision;
        } sink(decision);
        const Record record{held.place.header.type, held.place.header.version, held.payload};
        model_.carry_forward(decision.index(), record, oldest_stays_, sink);
        return decision.outcome();
    }

    Model& model_;
    std::shared_ptr<const SegmentFile> segment_;
    bool oldest_stays_;
    std::vector<Held> held_;
    std::uint64_t bytes_ = 0;
    std::vector<std::unique_ptr<StoredBody>> copies_;  ///< large ones are read when the batch is written
    std::vector<std::unique_ptr<BodyCopy>> sources_;
};

Compactor::Compactor(const Options& options, Model& model, SegmentSet& segments, Index& index, Writer& writer,
                     const logging::Logger& logger, base::Registry& metrics)
    : options_(options),
      model_(model),
      segments_(segments),
      index_(index),
      writer_(writer),
      logger_(logger),
      freed_(metrics.counter("helio_storage_compaction_freed_bytes_total", "Bytes of segments that were removed.")),
      copied_(
          metrics.counter("helio_storage_compaction_read_bytes_total", "Bytes of segments that were gone through.")),
      backlog_(metrics.gauge("helio_storage_compaction_backlog", "Segments that are worth compacting.")) {
    if (options_.compaction_thread) thread_ = std::thread([this] { loop(); });
}

void Compactor::close() {
    {
        const std::lock_guard guard(lock_);
        stopping_ = true;
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Compactor::loop() {
    for (;;) {
        {
            std::unique_lock guard(lock_);
            if (wakes_.wait_for(guard, idle_pause, [this] { return stopping_; })) return;
        }
        auto done = run();
        if (!done && done.error().code != errc::stopped)
            logger_.warning("storage.compaction_failed", {{"error", to_string(done.error())}});
    }
}

Result<> Compactor::run() {
    const std::lock_guard guard(running_);
    try {
        while (const auto segment = choose()) {
            auto done = compact(*segment);
            if (!done && done.error().code == errc::damaged) {
                logger_.error("storage.damage", {{"segment", segment->header.number}, {"place", done.error().detail}});
                left_alone_.insert(segment->header.number);
                continue;
            }
            if (done) done = clean_up();
            if (!done) return done;
        }
        return clean_up();
    } catch (const LmdbError& error) {
        return fail(errc::io, error.what());
    }
}

unsigned Compactor::dead_percent(const Segment& segment, const SegmentUse& use) const {
    // Bodies are counted. Of records nobody knows; new ones are taken as superseded by half, carried ones as living, so
    // that the survivors of one compaction do not ask for the next.
    const auto living =
        use.body_bytes - std::min(use.dead_bytes, use.body_bytes) + use.record_bytes / 2 + use.carried_bytes;
    const auto bytes = std::max(segment.limit_bytes, segment_header_bytes + 1) - segment_header_bytes;
    return static_cast<unsigned>(100 - std::min(living, bytes) * 100 / bytes);
}

std::optional<Segment> Compactor::choose() const {
    const auto position = Index::View(index_).state()->position;
    const auto use = index_.use();
    std::optional<Segment> best;
    unsigned best_percent = 0;
    std::int64_t worth = 0;
    for (const auto& segment : segments_.all()) {
        const auto number = segment.header.number;
        if (number >= position.segment || left_alone_.contains(number) || segments_.is_retired(number)) continue;
        // Its header says where the segment before it ends.
        if (segment.header.voids_segment != 0 && segments_.find(segment.header.voids_segment)) continue;
        const auto found = use.find(number);
        const auto percent = dead_percent(segment, found == use.end() ? SegmentUse{} : found->second);
        if (percent < options_.compaction_dead_percent) continue;
        ++worth;
        if (best && percent <= best_percent) continue;
        best = segment;
        best_percent = percent;
    }
    backlog_.set(worth);
    return best;
}

Result<> Compactor::compact(const Segment& segment) {
    const auto number = segment.header.number;
    auto file = segments_.open(number);
    if (!file) return fail(file.error());
    const bool oldest_stays = segments_.all().front().header.number < number;
    CarryChange change(model_, *file, oldest_stays);
    Result<> carried;
    struct Collect final : LogVisitor {
        void record(const LoggedRecord& record) override { on_record(record); }
        void batch_end(const Position&) override {}
        std::function<void(const LoggedRecord&)> on_record;
    } collect;
    collect.on_record = [&](const LoggedRecord& record) {
        if (!carried) return;
        change.hold(record);
        if (change.bytes() >= carry_bytes) carried = carry(change);
    };
    const auto walked = LogWalker(segments_, OnDamage::stop, collect).walk_one(segment);
    if (!walked.problems.empty()) return fail(errc::damaged, walked.problems.front());
    if (carried) carried = carry(change);
    if (!carried) return carried;
    change.clear();
    index_.forget_segment(number);
    index_.sync();
    segments_.retire(number);
    freed_.add(segment.limit_bytes);
    logger_.info("storage.compacted", {{"segment", number}, {"bytes", segment.limit_bytes}});
    return {};
}

Result<> Compactor::carry(CarryChange& change) {
    if (change.bytes() == 0) return {};
    ThreadWaiter waiter;
    writer_.submit({&change, &waiter, change.weight_bytes(), true});  // no segment goes before LMDB says where all is
    auto result = waiter.wait();
    const auto bytes = change.bytes();
    copied_.add(bytes);
    change.clear();
    if (!result) return result;
    return pay(bytes);
}

Result<> Compactor::pay(std::uint64_t bytes) {
    const auto rate = std::max<std::uint64_t>(options_.compaction_bytes_per_second, 1);
    const auto pause = std::chrono::microseconds(bytes * 1'000'000 / rate);
    std::unique_lock guard(lock_);
    if (wakes_.wait_for(guard, pause, [this] { return stopping_; })) return fail(errc::stopped);
    return {};
}

Result<> Compactor::clean_up() {
    auto left = segments_.unlink_retired();
    if (!left) return fail(left.error());
    const auto segments = segments_.all();
    for (const auto& [number, use] : index_.use())
        if (!segments_.find(number)) index_.forget_segment(number);
    return {};
}

}  // namespace helio::storage
