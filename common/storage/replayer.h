// Replayer: applies logged records to an index, in transactions of some MiB. The same Model::apply() as when the change
// was decided, so there is one meaning. Used at start, after a failed index commit, by verify and by rebuild.
#pragma once

#include "common/storage/index.h"
#include "common/storage/log_walker.h"

namespace helio::storage {

enum class ReplayOf { tail, whole_log };  ///< whole_log: from the first segment into an empty index

class Replayer final : public LogVisitor {
public:
    /// `problems`: where a record that the model can't apply is told; null: it throws base::StartupError.
    Replayer(Index& index, Model& model, const IndexState& start, ReplayOf part, std::vector<std::string>* problems);

    void record(const LoggedRecord& record) override;
    void batch_end(const Position& reached) override;
    /// Commits what is left; the index is at `end` then.
    void finish(const Position& end);

    std::uint64_t records() const { return records_; }
    std::uint64_t bodies() const { return bodies_; }
    const IndexState& state() const { return state_; }

private:
    void begin();
    void flush();
    void apply(const LoggedRecord& record);

    Index& index_;
    Model& model_;
    IndexState state_;
    ReplayOf part_;
    std::vector<std::string>* problems_;
    Overlay overlay_;
    UseChanges use_;
    std::unique_ptr<Index::View> view_;
    std::unique_ptr<LayeredIndex> layered_;
    std::uint64_t records_ = 0;
    std::uint64_t bodies_ = 0;
};

}  // namespace helio::storage
