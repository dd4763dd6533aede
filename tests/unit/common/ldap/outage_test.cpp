// The directory client while its slapd hangs, dies, comes back, or never was one.
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/ldap/pooled_directory.h"
#include "tests/support/ask.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/processes.h"
#include "tests/support/slapd_fixture.h"

using namespace helio;
using namespace helio::ldap;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::ask;

namespace {

constexpr milliseconds short_timeout{2'000};
// Nobody waits longer than the time limit; a busy machine may be late, but not by this much.
constexpr milliseconds far_too_long{8'000};

Config short_config(const test::Slapd& slapd) {
    auto config = slapd.client_config();
    config.timeout = short_timeout;
    config.cache_ttl = seconds(60);
    config.stale_limit = seconds(600);
    return config;
}

// Accepts connections (the kernel does) and never says a word.
class BlackHole {
public:
    BlackHole() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(fd_, 100) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
            throw std::runtime_error("no black hole");
        port_ = ntohs(address.sin_port);
    }
    ~BlackHole() { ::close(fd_); }
    BlackHole(const BlackHole&) = delete;
    BlackHole& operator=(const BlackHole&) = delete;
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

private:
    int fd_;
    std::uint16_t port_ = 0;
};

// Asks until the directory answers `wanted` for a name that is never cached; for outages that end in the background.
bool becomes(PooledDirectory& directory, Found wanted) {
    const auto give_up = steady_clock::now() + seconds(60);
    for (int i = 0; steady_clock::now() < give_up; ++i) {
        const auto answer = ask(directory.find_login("nobody-" + std::to_string(i)));
        if (answer.found == wanted) return true;
        std::this_thread::yield();
    }
    return false;
}

struct Ticker {
    int ticks = 0;
    bool stop = false;
};

Task<> tick(Ticker& ticker) {
    while (!ticker.stop) {
        co_await net::Worker::current().sleep_for(milliseconds(1));
        ++ticker.ticks;
    }
}

Task<> ask_then_stop(PooledDirectory& directory, std::optional<Answer<User>>& answer, Ticker& ticker) {
    answer = co_await directory.find_login("alice");
    ticker.stop = true;
}

// The answer to a look-up, and how often a task on the same event loop ran meanwhile.
std::pair<Answer<User>, int> ask_beside_ticker(PooledDirectory& directory) {
    Ticker ticker;
    std::optional<Answer<User>> answer;
    std::vector<Task<>> tasks;
    tasks.push_back(tick(ticker));
    tasks.push_back(ask_then_stop(directory, answer, ticker));
    test::run_together(std::move(tasks));
    return {*answer, ticker.ticks};
}

}  // namespace

TEST_CASE("slapd hangs: cached answers go on, misses are unknown in time, and it heals", "[ldap][slapd]") {
    test::Slapd slapd;
    test::Surroundings around;
    test::ManualClock clock;
    PooledDirectory directory(short_config(slapd), around.log, around.metrics, clock);
    REQUIRE(becomes(directory, Found::absent));
    REQUIRE(ask(directory.find_login("alice")).found == Found::found);
    REQUIRE(ask(directory.find_login("absentee")).found == Found::absent);
    slapd.hang();

    CHECK(ask(directory.find_login("alice")).found == Found::found);
    auto began = steady_clock::now();
    CHECK(ask(directory.find_login("carol")).found == Found::unknown);
    CHECK(steady_clock::now() - began < far_too_long);

    clock.advance(seconds(61));  // what was cached is stale now
    began = steady_clock::now();
    CHECK(ask(directory.find_login("alice")).found == Found::found);
    CHECK(ask(directory.find_login("absentee")).found == Found::unknown);
    CHECK(steady_clock::now() - began < far_too_long);
    CHECK(around.metric("helio_ldap_answers_total{what=\"user\",from=\"stale\"}") >= 1);
    const auto alice = ask(directory.find_login("alice")).value;
    CHECK(ask(directory.verify_password(alice, base::Secret("secret-alice"))) == Proof::unknown);

    clock.advance(seconds(601));  // too stale
    CHECK(ask(directory.find_login("alice")).found == Found::unknown);

    slapd.resume();
    CHECK(becomes(directory, Found::absent));
    CHECK(ask(directory.find_login("alice")).found == Found::found);
    CHECK(directory.not_ready().empty());
}

TEST_CASE("slapd dies and comes back while many ask", "[ldap][slapd]") {
    test::Slapd slapd;
    test::Surroundings around;
    PooledDirectory directory(short_config(slapd), around.log, around.metrics);
    REQUIRE(becomes(directory, Found::absent));
    REQUIRE(ask(directory.find_login("alice")).found == Found::found);

    std::atomic<bool> stop = false;
    std::atomic<int> found = 0, unknown = 0, wrong = 0;
    std::atomic<std::int64_t> longest_ms = 0;
    std::vector<std::thread> threads;
    for (int worker = 0; worker < 3; ++worker)
        threads.emplace_back([&, worker] {
            for (int i = 0; !stop; ++i) {
                const auto began = steady_clock::now();
                // A name of its own each time, so that each is a miss: no user has it, so found would be wrong.
                const auto name = "user-" + std::to_string(worker) + "-" + std::to_string(i);
                const auto miss = ask(directory.find_login(name));
                const auto hit = ask(directory.find_login("alice"));
                const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began).count();
                longest_ms = std::max(longest_ms.load(), took);
                if (miss.found == Found::unknown) ++unknown;
                if (miss.found == Found::found || hit.found != Found::found) ++wrong;
                ++found;
            }
        });
    const auto go_on_until = [&](const std::atomic<int>& counter, int more) {
        const int target = counter + more;
        const auto give_up = steady_clock::now() + seconds(30);
        while (counter < target && steady_clock::now() < give_up) std::this_thread::yield();
        return counter >= target;
    };
    CHECK(go_on_until(found, 50));
    slapd.kill();
    CHECK(go_on_until(unknown, 20));
    slapd.start();
    CHECK(becomes(directory, Found::absent));
    slapd.hang();
    CHECK(go_on_until(unknown, 20));
    slapd.resume();
    CHECK(becomes(directory, Found::absent));
    slapd.kill();
    slapd.start();
    CHECK(becomes(directory, Found::absent));
    stop = true;
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(milliseconds(longest_ms) < far_too_long);
}

