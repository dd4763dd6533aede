#include "common/storage/new_index.h"

#include "common/base/startup_error.h"
#include "common/storage/replayer.h"

namespace helio::storage {
namespace {

void swap_index(const std::filesystem::path& folder, Io& io) {
    std::filesystem::remove_all(folder / "index.old");
    const auto check = [&](const Result<>& done) {
        if (!done) throw base::StartupError("partition " + folder.string() + ": " + to_string(done.error()));
    };
    if (std::filesystem::exists(folder / "index")) check(io.rename(folder / "index", folder / "index.old"));
    check(io.rename(folder / "index.new", folder / "index"));
    check(io.sync_folder(folder));
    std::filesystem::remove_all(folder / "index.old");
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
    report.problems.insert(report.problems.end(), walked.problems.begin(), walked.problems.end());
    if (walked.end.segment != 0) replayer.finish(walked.end);
    fresh.sync();
    report.records = replayer.records();
    report.bodies = replayer.bodies();
}

}  // namespace

void make_index(const IndexPlan& plan, VerifyReport& report) {
    const auto folder = plan.options.folder / "index.new";
    std::filesystem::remove_all(folder);
    replay_into(folder, plan, report);
    if (plan.on_damage == OnDamage::go_on || report.problems.empty()) {
        swap_index(plan.options.folder, plan.segments.io());
    } else {
        std::filesystem::remove_all(folder);
    }
}

}  // namespace helio::storage
