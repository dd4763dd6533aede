// FaultyIo: the storage engine's system calls with one of them failing, once or from then on; and a settable amount of
// free space. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <optional>

#include "common/storage/io.h"

namespace helio::test {

enum class Call { open, write, read, allocate, sync, sync_folder, truncate, rename, unlink, index_commit };
inline constexpr int call_kinds = 10;

class FaultyIo final : public storage::Io {
public:
    /// The `number`th call of this kind from now on (0: the next) fails with `error`; `times` in a row.
    void fail(Call call, int number, int error, int times = 1);
    void heal();
    /// Whether the failure has happened.
    bool struck() const { return struck_; }
    void set_free_bytes(std::uint64_t bytes) { free_bytes_ = bytes; }

    Result<int> open(const std::filesystem::path& path, int flags) override;
    Result<> write(int fd, std::span<const iovec> parts, std::uint64_t offset) override;
    Result<std::size_t> read(int fd, char* into, std::size_t length, std::uint64_t offset) override;
    Result<> allocate(int fd, std::uint64_t length) override;
    Result<> sync(int fd) override;
    Result<> sync_folder(const std::filesystem::path& folder) override;
    Result<> truncate(int fd, std::uint64_t length) override;
    Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    Result<> unlink(const std::filesystem::path& path) override;
    Result<std::uint64_t> free_bytes(const std::filesystem::path& folder) override;
    Result<> before_index_commit() override;

private:
    /// The error that this call is to have, or 0.
    int strike(Call call);

    std::atomic<int> kind_ = -1;
    std::atomic<int> left_ = 0;
    std::atomic<int> times_ = 0;
    std::atomic<int> error_ = 0;
    std::atomic<bool> struck_ = false;
    std::atomic<std::uint64_t> free_bytes_ = 1ull << 40;
};

}  // namespace helio::test
