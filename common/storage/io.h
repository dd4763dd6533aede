// Io: every system call by which the engine changes the log's files. One small seam, so that tests can fail each call
// (EIO, ENOSPC) and count them. LMDB does its own calls; before_index_commit() stands for them.
// Used by the log, compaction and rebuild. Thread-safe. Errors are std::system_category() codes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include <sys/uio.h>

#include "common/base/result.h"

namespace helio::storage {

class Io {
public:
    virtual ~Io() = default;
    /// open(2) with O_CLOEXEC; the caller closes (see File).
    virtual Result<int> open(const std::filesystem::path& path, int flags);
    /// All bytes of all parts at `offset` (pwritev until done).
    virtual Result<> write(int fd, std::span<const iovec> parts, std::uint64_t offset);
    /// Reads until `length` bytes or the end of the file; gives the count.
    virtual Result<std::size_t> read(int fd, char* into, std::size_t length, std::uint64_t offset);
    /// Reserves blocks and sets the size; writes zeroes where the file system can't reserve.
    virtual Result<> allocate(int fd, std::uint64_t length);
    /// fdatasync(2). Never called again on a file after it failed.
    virtual Result<> sync(int fd);
    virtual Result<> sync_folder(const std::filesystem::path& folder);
    virtual Result<> truncate(int fd, std::uint64_t length);
    virtual Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to);
    virtual Result<> unlink(const std::filesystem::path& path);
    /// Bytes that an unprivileged process can still write.
    virtual Result<std::uint64_t> free_bytes(const std::filesystem::path& folder);
    /// Asked before each commit of the index; an error stands for a failed commit.
    virtual Result<> before_index_commit() { return {}; }
};

/// The real calls; lives for ever.
Io& system_io();

/// An open descriptor with its Io; closes it.
class File {
public:
    File() = default;
    File(Io& io, int fd) : io_(&io), fd_(fd) {}
    File(File&& other) noexcept : io_(other.io_), fd_(std::exchange(other.fd_, -1)) {}
    File& operator=(File&& other) noexcept;
    ~File();

    static Result<File> open(Io& io, const std::filesystem::path& path, int flags);

    bool is_open() const { return fd_ >= 0; }
    int fd() const { return fd_; }
    Result<> write(std::span<const iovec> parts, std::uint64_t offset) const { return io_->write(fd_, parts, offset); }
    Result<> write(std::string_view bytes, std::uint64_t offset) const;
    Result<std::size_t> read(char* into, std::size_t length, std::uint64_t offset) const {
        return io_->read(fd_, into, length, offset);
    }
    Result<> sync() const { return io_->sync(fd_); }
    Result<> allocate(std::uint64_t length) const { return io_->allocate(fd_, length); }
    Result<> truncate(std::uint64_t length) const { return io_->truncate(fd_, length); }
    Result<std::uint64_t> size() const;

private:
    Io* io_ = nullptr;
    int fd_ = -1;
};

/// ENOSPC and EDQUOT: heals when space comes back.
bool is_no_space(const Error& error);

}  // namespace helio::storage
