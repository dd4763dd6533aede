#include "tests/support/faulty_io.h"

namespace helio::test {
namespace {

std::unexpected<Error> broken(int number) {
    return helio::fail(std::error_code(number, std::system_category()), "injected");
}

}  // namespace

void FaultyIo::fail(Call call, int number, int error, int times) {
    struck_ = false;
    left_ = number;
    times_ = times;
    error_ = error;
    kind_ = static_cast<int>(call);
}

void FaultyIo::heal() { kind_ = -1; }

int FaultyIo::strike(Call call) {
    if (kind_ != static_cast<int>(call) || left_.fetch_sub(1) > 0) return 0;
    if (times_.fetch_sub(1) <= 0) return 0;
    struck_ = true;
    return error_;
}

Result<int> FaultyIo::open(const std::filesystem::path& path, int flags) {
    if (const int error = strike(Call::open)) return broken(error);
    return Io::open(path, flags);
}
Result<> FaultyIo::write(int fd, std::span<const iovec> parts, std::uint64_t offset) {
    if (const int error = strike(Call::write)) {
        // The worst kind: the beginning was written.
        if (parts.front().iov_len > 600) {
            const iovec half{parts.front().iov_base, parts.front().iov_len / 2};
            std::ignore = Io::write(fd, {&half, 1}, offset);
        }
        return broken(error);
    }
    return Io::write(fd, parts, offset);
}
Result<std::size_t> FaultyIo::read(int fd, char* into, std::size_t length, std::uint64_t offset) {
    if (const int error = strike(Call::read)) return broken(error);
    return Io::read(fd, into, length, offset);
}
Result<> FaultyIo::allocate(int fd, std::uint64_t length) {
    if (const int error = strike(Call::allocate)) return broken(error);
    return Io::allocate(fd, length);
}
Result<> FaultyIo::sync(int fd) {
    if (const int error = strike(Call::sync)) return broken(error);
    return Io::sync(fd);
}
Result<> FaultyIo::sync_folder(const std::filesystem::path& folder) {
    if (const int error = strike(Call::sync_folder)) return broken(error);
    return Io::sync_folder(folder);
}
Result<> FaultyIo::truncate(int fd, std::uint64_t length) {
    if (const int error = strike(Call::truncate)) return broken(error);
    return Io::truncate(fd, length);
}
Result<> FaultyIo::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (const int error = strike(Call::rename)) return broken(error);
    return Io::rename(from, to);
}
Result<> FaultyIo::unlink(const std::filesystem::path& path) {
    if (const int error = strike(Call::unlink)) return broken(error);
    return Io::unlink(path);
}
Result<std::uint64_t> FaultyIo::free_bytes(const std::filesystem::path&) { return free_bytes_.load(); }
Result<> FaultyIo::before_index_commit() {
    if (const int error = strike(Call::index_commit)) return broken(error);
    return {};
}

}  // namespace helio::test
