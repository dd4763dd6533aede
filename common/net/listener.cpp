#include "common/net/listener.h"

#include <cerrno>
#include <cstring>
#include <set>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/ids.h"
#include "common/base/startup_error.h"
#include "common/net/activated_sockets.h"
#include "common/net/fd_transport.h"
#include "common/net/proxy_protocol.h"

namespace helio::net {

ListenerConfig read_listener_config(config::Section section, std::string name) {
    ListenerConfig config;
    config.name = std::move(name);
    const auto endpoint = Endpoint::parse(section.text("listen"));
    if (!endpoint) section.refuse("listen", "must be address:port such as \"127.0.0.1:143\" or \"[::]:143\"");
    config.endpoint = *endpoint;
    const auto tls = section.choice("tls", {"starttls", "implicit", "none"}, "starttls");
    config.implicit_tls = tls == 1;
    config.starttls = tls == 0;
    for (const auto& text : section.texts("proxy_protocol_from")) {
        const auto network = Network::parse(text);
        if (!network) section.refuse("proxy_protocol_from", fmt::format("holds '{}', which is no network", text));
        config.proxy_protocol_from.push_back(*network);
    }
    return config;
}

namespace {

constexpr auto handshake_limit = std::chrono::seconds(30);
constexpr auto exhausted_pause = milliseconds(100);
constexpr int accepts_per_wake = 64;
constexpr auto between_turns = milliseconds(1);  // others of the worker run

[[noreturn]] void refuse_bind(const ListenerConfig& config, const char* call) {
    const int error = errno;
    const char* remedy = error == EADDRINUSE      ? "; stop what listens there or change 'listen'"
                         : error == EACCES        ? "; ports below 1024 need systemd socket activation or root"
                         : error == EADDRNOTAVAIL ? "; the address must be this machine's own"
                                                  : "";
    throw base::StartupError(
        fmt::format("{}: {} {}: {}{}", config.name, call, config.endpoint.to_string(), std::strerror(error), remedy));
}

int bind_socket(const ListenerConfig& config) {
    if (const auto passed = take_activated_socket(config.name)) return *passed;
    const int family = config.endpoint.address.is_v4() ? AF_INET : AF_INET6;
    const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) refuse_bind(config, "socket");
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_storage address;
    const auto length = to_sockaddr(config.endpoint, address);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0) refuse_bind(config, "bind");
    if (::listen(fd, config.backlog) != 0) refuse_bind(config, "listen");
    return fd;
}

}  // namespace

struct Listener::Impl {
    Impl(Runtime& of, ListenerConfig with, std::shared_ptr<TlsSource> source, Service& to, SessionSet& set,
         const logging::Logger& logger, base::Registry& metrics)
        : runtime(of),
          config(std::move(with)),
          tls(std::move(source)),
          service(to),
          sessions(set),
          log(logger),
          accepted(metrics.counter("helio_connections_total", "Connections accepted",
                                   fmt::format("listener=\"{}\"", config.name))),
          refused(metrics.counter("helio_connections_refused_total", "Connections over a limit",
                                  fmt::format("listener=\"{}\"", config.name))) {}

    Runtime& runtime;
    const ListenerConfig config;
    const std::shared_ptr<TlsSource> tls;
    Service& service;
    SessionSet& sessions;
    const logging::Logger& log;
    base::Counter& accepted;
    base::Counter& refused;
    Endpoint endpoint;
    int fd = -1;
    std::unique_ptr<FdWaiter> waiter;  // on worker 0, while accepting
    bool accepting = false;
    base::SteadyTime exhausted_logged{};
    base::Event ended;
};

