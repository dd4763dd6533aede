// BodySpool: a body on its way in, while a session receives it: in memory up to a size, then in an unlinked file,
// within the budget of all sessions. It is not the durable copy: that is the partition's. Used by the relays, LMTP and
// APPEND. Written by one session, then read by many; not thread-safe while it grows.
#pragma once

#include <string>
#include <string_view>

#include "common/storage/partition.h"
#include "common/storage/spool_budget.h"

namespace helio::storage {

class BodySpool final : public BodySource {
public:
    /// `budget` must outlive the spool.
    explicit BodySpool(SpoolBudget& budget) : budget_(budget) {}
    ~BodySpool() override;
    BodySpool(const BodySpool&) = delete;
    BodySpool& operator=(const BodySpool&) = delete;

    /// Errors: no_space (the budget or the file system), io.
    Result<> append(std::string_view bytes);
    /// Text that stands before everything appended: trace headers. Once, before the first read.
    void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }

    std::uint64_t size() const override { return prefix_.size() + memory_.size() + file_bytes_; }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override;
    bool in_file() const { return fd_ >= 0; }

private:
    Result<> open_file();
    Result<> write_file(std::string_view bytes);
    Result<> read_file(std::uint64_t offset, std::size_t length, std::string& into) const;

    SpoolBudget& budget_;
    std::string prefix_;
    std::string memory_;  // all of the text until it moves to the file
    std::uint64_t memory_taken_ = 0;
    std::uint64_t file_taken_ = 0;  // of the budget; more than file_bytes_ after a failed write
    std::uint64_t file_bytes_ = 0;
    int fd_ = -1;
};

}  // namespace helio::storage
