#include "common/storage/io.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace helio::storage {
namespace {

std::unexpected<Error> failed(int number, std::string what) {
    return fail(std::error_code(number, std::system_category()), std::move(what));
}

/// Drops the first `done` bytes of `parts`.
void drop_front(std::span<iovec>& parts, std::size_t done) {
    while (!parts.empty() && done >= parts.front().iov_len) {
        done -= parts.front().iov_len;
        parts = parts.subspan(1);
    }
    if (parts.empty()) return;
    parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + done;
    parts.front().iov_len -= done;
}

}  // namespace

Result<int> Io::open(const std::filesystem::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd < 0) return failed(errno, "open " + path.string());
    return fd;
}

Result<> Io::write(int fd, std::span<const iovec> parts, std::uint64_t offset) {
    std::vector<iovec> copy(parts.begin(), parts.end());
    std::span<iovec> left(copy);
    drop_front(left, 0);
    while (!left.empty()) {
        const auto count = static_cast<int>(std::min<std::size_t>(left.size(), IOV_MAX));
        const ssize_t done = ::pwritev(fd, left.data(), count, static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return failed(errno, "pwritev");
        if (done == 0) return failed(EIO, "pwritev wrote nothing");
        offset += static_cast<std::uint64_t>(done);
        drop_front(left, static_cast<std::size_t>(done));
    }
    return {};
}

Result<std::size_t> Io::read(int fd, char* into, std::size_t length, std::uint64_t offset) {
    std::size_t have = 0;
    while (have < length) {
        const ssize_t got = ::pread(fd, into + have, length - have, static_cast<off_t>(offset + have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(errno, "pread");
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    return have;
}

Result<> Io::allocate(int fd, std::uint64_t length) {
    // posix_fallocate would write a byte per block where fallocate is missing and would not tell ENOSPC apart.
    if (::fallocate(fd, 0, 0, static_cast<off_t>(length)) == 0) return {};
    if (errno != EOPNOTSUPP) return failed(errno, "fallocate");
    const std::string zeroes(1u << 20, '\0');
    for (std::uint64_t at = 0; at < length; at += zeroes.size()) {
        iovec part{const_cast<char*>(zeroes.data()), std::min<std::uint64_t>(zeroes.size(), length - at)};
        auto written = Io::write(fd, {&part, 1}, at);
        if (!written) return written;
    }
    return {};
}

Result<> Io::sync(int fd) {
    if (::fdatasync(fd) != 0) return failed(errno, "fdatasync");
    return {};
}

Result<> Io::sync_folder(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return failed(errno, "open " + folder.string());
    const int result = ::fsync(fd);
    const int number = errno;
    ::close(fd);
    if (result != 0) return failed(number, "fsync " + folder.string());
    return {};
}

Result<> Io::truncate(int fd, std::uint64_t length) {
    if (::ftruncate(fd, static_cast<off_t>(length)) != 0) return failed(errno, "ftruncate");
    return {};
}

Result<> Io::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed(errno, "rename " + from.string());
    return {};
}

Result<> Io::unlink(const std::filesystem::path& path) {
    if (::unlink(path.c_str()) != 0) return failed(errno, "unlink " + path.string());
    return {};
}

Result<std::uint64_t> Io::free_bytes(const std::filesystem::path& folder) {
    struct statvfs state{};
    if (::statvfs(folder.c_str(), &state) != 0) return failed(errno, "statvfs " + folder.string());
    return static_cast<std::uint64_t>(state.f_bavail) * state.f_frsize;
}

Io& system_io() {
    static Io instance;
    return instance;
}

File& File::operator=(File&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        io_ = other.io_;
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

File::~File() {
    if (fd_ >= 0) ::close(fd_);
}

Result<File> File::open(Io& io, const std::filesystem::path& path, int flags) {
    auto fd = io.open(path, flags);
    if (!fd) return fail(fd.error());
    return File(io, *fd);
}

Result<> File::write(std::string_view bytes, std::uint64_t offset) const {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    return io_->write(fd_, {&part, 1}, offset);
}

Result<std::uint64_t> File::size() const {
    struct stat state{};
    if (::fstat(fd_, &state) != 0) return failed(errno, "fstat");
    return static_cast<std::uint64_t>(state.st_size);
}

bool is_no_space(const Error& error) {
    return error.code == std::errc::no_space_on_device || error.code == std::error_code(EDQUOT, std::system_category());
}

}  // namespace helio::storage
