// idle_memory: what an idle connection costs a line-protocol server, plain and TLS. The clients live in a child
// process. Usage: idle_memory [connections]; fails above 3 KiB (plain) and 20 KiB (TLS) each. Not a timed test.
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/net/listener.h"
#include "tests/support/certificates.h"

using namespace helio;
using namespace helio::net;

namespace {

constexpr double plain_limit_kib = 3;
constexpr double tls_limit_kib = 20;

SteadyTime soon() { return std::chrono::steady_clock::now() + std::chrono::minutes(2); }

class LineService final : public Service {
public:
    Task<> serve(Connection connection) override {
        for (;;) {
            const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(30);
            auto next = co_await connection.wire.await_command(deadline);
            if (!next) co_return;
            auto line = co_await connection.wire.read_line(1000, deadline);
            if (!line) co_return;
            const auto answer = std::string(*line) + "\r\n";
            auto sent = co_await connection.wire.write(answer, soon());
            if (!sent) co_return;
        }
    }
    std::string_view too_many() const override { return {}; }
};

Task<> hold(std::uint16_t port, int count, std::shared_ptr<const TlsContext> tls,
            std::vector<std::unique_ptr<Wire>>& held) {
    for (int i = 0; i < count; ++i) {
        auto transport = co_await connect({"127.0.0.1", port}, soon());
        if (!transport) throw std::runtime_error(to_string(transport.error()));
        auto wire = std::make_unique<Wire>(std::move(*transport));
        if (tls) {
            auto secured = co_await wire->start_tls_client(tls, "127.0.0.1", soon());
            if (!secured) throw std::runtime_error(to_string(secured.error()));
        }
        co_await wire->write("hello\r\n", soon());
        auto answer = co_await wire->read_line(100, soon());
        if (!answer) throw std::runtime_error(to_string(answer.error()));
        held.push_back(std::move(wire));
    }
}

// The child: opens its connections when told to, says so, leaves when told to.
int run_clients(std::uint16_t port, int count, const TlsConfig* tls, int read_fd, int write_fd) {
    char byte = 0;
    if (::read(read_fd, &byte, 1) != 1) return 1;
    Worker worker;
    std::vector<std::unique_ptr<Wire>> held;
    worker.run_until_done(hold(port, count, tls ? TlsContext::load(*tls) : nullptr, held));
    if (::write(write_fd, "r", 1) != 1 || ::read(read_fd, &byte, 1) != 1) return 1;
    return 0;
}

long resident_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
}

struct Site {
    test::Certificates certificates;
    TlsConfig server{.files = certificates.issue({"localhost"}), .by_server_name = {}, .ca_file = {}};
    TlsConfig client{.files = {},
                     .by_server_name = {},
                     .ca_file = certificates.ca_file(),
                     .peer_check = PeerCheck::required,
                     .is_server = false};
};

Task<> end(Listener& listener, SessionSet& sessions) {
    co_await listener.stop();
    sessions.close();
    co_await sessions.drain(std::chrono::steady_clock::now());
}

double kib_each(int count, Site* site) {
    logging::Logger log({.level = logging::Level::error, .format = {}, .file = {}}, "test");
    base::Registry metrics;
    Runtime runtime(1);
    LineService service;
    const auto all = static_cast<std::size_t>(count) + 10;
    SessionSet sessions({.total = all, .per_address = all, .per_user = all});
    Listener listener(runtime,
                      {.name = "line",
                       .endpoint = *Endpoint::parse("127.0.0.1:0"),
                       .implicit_tls = site != nullptr,
                       .proxy_protocol_from = {}},
                      site ? std::make_shared<TlsSource>(site->server) : nullptr, service, sessions, log, metrics);
    runtime.on_stop([&] { return end(listener, sessions); });
    int to_child[2];
    int from_child[2];
    if (::pipe(to_child) != 0 || ::pipe(from_child) != 0) return 1e9;
    const auto child = ::fork();  // before any thread of ours
    if (child == 0)
        ::_exit(
            run_clients(listener.endpoint().port, count, site ? &site->client : nullptr, to_child[0], from_child[1]));
    ::close(from_child[1]);  // a child that dies gives end of file instead of silence
    listener.start();
    std::thread thread([&] { runtime.run(); });
    const auto before = resident_kib();
    char byte = 0;
    const bool connected = ::write(to_child[1], "g", 1) == 1 && ::read(from_child[0], &byte, 1) == 1;
    const auto after = resident_kib();
    const auto inside = sessions.size();
    [[maybe_unused]] const auto told = ::write(to_child[1], "e", 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    runtime.request_stop();
    thread.join();
    if (!connected || inside != static_cast<std::size_t>(count)) {
        std::cerr << "only " << inside << " connections\n";
        return 1e9;
    }
    return static_cast<double>(after - before) / count;
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::stoi(argv[1]) : 10'000;
    const rlimit files{static_cast<rlim_t>(count) + 200, static_cast<rlim_t>(count) + 200};
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0) {
        rlimit now{};
        ::getrlimit(RLIMIT_NOFILE, &now);
        if (now.rlim_max < files.rlim_cur) return std::cerr << "needs more descriptors: ulimit -n\n", 77;
    }
    ::signal(SIGPIPE, SIG_IGN);
    Site site;
    const auto plain = kib_each(count, nullptr);
    std::cout << fmt::format("plain: {:.2f} KiB per idle connection\n", plain);
    const auto tls = kib_each(count, &site);
    std::cout << fmt::format("TLS: {:.2f} KiB per idle connection\n", tls);
    return plain <= plain_limit_kib && tls <= tls_limit_kib ? 0 : 1;
}
