// Peer: who is at the other end of a session, as its protocol knows it.
#pragma once

#include <string>

#include "common/net/transport.h"

namespace helio::auth {

struct Peer {
    std::string service;                        ///< "imap", "pop3", "smtp", "sieve"
    net::Address client;                        ///< the client itself, also behind a proxy that told its address
    const net::Transport* transport = nullptr;  ///< for channel bindings and certificates; may be null
    bool plaintext = false;                     ///< passwords may be sent as they are: TLS, or a listed network
    /// The name of the trusted front end that the peer's certificate proves, or empty. A front end has proved its
    /// users itself and acts for any.
    std::string front_end = {};
};

}  // namespace helio::auth
