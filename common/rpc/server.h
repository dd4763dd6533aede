// Server: a gRPC server of one daemon on one endpoint, mutual TLS or plain. A facade: it includes no gRPC.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/task.h"
#include "common/config/document.h"
#include "common/net/address.h"
#include "common/net/tls.h"

namespace grpc {
class Service;
}

namespace helio::rpc {

struct ServerConfig {
    net::Endpoint listen;  ///< port 0: the kernel chooses
    bool plain = false;    ///< no TLS: for a private network or tests
    net::TlsFiles files;
    std::string ca_file;                     ///< signs the clients' certificates
    std::size_t message_bytes = 4u << 20;    ///< largest message of a call
    std::chrono::milliseconds drain{2'000};  ///< how long stop() lets calls end by themselves
};

/// Keys: listen, tls ("required" or "none"), certificate, key, ca, message_size, drain.
ServerConfig read_server_config(config::Section section, std::string_view default_listen);

/// Throws base::StartupError when certificate, key or CA can't be used.
void check_files(const ServerConfig& config);

class Server {
public:
    /// Binds and serves at once. Throws base::StartupError with the endpoint and the reason.
    Server(ServerConfig config, const std::vector<grpc::Service*>& services);
    ~Server();

    /// With the real port.
    const net::Endpoint& endpoint() const;
    /// Takes no new calls, lets those under way end for `drain`, cancels the rest, waits for all.
    Task<> stop();
    /// The same, blocking; for a thread that no call needs.
    void stop_now();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::rpc
