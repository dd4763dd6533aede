#include "common/net/admin_server.h"

#include <fmt/format.h>

#include "common/base/text.h"

namespace helio::net {
namespace {

constexpr std::size_t request_line_bytes = 2048;
constexpr int most_header_lines = 100;
constexpr auto request_limit = std::chrono::seconds(10);

std::string response(int status, std::string_view reason, std::string_view type, std::string_view body) {
    return fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: "
        "close\r\n\r\n{}",
        status, reason, type, body.size(), body);
}

}  // namespace

struct AdminServer::Impl final : Service {
    Impl(Runtime& runtime, Endpoint at, const base::Registry& registry, std::function<std::string()> is_ready,
         const logging::Logger& log)
        : metrics(registry),
          ready(std::move(is_ready)),
          sessions({.total = 64, .per_address = 64, .per_user = 64}),
          listener(runtime, {.name = "admin", .endpoint = at, .implicit_tls = false, .proxy_protocol_from = {}},
                   nullptr, *this, sessions, log, own_metrics) {}

    Task<> serve(Connection connection) override {
        const auto deadline = std::chrono::steady_clock::now() + request_limit;
        auto line = co_await connection.wire.read_line(request_line_bytes, deadline);
        if (!line) co_return;
        const auto answer = answer_to(*line);
        for (int i = 0; i < most_header_lines; ++i) {
            auto header = co_await connection.wire.read_line(request_line_bytes, deadline);
            if (!header || header->empty()) break;
        }
        co_await connection.wire.write(answer, deadline);
    }

    std::string answer_to(std::string_view request) const {
        const auto words = base::split(request, ' ');
        if (words.size() != 3 || (words[0] != "GET" && words[0] != "HEAD"))
            return response(400, "Bad Request", "text/plain", "GET /healthz, /readyz or /metrics\n");
        auto answer = answer_for(words[1].substr(0, words[1].find('?')));
        if (words[0] == "HEAD") answer.resize(answer.find("\r\n\r\n") + 4);
        return answer;
    }

    std::string answer_for(std::string_view path) const {
        if (path == "/healthz") return response(200, "OK", "text/plain", "ok\n");
        if (path == "/metrics") return response(200, "OK", "text/plain; version=0.0.4", metrics.print());
        if (path == "/readyz") {
            const auto reason = ready();
            if (reason.empty()) return response(200, "OK", "text/plain", "ready\n");
            return response(503, "Service Unavailable", "text/plain", reason + "\n");
        }
        return response(404, "Not Found", "text/plain", "there is /healthz, /readyz and /metrics\n");
    }

    std::string_view too_many() const override { return {}; }

    const base::Registry& metrics;
    base::Registry own_metrics;  // the admin port does not count itself
    std::function<std::string()> ready;
    SessionSet sessions;
    Listener listener;
};

AdminServer::AdminServer(Runtime& runtime, Endpoint endpoint, const base::Registry& metrics,
                         std::function<std::string()> ready, const logging::Logger& log)
    : impl_(std::make_unique<Impl>(runtime, endpoint, metrics, std::move(ready), log)) {}
AdminServer::~AdminServer() = default;
const Endpoint& AdminServer::endpoint() const { return impl_->listener.endpoint(); }
void AdminServer::start() { impl_->listener.start(); }
Task<> AdminServer::stop() {
    co_await impl_->listener.stop();
    impl_->sessions.close();
    co_await impl_->sessions.drain(std::chrono::steady_clock::now() + std::chrono::seconds(1));
}

}  // namespace helio::net
