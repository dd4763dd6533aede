// TlsSessionCache: sessions that peers gave us as clients, to be resumed: a handshake then needs no certificates and a
// tenth of the time. One per client context, so a session is never used with other files or another check of the peer.
// Each is used once (RFC 8446 §C.4: a ticket sent twice links two connections). Bounded per peer and in all.
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <openssl/ssl.h>

namespace helio::net {

struct SslSessionFree {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SslSessionPtr = std::unique_ptr<SSL_SESSION, SslSessionFree>;

class TlsSessionCache {
public:
    static constexpr std::size_t most_per_peer = 32;
    static constexpr std::size_t most_peers = 256;

    /// Keeps `session` for `peer` (endpoint and name); at a limit an older one goes.
    void keep(const std::string& peer, SslSessionPtr session);
    /// The newest one that has not expired; nullptr when there is none.
    SslSessionPtr take(const std::string& peer);
    std::size_t peers() const;

private:
    mutable std::mutex lock_;
    std::map<std::string, std::vector<SslSessionPtr>> by_peer_;  // no empty vectors; oldest first
};

}  // namespace helio::net
