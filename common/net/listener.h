// Listener: accepts on one endpoint and hands each connection to a Service on one of the runtime's workers, in turn.
// Takes a systemd-activated socket of the same name when there is one. Reads PROXY headers from listed peers only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/metrics.h"
#include "common/config/document.h"
#include "common/logging/logger.h"
#include "common/net/session_set.h"
#include "common/net/tls.h"
#include "common/net/wire.h"

namespace helio::net {

struct ListenerConfig {
    std::string name;   ///< "imap", "imaps": in logs, metrics and as systemd FileDescriptorName
    Endpoint endpoint;  ///< port 0: the kernel chooses
    bool implicit_tls = false;
    bool starttls = true;                      ///< sessions may offer it (when the service has a certificate)
    std::vector<Network> proxy_protocol_from;  ///< peers that must send a PROXY v1 or v2 header
    int backlog = 1024;
};

/// Keys of a listener table: listen = "127.0.0.1:143", tls = "implicit" | "starttls" | "none", proxy_protocol_from =
/// [..].
ListenerConfig read_listener_config(config::Section section, std::string name);

/// A connection as a service gets it: on its worker, TLS done where it is implicit, the true client address known.
struct Connection {
    Wire wire;
    Endpoint client;  ///< from the PROXY header, else the peer
    Endpoint local;
    std::string id;        ///< session id for logs
    std::string listener;  ///< its name
    SessionSet::Token token;
    bool starttls = true;  ///< the listener allows it; tls = "none" does not
};

class Service {
public:
    virtual ~Service() = default;
    /// One session from greeting to close; runs on the connection's worker.
    virtual Task<> serve(Connection connection) = 0;
    /// What a client over the limit reads before we close: "* BYE too many connections\r\n".
    virtual std::string_view too_many() const = 0;
};

class Listener {
public:
    /// Binds at once. Throws base::StartupError with the endpoint and the remedy.
    Listener(Runtime& runtime, ListenerConfig config, std::shared_ptr<TlsSource> tls, Service& service,
             SessionSet& sessions, const logging::Logger& log, base::Registry& metrics);
    ~Listener();

    /// The endpoint it listens on, with the real port.
    const Endpoint& endpoint() const;
    /// Starts accepting.
    void start();
    /// Stops accepting and closes the socket; sessions go on.
    Task<> stop();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace helio::net
