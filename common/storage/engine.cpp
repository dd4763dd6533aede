#include "common/storage/engine.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/base/ids.h"
#include "common/base/startup_error.h"
#include "common/storage/errc.h"
#include "common/storage/new_index.h"
#include "common/storage/replayer.h"
#include "common/storage/stored_body.h"
#include "common/storage/verifier.h"

namespace helio::storage {
namespace {

constexpr const char* remedy = "; stop the daemon and run it once with --rebuild";

/// Finds the log's end without applying anything.
class NoVisitor final : public LogVisitor {
public:
    void record(const LoggedRecord&) override {}
    void batch_end(const Position&) override {}
};

[[noreturn]] void refuse(const std::filesystem::path& folder, const std::string& why, const char* advice = "") {
    throw base::StartupError("partition " + folder.string() + ": " + why + advice);
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const auto path = folder / "lock";
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) refuse(folder, "can't open " + path.string() + ": " + std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd_);
        refuse(folder, "another process has it open");
    }
}

FolderLock::~FolderLock() { ::close(fd_); }

std::unique_ptr<Partition> Partition::open(Options options, Model& model, const logging::Logger& log,
                                           base::Registry& metrics) {
    return std::make_unique<Engine>(std::move(options), model, log, metrics);
}

Engine::Engine(Options options, Model& model, const logging::Logger& log, base::Registry& metrics)
    : options_(std::move(options)),
      model_(model),
      logger_(log),
      metrics_(metrics),
      folder_lock_(options_.folder),
      segments_(options_.io ? *options_.io : system_io(), options_.folder / "segments") {
    try {
        start();
    } catch (const LmdbError& error) {
        refuse(options_.folder, error.what(), remedy);
    } catch (const std::system_error& error) {
        refuse(options_.folder, error.what());
    }
}

Engine::~Engine() { close(); }

void Engine::make_folders() {
    std::filesystem::create_directories(segments_.folder());
    for (const auto& folder : {options_.folder, options_.folder.parent_path()})
        if (!folder.empty()) std::ignore = segments_.io().sync_folder(folder);
}

void Engine::start() {
    if (options_.body_bytes >= 1ull << 32 || options_.record_bytes >= 1ull << 31)
        refuse(options_.folder, "body_bytes or record_bytes is too large");
    make_folders();
    auto unusable = segments_.load();
    if (!unusable) refuse(options_.folder, to_string(unusable.error()));
    if (!unusable->empty()) refuse(options_.folder, unusable->front().reason, remedy);
    for (const auto& segment : segments_.all())
        if (segment.header_copy_damaged)
            logger_.error("storage.damage", {{"folder", options_.folder.string()},
                                             {"segment", segment.header.number},
                                             {"what", "one copy of the header"}});
    index_ = open_index();
    log_ = std::make_unique<Log>(segments_, options_.segment_bytes, logger_, metrics_);
    replay(starting_state());
    writer_ = std::make_unique<Writer>(options_, model_, segments_, *log_, *index_, logger_, metrics_);
    compactor_ = std::make_unique<Compactor>(options_, model_, segments_, *index_, *writer_, logger_, metrics_);
}

/// Made anew from the log when there is none, or one of another release. The first one too is made beside its place, so
/// that a power cut leaves none or a whole one.
std::unique_ptr<Index> Engine::open_index() {
    const auto open = [this] {
        return std::make_unique<Index>(options_.folder / "index", options_.index_map_bytes, model_, segments_.io());
    };
    const auto segments = segments_.all();
    end_swap(options_.folder, segments_.io());
    std::optional<IndexState> old;
    if (std::filesystem::exists(options_.folder / "index" / "data.mdb")) {
        try {
            auto index = open();
            if (index->state() || segments.empty()) return index;
        } catch (const OutdatedIndex& outdated) {
            if (segments.empty()) throw;
            old = outdated.state;
        }
    }
    make_index_anew(segments, old.value_or(IndexState{}));
    return open();
}

