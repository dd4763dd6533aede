#include "common/storage/body_spool.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "common/storage/errc.h"

namespace helio::storage {
namespace {

std::unexpected<Error> system_error(const char* what) {
    const int number = errno;
    const auto code = number == ENOSPC || number == EDQUOT ? errc::no_space : errc::io;
    return fail(code, std::string(what) + ": " + std::strerror(number));
}

}  // namespace

BodySpool::~BodySpool() {
    budget_.give_memory(memory_taken_);
    budget_.give_file(file_taken_);
    if (fd_ >= 0) ::close(fd_);
}

Result<> BodySpool::append(std::string_view bytes) {
    if (fd_ >= 0) return write_file(bytes);
    const bool fits = memory_.size() + bytes.size() <= budget_.limits().message_memory_bytes;
    if (fits && budget_.take_memory(bytes.size())) {
        memory_taken_ += bytes.size();
        memory_ += bytes;
        return {};
    }
    auto moved = open_file();
    if (!moved) return moved;
    return write_file(bytes);
}

Result<> BodySpool::open_file() {
    fd_ = ::open(budget_.limits().folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd_ < 0) return system_error("spool file");
    auto moved = write_file(memory_);
    if (!moved) return moved;
    std::string().swap(memory_);
    budget_.give_memory(std::exchange(memory_taken_, 0));
    return {};
}

Result<> BodySpool::write_file(std::string_view bytes) {
    if (!budget_.take_file(bytes.size())) return fail(errc::no_space, "spool budget");
    file_taken_ += bytes.size();
    for (std::size_t done = 0; done < bytes.size();) {
        const auto rest = bytes.substr(done);
        const auto written = ::pwrite(fd_, rest.data(), rest.size(), static_cast<off_t>(file_bytes_));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("spool file");
        done += static_cast<std::size_t>(written);
        file_bytes_ += static_cast<std::uint64_t>(written);
    }
    return {};
}

Result<> BodySpool::read_file(std::uint64_t offset, std::size_t length, std::string& into) const {
    const auto begin = into.size();
    into.resize(begin + length);
    for (std::size_t done = 0; done < length;) {
        const auto got = ::pread(fd_, into.data() + begin + done, length - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("spool file");
        if (got == 0) return fail(errc::io, "spool file is short");
        done += static_cast<std::size_t>(got);
    }
    return {};
}

Result<> BodySpool::read(std::uint64_t offset, std::size_t length, std::string& into) const {
    if (offset > size() || length > size() - offset) return fail(errc::io, "read behind the end");
    if (offset < prefix_.size()) {
        const auto count = std::min<std::uint64_t>(length, prefix_.size() - offset);
        into.append(prefix_, offset, count);
        offset += count;
        length -= count;
    }
    if (length == 0) return {};
    offset -= prefix_.size();
    if (fd_ >= 0) return read_file(offset, length, into);
    into.append(memory_, offset, length);
    return {};
}

}  // namespace helio::storage
