// The socket of an LDAP session: connected by us, so that connecting has a time limit, and watched while libldap uses
// it for handshakes, which have none: libldap 2.5 with GnuTLS waits for ever for a server that accepts and stays
// silent. Blocking: for net::Pool threads.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace helio::ldap {

/// A connected, blocking TCP socket to the first address of `host` that answers before `deadline`. Error: unavailable.
Result<int> connect_socket(const std::string& host, int port, base::SteadyTime deadline);

/// Shuts the socket down when it is still watched at the deadline; whoever waits on it then gets an error. Does not own
/// it.
class SocketWatch {
public:
    SocketWatch(int fd, base::SteadyTime deadline);

private:
    void run(const std::stop_token& stop, int fd, base::SteadyTime deadline);

    std::mutex lock_;
    std::condition_variable_any ended_;
    std::jthread thread_;  // last: it uses the above
};

}  // namespace helio::ldap
