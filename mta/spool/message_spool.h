// MessageSpool: the text of one message while it is being received and passed on: in memory up to a size, then in an
// unlinked file, within the budget of all sessions. It is not the durable copy: that is the store's or the queue's.
// Written by one session, then read by many; not thread-safe while it grows.
#pragma once

#include <string>
#include <string_view>

#include "common/storage/partition.h"
#include "mta/spool/spool_budget.h"

namespace helio::mta {

class MessageSpool final : public storage::BodySource {
public:
    /// `budget` must outlive the spool.
    explicit MessageSpool(SpoolBudget& budget) : budget_(budget) {}
    ~MessageSpool() override;
    MessageSpool(const MessageSpool&) = delete;
    MessageSpool& operator=(const MessageSpool&) = delete;

    /// Errors: storage::errc::no_space (the budget or the file system), storage::errc::io.
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
    std::uint64_t file_bytes_ = 0;
    int fd_ = -1;
};

}  // namespace helio::mta
