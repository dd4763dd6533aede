// TlsContext: an OpenSSL SSL_CTX for one side of one listener or client, from files, TLS 1.2 and 1.3.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/config/document.h"
#include "common/net/transport.h"

namespace helio::net {

enum class PeerCheck {
    none,      ///< no certificate asked for (a listener for users); a client accepts any (opportunistic TLS)
    request,   ///< asked for; a wrong one is refused, none is accepted
    required,  ///< must be there and signed by the CA
};

struct TlsFiles {
    std::string certificate;  ///< PEM chain; may be empty for a client
    std::string key;          ///< PEM
};

struct TlsConfig {
    TlsFiles files;
    std::map<std::string, TlsFiles> by_server_name;  ///< SNI name -> other certificate
    std::string ca_file;                             ///< PEM; empty: the system's
    PeerCheck peer_check = PeerCheck::none;
    bool is_server = true;
};

/// The keys of a [tls] table: certificate, key, ca, peer_check ("none", "request", "required"), and sub-tables
/// [tls.names."host"] with certificate and key.
TlsConfig read_tls_config(config::Section section, bool is_server);

class TlsContext {
public:
    /// Throws base::StartupError naming the file when one can't be read, doesn't parse or key and certificate differ.
    static std::shared_ptr<const TlsContext> load(const TlsConfig& config);
    ~TlsContext();

    struct Impl;
    const Impl& impl() const { return *impl_; }  ///< for common/net only

private:
    explicit TlsContext(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Holds the context that new connections use, so that SIGHUP can replace it while old ones go on. Thread-safe.
class TlsSource {
public:
    explicit TlsSource(TlsConfig config);
    std::shared_ptr<const TlsContext> current() const;
    /// Reads the files again; on an error keeps the old context and throws base::StartupError.
    void reload();

private:
    TlsConfig config_;
    mutable std::mutex lock_;
    std::shared_ptr<const TlsContext> context_;
};

}  // namespace helio::net
