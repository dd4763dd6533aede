#include <atomic>
#include <csignal>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

#include "common/net/fd_waiter.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::net;

namespace {

SteadyTime soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }
SteadyTime at_once() { return std::chrono::steady_clock::now() + milliseconds(1); }

struct Sockets {
    Sockets() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0); }
    ~Sockets() {
        for (const int end : ends)
            if (end >= 0) ::close(end);
    }
    int ends[2] = {-1, -1};
};

void put_byte(int fd) { REQUIRE(::send(fd, "x", 1, MSG_NOSIGNAL) == 1); }
void take_byte(int fd) {
    char byte = 0;
    REQUIRE(::recv(fd, &byte, 1, 0) == 1);
}

}  // namespace

TEST_CASE("posted functions run in order, those of other threads too", "[net]") {
    Worker worker;
    std::vector<int> order;
    worker.post([&] {
        order.push_back(1);
        worker.post([&] { order.push_back(3); });
    });
    worker.post([&] { order.push_back(2); });
    std::thread other([&] {
        for (int i = 0; i < 1000; ++i)
            worker.post([&, i] {
                if (i == 999) worker.stop();
            });
    });
    worker.run();
    other.join();
    worker.run_ready();  // the stop may have come before the third
    CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("a stop that came before the run ends it, and what was posted runs the next time", "[net]") {
    Worker worker;
    bool ran = false;
    worker.stop();
    worker.post([&] { ran = true; });
    worker.run();
    CHECK_FALSE(ran);
    worker.run_ready();
    CHECK(ran);
}

TEST_CASE("what was posted and never ran is destroyed with its worker", "[net]") {
    const auto held = std::make_shared<int>(1);
    {
        Worker worker;
        worker.post([held, &worker] { worker.post([held] {}); });
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("a wait for a descriptor ends with its readiness, its deadline or an interruption", "[net]") {
    Worker worker;
    Sockets sockets;
    worker.run_until_done([](Worker& home, Sockets& pair) -> Task<> {
        FdWaiter waiter(home, pair.ends[0], FdWaiter::Ownership::borrowed);
        const bool nothing = co_await waiter.wait(Worker::Readiness::readable, at_once());
        CHECK_FALSE(nothing);
        put_byte(pair.ends[1]);
        const bool something = co_await waiter.wait(Worker::Readiness::readable, soon());
        CHECK(something);
        take_byte(pair.ends[0]);
        const bool nothing_again = co_await waiter.wait(Worker::Readiness::readable, at_once());
        CHECK_FALSE(nothing_again);
        const bool room = co_await waiter.wait(Worker::Readiness::writable, soon());
        CHECK(room);
        home.post([&waiter] { waiter.nudge(); });
        const bool nudged = co_await waiter.wait(Worker::Readiness::readable, soon());
        CHECK_FALSE(nudged);
        home.post([&waiter] { waiter.interrupt(); });
        const bool interrupted = co_await waiter.wait(Worker::Readiness::readable, soon());
        CHECK_FALSE(interrupted);
        put_byte(pair.ends[1]);
        const bool still = co_await waiter.wait(Worker::Readiness::readable, soon());
        CHECK_FALSE(still);
    }(worker, sockets));
}

TEST_CASE("readiness that came while nobody waited is not lost", "[net]") {
    Worker worker;
    Sockets sockets;
    worker.run_until_done([](Worker& home, Sockets& pair) -> Task<> {
        FdWaiter waiter(home, pair.ends[0], FdWaiter::Ownership::borrowed);
        const bool nothing = co_await waiter.wait(Worker::Readiness::readable, at_once());
        CHECK_FALSE(nothing);
        put_byte(pair.ends[1]);
        co_await home.sleep_for(milliseconds(2));  // the loop hears of it, the waiter does not
        const bool something = co_await waiter.wait(Worker::Readiness::readable, soon());
        CHECK(something);
    }(worker, sockets));
}

TEST_CASE("a peer that hangs up ends the waits in both directions", "[net]") {
    Worker worker;
    Sockets sockets;
    int ended = 0;
    worker.run_until_done([](Worker& home, Sockets& pair, int& count) -> Task<> {
        FdWaiter waiter(home, pair.ends[0], FdWaiter::Ownership::borrowed);
        std::string filling(1 << 20, 'x');
        while (::send(pair.ends[0], filling.data(), filling.size(), MSG_NOSIGNAL) > 0) continue;
        const auto wait = [](FdWaiter& of, Worker::Readiness readiness, int& counted) -> Task<> {
            const bool ready = co_await of.wait(readiness, soon());
            counted += ready ? 1 : 0;
        };
        base::start(wait(waiter, Worker::Readiness::readable, count), [](std::exception_ptr) {});
        base::start(wait(waiter, Worker::Readiness::writable, count), [](std::exception_ptr) {});
        CHECK(count == 0);
        ::close(std::exchange(pair.ends[1], -1));
        while (count < 2) co_await home.sleep_for(milliseconds(1));
    }(worker, sockets, ended));
    CHECK(ended == 2);
}

TEST_CASE("a waiter that another one destroys in the same turn is not told any more", "[net]") {
    Worker worker;
    Sockets first;
    Sockets second;
    worker.run_until_done([](Worker& home, Sockets& one, Sockets& two) -> Task<> {
        auto gone = std::make_unique<FdWaiter>(home, two.ends[0], FdWaiter::Ownership::borrowed);
        const bool nothing = co_await gone->wait(Worker::Readiness::readable, at_once());
        CHECK_FALSE(nothing);
        put_byte(one.ends[1]);
        put_byte(two.ends[1]);
        const bool ready = co_await home.wait_fd(one.ends[0], Worker::Readiness::readable, soon());
        CHECK(ready);
        gone.reset();
        co_await home.sleep_for(milliseconds(1));
    }(worker, first, second));
}

TEST_CASE("the pool runs what was posted before it ends", "[net]") {
    std::atomic<int> ran = 0;
    {
        Pool pool(3);
        for (int i = 0; i < 100; ++i) pool.post([&ran] { ++ran; });
    }
    CHECK(ran == 100);
}

TEST_CASE("SIGHUP reloads and SIGTERM runs the steps of the orderly end", "[net]") {
    Runtime runtime(2);
    std::vector<std::string> seen;
    runtime.on_reload([&] {
        seen.emplace_back("reload");
        ::kill(::getpid(), SIGTERM);
    });
    runtime.on_stop([&]() -> Task<> {
        seen.emplace_back("stop");
        co_return;
    });
    runtime.worker(0).post([] { ::kill(::getpid(), SIGHUP); });
    CHECK(runtime.run() == 0);
    CHECK(seen == std::vector<std::string>{"reload", "stop"});
}
