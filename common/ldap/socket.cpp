#include "common/ldap/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/ldap/errc.h"

namespace helio::ldap {
namespace {

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

int milliseconds_until(base::SteadyTime deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 600'000));
}

// 0, or why the connection could not be made.
int finish_connect(int fd, const addrinfo& address, base::SteadyTime deadline) {
    if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    if (::poll(&waiting, 1, milliseconds_until(deadline)) != 1) return ETIMEDOUT;
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

void set_options(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

}  // namespace

Result<int> connect_socket(const std::string& host, int port, base::SteadyTime deadline) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* raw = nullptr;
    if (const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw); code != 0)
        return fail(errc::unavailable, host + ": " + ::gai_strerror(code));
    const std::unique_ptr<addrinfo, FreeAddresses> list(raw);
    int error = ETIMEDOUT;
    for (const auto* address = raw; address != nullptr; address = address->ai_next) {
        const int fd = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) return fail(errc::unavailable, std::strerror(errno));
        error = finish_connect(fd, *address, deadline);
        if (error == 0) {
            set_options(fd);
            return fd;
        }
        ::close(fd);
    }
    return fail(errc::unavailable, std::strerror(error));
}

SocketWatch::SocketWatch(int fd, base::SteadyTime deadline)
    : thread_([this, fd, deadline](const std::stop_token& stop) { run(stop, fd, deadline); }) {}

void SocketWatch::run(const std::stop_token& stop, int fd, base::SteadyTime deadline) {
    std::unique_lock lock(lock_);
    ended_.wait_until(lock, stop, deadline, [] { return false; });
    if (!stop.stop_requested()) ::shutdown(fd, SHUT_RDWR);
}

}  // namespace helio::ldap
