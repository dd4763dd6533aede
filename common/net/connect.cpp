#include <cerrno>
#include <cstring>

#include <asio/ip/tcp.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/net/fd_transport.h"
#include "common/net/worker_impl.h"

namespace helio::net {
namespace {

// Outlives the caller when the resolver answers after the deadline.
struct Lookup {
    explicit Lookup(asio::io_context& context) : resolver(context) {}
    asio::ip::tcp::resolver resolver;
    base::Event answered;
    std::vector<Endpoint> endpoints;
    std::string failure;
    bool done = false;
};

void resolve(const std::shared_ptr<Lookup>& lookup, const HostPort& host) {
    lookup->resolver.async_resolve(
        host.host, std::to_string(host.port), asio::ip::tcp::resolver::numeric_service,
        [lookup](const asio::error_code& error, const asio::ip::tcp::resolver::results_type& results) {
            if (error) lookup->failure = error.message();
            for (const auto& entry : results) {
                const auto found = Address::parse(entry.endpoint().address().to_string());
                if (found) lookup->endpoints.push_back({*found, entry.endpoint().port()});
            }
            lookup->done = true;
            lookup->answered.notify();
        });
}

Task<Result<std::vector<Endpoint>>> addresses_of(const HostPort& host, SteadyTime deadline) {
    if (const auto literal = Address::parse(host.host)) co_return std::vector{Endpoint{*literal, host.port}};
    auto& worker = Worker::current();
    const auto lookup = std::make_shared<Lookup>(worker.impl().context);
    resolve(lookup, host);
    if (!lookup->done) co_await worker.wait(lookup->answered, deadline);
    if (!lookup->done) co_return fail(errc::timed_out, fmt::format("looking up {}", host.host));
    if (lookup->endpoints.empty())
        co_return fail(errc::name_unknown, fmt::format("{}: {}", host.host, lookup->failure));
    co_return std::move(lookup->endpoints);
}

Task<Result<std::unique_ptr<Transport>>> connect_one(Endpoint endpoint, SteadyTime deadline) {
    const int fd =
        ::socket(endpoint.address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) co_return fail(errc::io, fmt::format("socket: {}", std::strerror(errno)));
    auto transport = std::make_unique<FdTransport>(Worker::current(), fd, endpoint, Endpoint{});
    sockaddr_storage address;
    const auto length = to_sockaddr(endpoint, address);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), length) != 0) {
        if (errno != EINPROGRESS)
            co_return fail(errc::refused, fmt::format("{}: {}", endpoint.to_string(), std::strerror(errno)));
        const bool ready = co_await transport->wait(Worker::Readiness::writable, deadline);
        if (!ready) co_return fail(errc::timed_out, fmt::format("connecting to {}", endpoint.to_string()));
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0)
            co_return fail(errc::refused, fmt::format("{}: {}", endpoint.to_string(), std::strerror(error)));
    }
    co_return transport;
}

}  // namespace

Task<Result<std::unique_ptr<Transport>>> connect(HostPort host, SteadyTime deadline) {
    auto endpoints = co_await addresses_of(host, deadline);
    if (!endpoints) co_return fail(endpoints.error());
    Error last{make_error_code(errc::refused), host.to_string()};
    for (const auto& endpoint : *endpoints) {
        auto transport = co_await connect_one(endpoint, deadline);
        if (transport) co_return std::move(*transport);
        last = transport.error();
    }
    co_return fail(last);
}

}  // namespace helio::net