TEST_CASE("a lost connection is replaced before anybody notices", "[ldap][slapd]") {
    test::Slapd slapd;
    test::Surroundings around;
    auto config = slapd.client_config();
    config.connections = 1;
    PooledDirectory directory(config, around.log, around.metrics);
    REQUIRE(ask(directory.find_login("alice")).found == Found::found);
    slapd.kill();
    slapd.start();
    CHECK(becomes(directory, Found::absent));
    const auto bob = ask(directory.find_login("bob"));
    CHECK(bob.found == Found::found);
    CHECK(ask(directory.verify_password(bob.value, base::Secret("secret-bob"))) != Proof::rejected);
}

TEST_CASE("when the first server is dead or hangs, the next is used", "[ldap][slapd]") {
    test::Slapd slapd;
    BlackHole hole;
    test::Surroundings around;
    auto config = slapd.client_config();
    config.timeout = seconds(2);
    const auto refused = "ldap://127.0.0.1:" + std::to_string(test::free_port());
    for (const auto& first : {refused, "ldap://" + hole.address(), "ldaps://" + hole.address()}) {
        CAPTURE(first);
        config.urls = {first, slapd.url()};
        PooledDirectory directory(config, around.log, around.metrics);
        CHECK(becomes(directory, Found::absent));
        const auto alice = ask(directory.find_login("alice"));
        REQUIRE(alice.found == Found::found);
    }
}

TEST_CASE("when the server in use dies, the other takes over", "[ldap][slapd]") {
    test::Slapd one;
    test::Slapd two;
    test::Surroundings around;
    auto config = one.client_config();
    config.urls.push_back(two.url());
    PooledDirectory directory(config, around.log, around.metrics);
    REQUIRE(ask(directory.find_login("alice")).found == Found::found);
    CHECK(two.searches() == 0);
    one.kill();
    CHECK(becomes(directory, Found::absent));
    CHECK(ask(directory.find_login("bob")).found == Found::found);
    CHECK(two.searches() > 0);
    two.hang();
    one.start();
    CHECK(becomes(directory, Found::absent));
    CHECK(ask(directory.find_login("carol")).found == Found::found);
}

TEST_CASE("connections go back to the first server once it is there again", "[ldap][slapd]") {
    test::Slapd one;
    test::Slapd two;
    test::Surroundings around;
    auto config = one.client_config();
    config.urls.push_back(two.url());
    config.return_after = milliseconds(50);
    config.cache_ttl = milliseconds(0);
    config.negative_ttl = milliseconds(0);
    one.kill();
    PooledDirectory directory(config, around.log, around.metrics);
    REQUIRE(becomes(directory, Found::absent));
    REQUIRE(ask(directory.find_login("alice")).found == Found::found);
    CHECK(two.searches() > 0);
    one.start();
    const auto give_up = steady_clock::now() + seconds(20);
    bool home = false;
    while (!home && steady_clock::now() < give_up) {
        const auto before = one.searches();
        CHECK(ask(directory.find_login("alice")).found == Found::found);  // nobody notices the change
        home = one.searches() > before;
    }
    CHECK(home);
    two.kill();
    CHECK(ask(directory.find_login("bob")).found == Found::found);
}

TEST_CASE("no event loop stands still while a server accepts and stays silent", "[ldap]") {
    BlackHole hole;
    for (const char* scheme : {"ldap://", "ldaps://"}) {
        for (const bool start_tls : {false, true}) {
            CAPTURE(scheme, start_tls);
            test::Surroundings around;
            Config config;
            config.urls = {scheme + hole.address()};
            config.base_dn = "o=usergroup";
            config.default_domain = "example.test";
            config.timeout = milliseconds(300);
            config.start_tls = start_tls;
            PooledDirectory directory(config, around.log, around.metrics);
            const auto began = steady_clock::now();
            const auto [answer, ticks] = ask_beside_ticker(directory);
            CHECK(answer.found == Found::unknown);
            CHECK(ticks >= 5);
            CHECK(steady_clock::now() - began < far_too_long);
        }
    }
}

TEST_CASE("while no server can be reached, misses fail at once", "[ldap]") {
    test::Surroundings around;
    Config config;
    config.urls = {"ldap://127.0.0.1:" + std::to_string(test::free_port())};
    config.base_dn = "o=usergroup";
    config.default_domain = "example.test";
    config.timeout = seconds(5);
    PooledDirectory directory(config, around.log, around.metrics);
    const auto began = steady_clock::now();
    for (int i = 0; i < 100; ++i) REQUIRE(ask(directory.find_login("u" + std::to_string(i))).found == Found::unknown);
    CHECK(steady_clock::now() - began < seconds(5));
    CHECK_FALSE(directory.not_ready().empty());
    auto nobody = std::make_shared<User>();
    nobody->dn = "uid=x,o=usergroup";
    CHECK(ask(directory.verify_password(nobody, base::Secret("x"))) == Proof::unknown);
    CHECK(ask(directory.verify_password(nullptr, base::Secret("x"))) == Proof::unknown);
}
