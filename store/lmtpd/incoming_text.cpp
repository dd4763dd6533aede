#include "store/lmtpd/incoming_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "common/storage/errc.h"

namespace helio::store::lmtp {
namespace {

std::unexpected<Error> system_error(const char* what) {
    const int number = errno;
    const auto code = number == ENOSPC || number == EDQUOT ? storage::errc::no_space : storage::errc::io;
    return fail(code, std::string(what) + ": " + std::strerror(number));
}

}  // namespace

IncomingText::~IncomingText() {
    limits_.memory.give(memory_taken_);
    limits_.files.give(file_taken_);
    if (fd_ >= 0) ::close(fd_);
}

Result<> IncomingText::append(std::string_view bytes) {
    if (fd_ >= 0) return write_file(bytes);
    if (memory_.size() + bytes.size() <= limits_.message_memory_bytes && limits_.memory.take(bytes.size())) {
        memory_taken_ += bytes.size();
        memory_ += bytes;
        return {};
    }
    auto moved = move_to_file();
    if (!moved) return moved;
    return write_file(bytes);
}

Result<> IncomingText::move_to_file() {
    fd_ = ::open(limits_.folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd_ < 0) return system_error("spool file");
    auto moved = write_file(memory_);
    if (!moved) return moved;
    std::string().swap(memory_);
    limits_.memory.give(std::exchange(memory_taken_, 0));
    return {};
}

Result<> IncomingText::write_file(std::string_view bytes) {
    if (!limits_.files.take(bytes.size())) return fail(storage::errc::no_space, "spool budget");
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

Result<> IncomingText::read_file(std::uint64_t offset, std::size_t length, std::string& into) const {
    const auto begin = into.size();
    into.resize(begin + length);
    for (std::size_t done = 0; done < length;) {
        const auto got = ::pread(fd_, into.data() + begin + done, length - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("spool file");
        if (got == 0) return fail(storage::errc::io, "the spool file is short");
        done += static_cast<std::size_t>(got);
    }
    return {};
}

Result<> IncomingText::read(std::uint64_t offset, std::size_t length, std::string& into) const {
    if (offset > size() || length > size() - offset) return fail(storage::errc::io, "read behind the end");
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

}  // namespace helio::store::lmtp