namespace {

template <class ImplPtr>
Task<bool> take_proxy_header(ImplPtr impl, Wire& wire, Endpoint& client) {
    if (!contains(impl->config.proxy_protocol_from, client.address)) co_return true;
    const auto deadline = std::chrono::steady_clock::now() + handshake_limit;
    std::string bytes;
    for (;;) {
        auto more = co_await wire.read_some(most_proxy_header_bytes, deadline);
        if (!more) co_return false;
        bytes += *more;
        const auto before = bytes.size() - more->size();
        const auto parsed = parse_proxy_header(bytes);
        if (!parsed) {
            impl->log.info("net.bad_proxy_header", {{"listener", impl->config.name},
                                                    {"peer", client.address.to_string()},
                                                    {"reason", parsed.error().detail}});
            co_return false;
        }
        if (parsed->need_more) continue;
        wire.unread(more->size() - (parsed->header.length - before));
        if (parsed->header.client) client = *parsed->header.client;
        co_return true;
    }
}

template <class ImplPtr>
Task<bool> secure(ImplPtr impl, Wire& wire, const Endpoint& client) {
    if (!impl->config.implicit_tls) co_return true;
    const auto deadline = std::chrono::steady_clock::now() + handshake_limit;
    auto agreed = co_await wire.start_tls_server(impl->tls->current(), deadline);
    if (!agreed)
        impl->log.info("net.tls_failed", {{"listener", impl->config.name},
                                          {"peer", client.address.to_string()},
                                          {"reason", to_string(agreed.error())}});
    co_return agreed.has_value();
}

// From accept to a connection that a service can take; null when there will be none.
// Not inlined: its frame would become a part of its caller's (1.6 KiB for as long as the session lives).
template <class ImplPtr>
[[gnu::noinline]] Task<std::unique_ptr<Connection>> prepare(ImplPtr impl, int fd, Endpoint peer) {
    auto transport = std::make_unique<FdTransport>(Worker::current(), fd, peer, local_endpoint(fd));
    auto* const raw = transport.get();
    const auto local = transport->local();
    Wire wire(std::move(transport));
    auto client = peer;
    const bool known = co_await take_proxy_header(impl, wire, client);
    if (!known) co_return nullptr;
    // The place is taken before the handshake: half-open TLS counts against the address too.
    auto token = impl->sessions.enter(client.address);
    if (!token) {
        impl->refused.add();
        impl->log.info("net.too_many", {{"listener", impl->config.name}, {"peer", client.address.to_string()}});
        if (!impl->config.implicit_tls)
            co_await wire.write(impl->service.too_many(), std::chrono::steady_clock::now() + std::chrono::seconds(1));
        co_return nullptr;
    }
    token->on_interrupt([raw] { raw->interrupt(); });
    const bool secured = co_await secure(impl, wire, client);
    if (!secured) co_return nullptr;
    co_return std::make_unique<Connection>(Connection{std::move(wire), client, local, base::new_id(), impl->config.name,
                                                      std::move(*token), impl->config.starttls});
}

// One connection from accept to close. Its frame lives as long as the session, so it keeps next to nothing.
template <class ImplPtr>
Task<> run_connection(ImplPtr impl, int fd, Endpoint peer) {
    auto connection = co_await prepare(impl, fd, peer);  // that frame is gone when this line is done
    if (!connection) co_return;
    auto session = impl->service.serve(std::move(*connection));
    connection.reset();
    co_await std::move(session);
}

template <class ImplPtr>
void start_connection(ImplPtr impl, int fd, Endpoint peer) {
    impl->accepted.add();
    base::start(run_connection(impl, fd, peer), [impl](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            impl->log.error("net.session_failed", {{"listener", impl->config.name}, {"reason", error.what()}});
        }
    });
}

enum class Accepted { all, some, no_room };

// Takes what waits, a bounded number at a time.
template <class ImplPtr>
Accepted accept_some(const ImplPtr& impl) {
    for (int i = 0; i < accepts_per_wake; ++i) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        const int fd =
            ::accept4(impl->fd, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            const auto peer = from_sockaddr(address);
            impl->runtime.next().post([impl, fd, peer] { start_connection(impl, fd, peer); });
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) return Accepted::all;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return Accepted::no_room;
    }
    return Accepted::some;
}

template <class ImplPtr>
void note_exhausted(const ImplPtr& impl) {
    const auto now = std::chrono::steady_clock::now();
    if (now - impl->exhausted_logged <= std::chrono::minutes(1)) return;
    impl->exhausted_logged = now;
    impl->log.error("net.out_of_descriptors",
                    {{"listener", impl->config.name}, {"remedy", "raise LimitNOFILE or lower limits.sessions"}});
}

template <class ImplPtr>
Task<> accept_loop(ImplPtr impl) {
    while (impl->accepting) {
        switch (accept_some(impl)) {
            case Accepted::all:
                co_await impl->waiter->wait(Worker::Readiness::readable, never);  // false: accepting is over
                break;
            case Accepted::some:
                co_await Worker::current().sleep_for(between_turns);
                break;
            case Accepted::no_room:
                note_exhausted(impl);
                co_await Worker::current().sleep_for(exhausted_pause);
                break;
        }
    }
    impl->waiter.reset();
    impl->ended.notify();
}

}  // namespace

Listener::Listener(Runtime& runtime, ListenerConfig config, std::shared_ptr<TlsSource> tls, Service& service,
                   SessionSet& sessions, const logging::Logger& log, base::Registry& metrics)
    : impl_(std::make_shared<Impl>(runtime, std::move(config), std::move(tls), service, sessions, log, metrics)) {
    if (impl_->config.implicit_tls && !impl_->tls)
        throw base::StartupError(
            fmt::format("{}: tls = \"implicit\" needs a [tls] certificate and key", impl_->config.name));
    impl_->fd = bind_socket(impl_->config);
    impl_->endpoint = local_endpoint(impl_->fd);
}

Listener::~Listener() {
    if (impl_->fd >= 0 && !impl_->waiter) ::close(impl_->fd);
}

const Endpoint& Listener::endpoint() const { return impl_->endpoint; }

void Listener::start() {
    auto impl = impl_;
    impl->runtime.worker(0).post([impl] {
        impl->accepting = true;
        impl->waiter = std::make_unique<FdWaiter>(Worker::current(), impl->fd, FdWaiter::Ownership::owned);
        base::start(accept_loop(impl), [](std::exception_ptr) {});
    });
}

Task<> Listener::stop() {
    if (!impl_->accepting) co_return;
    impl_->accepting = false;
    impl_->fd = -1;
    impl_->waiter->interrupt();
    co_await impl_->ended.wait();
}

}  // namespace helio::net
