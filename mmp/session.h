// Session: what every protocol of the proxy keeps of one client from accept to close, and how it is said in the log.
// Lives in the service's coroutine; its parts have stable addresses there, so that an interrupt can reach them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/net/listener.h"

namespace helio::mmp {

struct Session {
    Session(net::Connection its_connection, std::string_view its_protocol)
        : connection(std::move(its_connection)), protocol(its_protocol), began(std::chrono::steady_clock::now()) {
        connection.token.on_interrupt([this] {
            connection.wire.interrupt();
            if (store) store->interrupt();
        });
        connection.token.on_wind_down([this] { connection.wire.wind_down(); });  // a relay goes on
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    net::Wire& client() { return connection.wire; }

    net::Connection connection;
    const std::string_view protocol;  ///< "imap", "pop3": in logs and metrics
    const net::SteadyTime began;
    std::unique_ptr<net::Wire> store;  ///< set by a login that succeeded
    std::string user;                  ///< store_name() of a proven user
    std::string mailhost;
    bool utf8 = false;                   ///< POP3: the client has said UTF8 (RFC 6856)
    std::string_view reason = "closed";  ///< why it ends, for the log
    std::uint64_t relayed_up = 0;
    std::uint64_t relayed_down = 0;
};

}  // namespace helio::mmp
