#include "common/net/fd_transport.h"

#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace helio::net {

FdTransport::FdTransport(Worker& worker, int fd, Endpoint peer, Endpoint local)
    : waiter_(worker, fd, FdWaiter::Ownership::owned), peer_(peer), local_(local) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

namespace {
IoStep failed_step(Io would_block) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {would_block, 0};
    if (errno == ECONNRESET || errno == EPIPE || errno == ENOTCONN) return {Io::closed, 0};
    return {Io::failed, 0};
}
}  // namespace

IoStep FdTransport::try_read(std::span<char> into) {
    std::ignore = waiter_.take_readable();
    const auto got = ::recv(fd(), into.data(), into.size(), 0);
    // What comes later is found by wait().
    drained_ = got < 0 ? errno == EAGAIN : got > 0 && static_cast<std::size_t>(got) < into.size();
    if (got > 0) return {Io::done, static_cast<std::size_t>(got)};
    if (got == 0) return {Io::closed, 0};
    return failed_step(Io::want_read);
}

// A wait that ended for another reason leaves it as it is.
bool FdTransport::is_drained() {
    if (waiter_.take_readable()) drained_ = false;
    return drained_;
}

IoStep FdTransport::try_write(std::string_view bytes) {
    const auto sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) return {Io::done, static_cast<std::size_t>(sent)};
    return failed_step(Io::want_write);
}

Task<bool> FdTransport::wait(Worker::Readiness readiness, SteadyTime deadline) {
    return waiter_.wait(readiness, deadline);
}

void FdTransport::shutdown_write() { ::shutdown(fd(), SHUT_WR); }

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& into) {
    std::memset(&into, 0, sizeof into);
    const auto bytes = endpoint.address.bytes();
    if (endpoint.address.is_v4()) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(into);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        std::memcpy(&v4.sin_addr, bytes.data(), 4);
        return sizeof v4;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(into);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, bytes.data(), 16);
    return sizeof v6;
}

Endpoint from_sockaddr(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        return {Address::from_bytes({reinterpret_cast<const char*>(&v4.sin_addr), 4}), ntohs(v4.sin_port)};
    }
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    return {Address::from_bytes({reinterpret_cast<const char*>(&v6.sin6_addr), 16}), ntohs(v6.sin6_port)};
}

Endpoint local_endpoint(int fd) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
    return from_sockaddr(address);
}

}  // namespace helio::net
