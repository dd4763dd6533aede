// SegmentSet: which segments a partition has, and their files for reading. The log adds, compaction removes.
// A SegmentFile is shared: whoever holds one keeps the segment from being unlinked (a body that is being streamed).
// At most `open_most` idle files stay open. Thread-safe.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "common/storage/format.h"
#include "common/storage/io.h"

namespace helio::storage {

struct SegmentFile {
    std::uint64_t number;
    File file;
};

struct Segment {
    SegmentHeader header;
    std::uint64_t limit_bytes = 0;  ///< its size, or where a later segment voids the rest
    bool header_copy_damaged = false;
};

class SegmentSet {
public:
    SegmentSet(Io& io, std::filesystem::path folder, std::size_t open_most = 256);

    /// A segment that can't be used at all and was left out.
    struct Unusable {
        std::uint64_t number;
        std::string reason;
    };
    /// Reads the folder: headers, voids, sizes; removes half-made files. Gives what has an unreadable header or belongs
    /// to another partition. Errors: errc::io when the folder can't be read.
    Result<std::vector<Unusable>> load();

    std::vector<Segment> all() const;
    std::optional<Segment> find(std::uint64_t number) const;
    void add(const Segment& segment);
    void set_limit(std::uint64_t number, std::uint64_t limit_bytes);

    /// The file for reading. Errors: errc::no_such_body when the segment is gone or going, errc::io.
    Result<std::shared_ptr<const SegmentFile>> open(std::uint64_t number) const;

    /// Compaction: no new reader gets the segment from now on.
    void retire(std::uint64_t number);
    /// Unlinks retired segments that nobody reads any more, oldest first, each durably. Gives how many are left.
    Result<std::size_t> unlink_retired();
    std::size_t retired() const;
    bool is_retired(std::uint64_t number) const;
    /// Takes an unusable segment out of the folder's way, under another name (rebuild).
    Result<> set_aside(std::uint64_t number);

    std::filesystem::path path(std::uint64_t number) const;
    const std::filesystem::path& folder() const { return folder_; }
    Io& io() const { return io_; }

private:
    Result<std::string> load_one(std::uint64_t number);
    void apply_voids();

    Io& io_;
    std::filesystem::path folder_;
    std::size_t open_most_;
    mutable std::mutex lock_;
    std::map<std::uint64_t, Segment> segments_;
    std::set<std::uint64_t> retired_;
    mutable std::map<std::uint64_t, std::weak_ptr<const SegmentFile>> handles_;  ///< of every file somebody may hold
    mutable std::list<std::shared_ptr<const SegmentFile>> open_;                 ///< most recently used first
    mutable std::map<std::uint64_t, std::list<std::shared_ptr<const SegmentFile>>::iterator> by_number_;
};

}  // namespace helio::storage
