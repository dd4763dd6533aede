#include "common/rpc/server.h"

#include <thread>

#include <grpcpp/grpcpp.h>

#include "common/base/completion.h"
#include "common/base/startup_error.h"
#include "common/rpc/credentials.h"

namespace helio::rpc {

struct Server::Impl {
    ServerConfig config;
    net::Endpoint endpoint;
    std::unique_ptr<grpc::Server> server;

    void stop() {
        if (!server) return;
        server->Shutdown(std::chrono::system_clock::now() + config.drain);
        server->Wait();
    }
};

ServerConfig read_server_config(config::Section section, std::string_view default_listen) {
    ServerConfig config;
    const auto text = section.text("listen", default_listen);
    const auto endpoint = net::Endpoint::parse(text);
    if (!endpoint) section.refuse("listen", "\"" + text + "\" is no address with a port");
    config.listen = *endpoint;
    config.plain = section.choice("tls", {"required", "none"}, "required") == 1;
    config.files.certificate = section.text("certificate", "");
    config.files.key = section.text("key", "");
    config.ca_file = section.text("ca", "");
    config.message_bytes = section.size("message_size", config.message_bytes, 64u << 10, 1u << 30);
    config.drain = section.duration("drain", config.drain);
    if (!config.plain && (config.files.certificate.empty() || config.files.key.empty() || config.ca_file.empty()))
        section.refuse("certificate", "mutual TLS needs certificate, key and ca");
    return config;
}

void check_files(const ServerConfig& config) {
    if (!config.plain) (void)server_credentials(config.files, config.ca_file);
}

Server::Server(ServerConfig config, const std::vector<grpc::Service*>& services) : impl_(std::make_unique<Impl>()) {
    impl_->config = std::move(config);
    const auto& ours = impl_->config;
    grpc::ServerBuilder builder;
    int port = 0;
    const auto credentials =
        ours.plain ? grpc::InsecureServerCredentials() : server_credentials(ours.files, ours.ca_file);
    builder.AddListeningPort(ours.listen.to_string(), credentials, &port);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);         // a second daemon must fail to bind, not share
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);  // finds watchers whose host is gone
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
    builder.SetMaxReceiveMessageSize(static_cast<int>(ours.message_bytes));
    for (auto* service : services) builder.RegisterService(service);
    impl_->server = builder.BuildAndStart();
    if (!impl_->server || port == 0)
        throw base::StartupError("can't listen on " + ours.listen.to_string() +
                                 " for gRPC; is another process using the port?");
    impl_->endpoint = ours.listen;
    impl_->endpoint.port = static_cast<std::uint16_t>(port);
}

Server::~Server() { impl_->stop(); }

const net::Endpoint& Server::endpoint() const { return impl_->endpoint; }

void Server::stop_now() { impl_->stop(); }

Task<> Server::stop() {
    // Shutdown blocks, and the calls it waits for end on this thread's executor.
    base::Completion<bool> ended;
    std::thread waiter([this, &ended] {
        impl_->stop();
        ended.set(true);
    });
    co_await ended;
    waiter.join();
}

}  // namespace helio::rpc
