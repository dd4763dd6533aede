// SpareSegment: makes the next segment's file ahead of time, on a thread of its own: all blocks written with zeroes and
// synced, under a temporary name. Overwriting written blocks changes no metadata, so the log's fdatasync needs no
// journal commit; doing it in another file keeps the log's fdatasync from waiting for it (measured: README). Never
// needed for correctness: without a spare the log makes a segment by itself and ZeroAhead follows it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "common/storage/io.h"

namespace helio::storage {

class SpareSegment {
public:
    SpareSegment(Io& io, std::filesystem::path folder, std::uint64_t bytes);
    ~SpareSegment();

    /// Begins one when there is none; cheap to call for every batch.
    void want();
    /// The finished spare's path, once; nothing when there is none.
    std::optional<std::filesystem::path> take();

private:
    enum class State { none, wanted, ready, failed };
    void run();
    bool make();
    bool is_stopping();

    Io& io_;
    std::filesystem::path folder_;
    std::filesystem::path path_;
    std::uint64_t bytes_;
    std::mutex lock_;
    std::condition_variable changed_;
    State state_ = State::none;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace helio::storage
