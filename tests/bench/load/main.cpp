// helio-bench: load for any LMTP, SMTP, IMAP or POP3 server, from one thread. See tests/bench/README.md.
#include <fstream>
#include <iostream>

#include <signal.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/base/startup_error.h"
#include "tests/bench/load/report.h"
#include "tests/bench/load/run.h"
#include "tests/bench/load/usage.h"

namespace helio::bench {

bool Run::take_one() {
    if (options.count != 0 && taken == options.count) return false;
    if (base::system_clock().now() >= stop_at) return false;
    ++taken;
    return true;
}

namespace {

double seconds_since(base::SteadyTime began) {
    return std::chrono::duration<double>(base::system_clock().now() - began).count();
}

Task<> session_of(Run* run, unsigned index) {
    switch (run->options.mode) {
        case Mode::lmtp:
        case Mode::smtp:
            return mail_session(run);
        case Mode::imap_session:
            return imap_session(run);
        case Mode::imap_idle:
            return idle_session(run, index);
        case Mode::pop3:
            return pop3_session(run);
        case Mode::imap_commands:
            return imap_commands(run);
        case Mode::imap_append:
            return append_session(run);
    }
    std::abort();
}

// Starts all sessions; `left` counts down and `ended` fires at the last one's end.
struct Group {
    std::size_t left = 0;
    base::Event ended;
    void start(Task<> task) {
        ++left;
        base::start(std::move(task), [this](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
            if (--left == 0) ended.notify();
        });
    }
};

// Holds the connections for the duration and ends them; the seconds from `began` until all were connected.
Task<double> hold_idle(Run* run, Measured* measured, base::SteadyTime began) {
    co_await run->all_connected.wait();
    const double connecting = seconds_since(began);
    const auto before = usage_of(run->options.pids, false);
    const auto held_from = base::system_clock().now();
    run->stop_at = held_from + run->options.duration;
    if (run->options.deliver) {
        base::Event ended;
        base::start(read_pushes(run), [&ended](std::exception_ptr) { ended.notify(); });
        co_await deliver_to_idle(run);
        run->pushes.stop();
        co_await ended.wait();
    }
    while (base::system_clock().now() < run->stop_at) co_await net::Worker::current().sleep_for(net::milliseconds(100));
    measured->server = usage_of(run->options.pids, true);
    measured->idle_cpu_share = (measured->server.cpu_seconds - before.cpu_seconds) / seconds_since(held_from);
    measured->alive = run->idle.size();
    for (auto* wire : std::vector<net::Wire*>(run->idle.begin(), run->idle.end())) wire->interrupt();
    run->all_over.notify();
    co_return connecting;
}

// Until the first connections of imap-idle are there, whose memory is left out with the fixed parts.
Task<> take_base(Run* run, Measured* measured) {
    while (run->connected < run->options.base) co_await net::Worker::current().sleep_for(net::milliseconds(1));
    co_await net::Worker::current().sleep_for(net::milliseconds(300));  // processes behind the logins come to rest
    measured->base = usage_of(run->options.pids, true).memory;
    measured->base_alive = run->idle.size();
}

Task<> measure(Run* run, Measured* measured) {
    const auto& options = run->options;
    const auto before = usage_of(options.pids, false);
    const auto own_before = own_cpu_seconds();
    const auto began = base::system_clock().now();
    run->stop_at = began + options.duration;
    Group group;
    const bool is_idle = options.mode == Mode::imap_idle;
    const unsigned sessions = options.mode == Mode::imap_commands ? 1 : options.connections;
    // A few logins at a time, so that the server's queue of new connections does not decide.
    for (unsigned i = 0; i < sessions; ++i) {
        group.start(session_of(run, i));
        if (!is_idle) continue;
        while (i + 1 - run->connected > 32) co_await net::Worker::current().sleep_for(net::milliseconds(1));
        if (i + 1 == options.base) co_await take_base(run, measured);
    }
    if (is_idle) {
        measured->seconds = co_await hold_idle(run, measured, began);
    }
    if (group.left > 0) co_await group.ended.wait();
    if (!is_idle) {
        measured->seconds = seconds_since(began);
        measured->server = usage_of(options.pids, false);
    }
    measured->server_cpu_seconds = measured->server.cpu_seconds - before.cpu_seconds;
    measured->own_cpu_seconds = own_cpu_seconds() - own_before;
}

std::shared_ptr<const net::TlsContext> make_tls(const Options& options) {
    net::TlsConfig config;
    config.is_server = false;
    config.files = {options.certificate, options.key};
    config.ca_file = options.ca_file;
    config.peer_check = options.ca_file.empty() ? net::PeerCheck::none : net::PeerCheck::required;
    return net::TlsContext::load(config);
}

void raise_descriptor_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int run_bench(const Options& options) {
    raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);
    Run run(options);
    if (options.security != Security::none || options.deliver_security != Security::none) run.tls = make_tls(options);
    Measured measured;
    net::Worker worker;
    worker.run_until_done(measure(&run, &measured));
    const bool has_table = options.mode != Mode::imap_commands;
    if (has_table || run.recorder.failures() > 0) std::cout << to_table(run, measured) << std::flush;
    if (has_table && !options.json_file.empty())
        std::ofstream(options.json_file, std::ios::app) << to_json(run, measured) << '\n';
    return run.recorder.successes() > 0 ? 0 : 1;
}

}  // namespace
}  // namespace helio::bench

int main(int argc, char** argv) {
    const auto options = helio::bench::parse_options(argc, argv);
    try {
        return helio::bench::run_bench(options);
    } catch (const helio::base::StartupError& error) {
        std::cerr << "helio-bench: " << error.what() << '\n';
        return 78;
    }
}
