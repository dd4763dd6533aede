// rebuild() and verify_offline(): what runs without a Partition, while the daemon is down.
#include "common/base/startup_error.h"
#include "common/storage/engine.h"
#include "common/storage/errc.h"
#include "common/storage/new_index.h"
#include "common/storage/verifier.h"

namespace helio::storage {
namespace {

/// The old index's state, when it can still be read: tells how far the log reached once.
std::optional<IndexState> old_state(const Options& options, Model& model, Io& io) {
    try {
        if (!std::filesystem::exists(options.folder / "index" / "data.mdb")) return std::nullopt;
        return Index(options.folder / "index", options.index_map_bytes, model, io).state();
    } catch (const OutdatedIndex& outdated) {
        return outdated.state;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

/// Loads the segments and sets aside those that can't be read at all.
std::vector<std::string> load_segments(SegmentSet& segments) {
    auto unusable = segments.load();
    if (!unusable) throw base::StartupError(to_string(unusable.error()));
    std::vector<std::string> problems;
    for (const auto& [number, reason] : *unusable) {
        problems.push_back(reason + "; set aside as .damaged");
        if (auto done = segments.set_aside(number); !done) throw base::StartupError(to_string(done.error()));
    }
    for (const auto& segment : segments.all())
        if (segment.header_copy_damaged)
            problems.push_back("segment " + std::to_string(segment.header.number) +
                               " offset 0: one copy of the header is damaged");
    return problems;
}

}  // namespace

VerifyReport rebuild(const Options& options, Model& model, const logging::Logger& log) {
    const FolderLock folder_lock(options.folder);
    auto& io = options.io ? *options.io : system_io();
    SegmentSet segments(io, options.folder / "segments");
    VerifyReport report;
    report.problems = load_segments(segments);
    IndexState start;
    for (const auto& segment : segments.all()) {
        start.partition = segment.header.partition;
        start.next_body = std::max(start.next_body, segment.header.first_body);
    }
    end_swap(options.folder, io);
    const auto old = old_state(options, model, io);
    if (old) start.next_body = std::max(start.next_body, old->next_body);
    const auto committed = old && old->partition == start.partition ? old->position : Position{};
    make_index({options, model, segments, start, OnDamage::go_on, committed}, report);
    for (const auto& what : report.problems)
        log.error("storage.damage", {{"folder", options.folder.string()}, {"place", what}});
    log.info("storage.rebuilt", {{"folder", options.folder.string()},
                                 {"records", report.records},
                                 {"bodies", report.bodies},
                                 {"problems", report.problems.size()}});
    return report;
}

VerifyReport verify_offline(const Options& options, Model& model, const logging::Logger& log) {
    const FolderLock folder_lock(options.folder);
    auto& io = options.io ? *options.io : system_io();
    SegmentSet segments(io, options.folder / "segments");
    auto unusable = segments.load();
    if (!unusable) throw base::StartupError(to_string(unusable.error()));
    const Index index(options.folder / "index", options.index_map_bytes, model, io);
    auto report = Verifier(options, model, segments, log).run(index);
    for (auto& [number, reason] : *unusable) report.problems.push_back(std::move(reason));
    return report;
}

}  // namespace helio::storage
