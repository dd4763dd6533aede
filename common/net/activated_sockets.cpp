#include "common/net/activated_sockets.h"

#include <cstdlib>
#include <map>
#include <mutex>

#include <fcntl.h>
#include <unistd.h>

#include "common/base/text.h"

namespace helio::net {
namespace {

constexpr int first_passed_fd = 3;  // SD_LISTEN_FDS_START

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::multimap<std::string, int> read_environment() {
    std::multimap<std::string, int> sockets;
    if (base::parse_number(environment("LISTEN_PID")) != static_cast<std::uint64_t>(::getpid())) return sockets;
    const auto count = base::parse_number32(environment("LISTEN_FDS")).value_or(0);
    const auto names_text = environment("LISTEN_FDNAMES");
    const auto names = base::split(names_text, ':');
    for (unsigned i = 0; i < count && i < 64; ++i) {
        const int fd = first_passed_fd + static_cast<int>(i);
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
        sockets.emplace(i < names.size() ? std::string(names[i]) : std::string(), fd);
    }
    return sockets;
}

/// What nobody took yet.
struct Passed {
    std::mutex lock;
    std::multimap<std::string, int> sockets = read_environment();
};

Passed& passed() {
    static Passed all;
    return all;
}

}  // namespace

std::optional<int> take_activated_socket(const std::string& name) {
    auto& [lock, sockets] = passed();
    const std::lock_guard guard(lock);
    const auto found = sockets.find(name);
    if (found == sockets.end()) return std::nullopt;
    const int fd = found->second;
    sockets.erase(found);
    return fd;
}

void warn_of_unused_sockets(const logging::Logger& log) {
    auto& [lock, sockets] = passed();
    const std::lock_guard guard(lock);
    for (const auto& [name, fd] : sockets) {
        ::close(fd);
        log.warning("net.socket_unused",
                    {{"name", name}, {"remedy", "add [listeners." + name + "] or disable the socket's unit"}});
    }
    sockets.clear();
}

}  // namespace helio::net
