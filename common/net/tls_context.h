// TlsContext::Impl: the SSL_CTX objects; for .cpp files of common/net only.
#pragma once

#include <openssl/ssl.h>

#include "common/net/tls.h"
#include "common/net/tls_session_cache.h"

namespace helio::net {

struct SslCtxFree {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslCtxPtr = std::unique_ptr<SSL_CTX, SslCtxFree>;

struct TlsContext::Impl {
    SslCtxPtr main;
    std::map<std::string, SslCtxPtr> by_server_name;  ///< lower case
    PeerCheck peer_check = PeerCheck::none;
    bool is_server = true;
    mutable TlsSessionCache sessions;  ///< a client's
};

/// OpenSSL's queued reasons as one text; empties the queue.
std::string openssl_reasons();

}  // namespace helio::net
