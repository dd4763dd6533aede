// IncomingText: the text of one message while it is received and stored: in memory up to a size, then in an unlinked
// file, within the budget of all sessions. Not durable by itself: the store writes it to its log before anybody is
// answered. Grows on its session's worker; the storage engine reads it on its own thread afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/storage/partition.h"
#include "store/lmtpd/text_budget.h"

namespace helio::store::lmtp {

struct TextLimits {
    TextBudget& memory;
    TextBudget& files;
    std::size_t message_memory_bytes;
    std::filesystem::path folder;
};

class IncomingText final : public storage::BodySource {
public:
    /// `limits` must outlive the text.
    explicit IncomingText(const TextLimits& limits) : limits_(limits) {}
    ~IncomingText() override;
    IncomingText(const IncomingText&) = delete;
    IncomingText& operator=(const IncomingText&) = delete;

    /// Errors: storage::errc::no_space (a budget or the file system is full), io.
    Result<> append(std::string_view bytes);
    /// Trace fields that stand before everything appended. Once, before the first read.
    void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }

    std::uint64_t size() const override { return prefix_.size() + memory_.size() + file_bytes_; }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override;

private:
    Result<> move_to_file();
    Result<> write_file(std::string_view bytes);
    Result<> read_file(std::uint64_t offset, std::size_t length, std::string& into) const;

    const TextLimits& limits_;
    std::string prefix_;
    std::string memory_;  // all of the text until it moves to the file
    std::uint64_t memory_taken_ = 0;
    std::uint64_t file_taken_ = 0;
    std::uint64_t file_bytes_ = 0;
    int fd_ = -1;
};

}  // namespace helio::store::lmtp