void Engine::make_index_anew(const std::vector<Segment>& segments, const IndexState& old) {
    IndexState start;
    start.next_body = old.next_body;
    if (!segments.empty()) {
        logger_.warning("storage.new_index", {{"folder", options_.folder.string()},
                                              {"reason", "missing or of another release"},
                                              {"segments", segments.size()}});
        start.partition = segments.front().header.partition;
    }
    for (const auto& segment : segments) start.next_body = std::max(start.next_body, segment.header.first_body);
    VerifyReport report;
    const auto committed = old.partition == start.partition ? old.position : Position{};
    make_index({options_, model_, segments_, start, OnDamage::stop, committed}, report);
    if (!report.problems.empty()) refuse(options_.folder, report.problems.front(), remedy);
    if (!segments.empty())
        logger_.info("storage.rebuilt",
                     {{"folder", options_.folder.string()}, {"records", report.records}, {"bodies", report.bodies}});
}

IndexState Engine::starting_state() const {
    const auto segments = segments_.all();
    IndexState state;
    if (index_->state()) {
        state = *index_->state();
        if (segments.empty()) refuse(options_.folder, "the index is beyond the log: there are no segments");
    } else {
        base::random_bytes(state.partition.size()).copy(state.partition.data(), state.partition.size());
    }
    if (!segments.empty() && segments.front().header.partition != state.partition)
        refuse(options_.folder, "index and segments belong to different partitions", remedy);
    for (const auto& segment : segments) state.next_body = std::max(state.next_body, segment.header.first_body);
    return state;
}

/// The log's tail is made durable before the index commits what it says: first find the end, then apply.
Position Engine::replay(const IndexState& start) {
    NoVisitor none;
    const auto walked = LogWalker(segments_, OnDamage::stop, none).walk(start.position);
    if (!walked.problems.empty()) refuse(options_.folder, walked.problems.front(), remedy);
    if (walked.torn_tail)
        logger_.info("storage.torn_tail", {{"folder", options_.folder.string()},
                                           {"segment", walked.end.segment},
                                           {"offset", walked.end.next_offset}});
    auto opened = log_->open(start.position, walked.end, start.next_body, start.partition);
    if (!opened) refuse(options_.folder, to_string(opened.error()));
    const auto end = log_->end();
    if (index_->state() && end == start.position) return end;
    Replayer replayer(*index_, model_, start, ReplayOf::tail, nullptr);
    if (walked.end.segment != 0) LogWalker(segments_, OnDamage::stop, replayer).walk(start.position, &end);
    replayer.finish(end);
    logger_.info("storage.replayed", {{"folder", options_.folder.string()}, {"records", replayer.records()}});
    return end;
}

Task<Result<>> Engine::submit(Change& change) {
    CoroutineWaiter waiter;
    writer_->submit({&change, &waiter, change.weight_bytes()});
    auto result = co_await waiter;
    co_return result;
}

void Engine::read(const std::function<void(const IndexReader&)>& use) const {
    const Index::Reader reader(*index_);
    use(reader);
}

Result<std::unique_ptr<Body>> Engine::open_body(BodyId id) const {
    // Compaction may move the body between the look-up and the opening; then the index knows its new place.
    Error last{make_error_code(errc::no_such_body), {}};
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto row = Index::Reader(*index_).body(id);
        if (!row || row->references == 0) return fail(errc::no_such_body, std::to_string(id.value));
        if (row->segment == 0) return fail(errc::damaged, "body " + std::to_string(id.value) + " was lost");
        auto segment = segments_.open(row->segment);
        if (!segment) {
            last = segment.error();
            continue;
        }
        auto body = StoredBody::open(std::move(*segment), id, *row);
        if (body) return std::unique_ptr<Body>(std::move(*body));
        if (body.error().code == errc::damaged)
            logger_.error("storage.damage", {{"body", id.value}, {"place", body.error().detail}});
        return fail(body.error());
    }
    return fail(last);
}

Result<> Engine::compact_now() {
    auto settled = writer_->settle();
    if (!settled) return settled;
    return compactor_->run();
}

VerifyReport Engine::verify() const {
    std::ignore = writer_->settle();  // else the index is checked as far as it got
    const auto pause = compactor_->pause();
    return Verifier(options_, model_, segments_, logger_).run(*index_);
}

void Engine::close() {
    if (std::exchange(closed_, true)) return;
    if (compactor_) compactor_->close();
    if (writer_) writer_->close();
    try {
        if (index_) index_->sync();
    } catch (const LmdbError& error) {
        logger_.error("storage.close", {{"error", error.what()}});
    }
}

std::string Engine::not_ready() const { return writer_->not_ready(); }

}  // namespace helio::storage
