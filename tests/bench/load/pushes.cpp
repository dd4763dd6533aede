#include "tests/bench/load/pushes.h"

#include <array>
#include <system_error>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace helio::bench {

Pushes::Pushes() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Pushes::~Pushes() { ::close(epoll_); }

void Pushes::add(int fd, unsigned user) {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &wanted) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    users_[fd] = user;
}

Task<> Pushes::read(std::function<void(unsigned user, std::string_view bytes)> each) {
    constexpr auto look_up = std::chrono::milliseconds(50);  // whether to stop
    std::array<epoll_event, 256> events{};
    std::array<char, 4096> buffer{};
    while (!stopped_) {
        auto& worker = net::Worker::current();
        const bool ready =
            co_await worker.wait_fd(epoll_, net::Worker::Readiness::readable, base::system_clock().now() + look_up);
        const int count = ready ? ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0) : 0;
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
            if (got > 0) each(users_.at(fd), {buffer.data(), static_cast<std::size_t>(got)});
        }
    }
}

}  // namespace helio::bench
