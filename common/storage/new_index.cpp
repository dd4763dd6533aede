#include "common/storage/new_index.h"

#include <fcntl.h>

#include "common/base/startup_error.h"
#include "common/storage/log.h"
#include "common/storage/replayer.h"

namespace helio::storage {
namespace {

void check(const Result<>& done, const std::filesystem::path& folder) {
    if (!done) throw base::StartupError("partition " + folder.string() + ": " + to_string(done.error()));
}

/// A crash in between leaves `index.old`: end_swap().
void swap_index(const std::filesystem::path& folder, Io& io) {
    if (std::filesystem::exists(folder / "index")) check(io.rename(folder / "index", folder / "index.old"), folder);
    check(io.rename(folder / "index.new", folder / "index"), folder);
    check(io.sync_folder(folder), folder);
    std::filesystem::remove_all(folder / "index.old");
}

/// A page whose sync failed in an earlier life reads well and is not on the disk: what the index is about to say is
/// written and synced before.
void make_durable(const IndexPlan& plan, const Position& end, VerifyReport& report) {
    auto& io = plan.segments.io();
    auto file = File::open(io, plan.segments.path(end.segment), O_RDWR);
    const auto done = file ? rewrite(*file, segment_header_bytes, end.next_offset) : Result<>(fail(file.error()));
    if (done) return;
    report.problems.push_back("segment " + std::to_string(end.segment) +
                              ": can't be written again: " + to_string(done.error()));
}

void replay_into(const std::filesystem::path& folder, const IndexPlan& plan, VerifyReport& report) {
    Index fresh(folder, plan.options.index_map_bytes, plan.model, plan.segments.io(), Durability::none);
    Replayer replayer(fresh, plan.model, plan.start, ReplayOf::whole_log, &report.problems);
    auto walked = LogWalker(plan.segments, plan.on_damage, replayer, plan.committed).walk({});
    // A start meets this after each crash; one who rebuilds asks what is there.
    if (walked.torn_tail && plan.on_damage == OnDamage::go_on)
        walked.problems.push_back("segment " + std::to_string(walked.end.segment) + " offset " +
                                  std::to_string(walked.end.next_offset) +
                                  ": the log ends with an incomplete batch (never acknowledged, or damaged)");
    if (walked.problems.empty() && walked.end < plan.committed)
        walked.problems.push_back("segment " + std::to_string(walked.end.segment) + " offset " +
                                  std::to_string(walked.end.next_offset) +
                                  ": the log ends here, and the index had seen more of it");
    report.problems.insert(report.problems.end(), walked.problems.begin(), walked.problems.end());
    if (walked.end.segment != 0) {
        make_durable(plan, walked.end, report);
        replayer.finish(walked.end);
    }
    fresh.sync();
    report.records = replayer.records();
    report.bodies = replayer.bodies();
}

}  // namespace

void end_swap(const std::filesystem::path& folder, Io& io) {
    if (!std::filesystem::exists(folder / "index.old")) return;
    if (!std::filesystem::exists(folder / "index")) {
        check(io.rename(folder / "index.old", folder / "index"), folder);
        check(io.sync_folder(folder), folder);
    }
    std::filesystem::remove_all(folder / "index.old");
}

void make_index(const IndexPlan& plan, VerifyReport& report) {
    const auto folder = plan.options.folder / "index.new";
    std::filesystem::remove_all(folder);
    try {
        replay_into(folder, plan, report);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
        throw;
    }
    if (plan.on_damage == OnDamage::go_on || report.problems.empty()) {
        swap_index(plan.options.folder, plan.segments.io());
    } else {
        std::filesystem::remove_all(folder);
    }
}

}  // namespace helio::storage
