// Engine: the Partition. Puts log, index, writer and compaction together; opens, reads, closes.
// Used through Partition::open(). Thread-safe as Partition says.
#pragma once

#include "common/storage/compactor.h"
#include "common/storage/index.h"
#include "common/storage/log.h"
#include "common/storage/writer.h"

namespace helio::storage {

/// An exclusive lock on the folder: one process has a partition open.
class FolderLock {
public:
    /// Makes the folder when it is missing. Throws base::StartupError when another process holds it.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int fd_ = -1;
};

class Engine final : public Partition {
public:
    /// Replays what the index does not hold yet. Throws base::StartupError (see Partition::open).
    Engine(Options options, Model& model, const logging::Logger& log, base::Registry& metrics);
    ~Engine() override;

    Task<Result<>> submit(Change& change) override;
    void read(const std::function<void(const IndexReader&)>& use) const override;
    Result<std::unique_ptr<Body>> open_body(BodyId id) const override;
    Result<> compact_now() override;
    VerifyReport verify() const override;
    void close() override;
    std::string not_ready() const override;

private:
    void make_folders();
    std::unique_ptr<Index> open_index();
    void make_index_anew(const std::vector<Segment>& segments, const IndexState& old);
    void start();
    IndexState starting_state() const;
    Position replay(const IndexState& start);

    Options options_;
    Model& model_;
    const logging::Logger& logger_;
    base::Registry& metrics_;
    FolderLock folder_lock_;
    SegmentSet segments_;
    std::unique_ptr<Index> index_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<Writer> writer_;
    std::unique_ptr<Compactor> compactor_;
    bool closed_ = false;
};

}  // namespace helio::storage
