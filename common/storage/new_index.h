// make_index(): the index anew from the whole log, beside the old one, and then in its place: a crash in between leaves
// the old one or the new one. For rebuild(), and for a start that finds no index or one of another release.
#pragma once

#include "common/storage/index.h"
#include "common/storage/partition.h"

namespace helio::storage {

struct IndexPlan {
    const Options& options;
    Model& model;
    SegmentSet& segments;
    IndexState start;         ///< partition and the least next body
    OnDamage on_damage;       ///< stop: at the first problem, and the old index stays
    Position committed = {};  ///< how far the log reached once; damage before it is no torn tail
};

/// Ends what a crash interrupted: the old index back where there is none, or away. Before the index is opened.
void end_swap(const std::filesystem::path& folder, Io& io);

/// Adds to the report. Throws LmdbError, base::StartupError.
void make_index(const IndexPlan& plan, VerifyReport& report);

}  // namespace helio::storage
