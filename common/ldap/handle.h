// Handle: sole owner of a libldap session and its socket. open_handle() makes one: connect, TLS, bind, all blocking, so
// it runs on a net::Pool thread; the handle then moves to the thread that owns it from there on.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/base/secret.h"
#include "common/ldap/config.h"

struct ldap;

namespace helio::ldap {

struct CloseHandle {
    void operator()(::ldap* session) const;  ///< unbinds and closes the socket; never blocks
};
using Handle = std::unique_ptr<::ldap, CloseHandle>;

/// Connects to `url`, secures it as `config` says (CA, name check; TLS 1.2 at least) and binds as the daemons' account,
/// all within `limit`. The socket is non-blocking from then on. Errors: unavailable, refused (bind).
Result<Handle> open_handle(const Config& config, const std::string& url, milliseconds limit);

/// The socket, for readiness; -1 when there is none.
int socket_of(const Handle& handle);

/// libldap's text for a result code.
std::string describe(int result_code);

}  // namespace helio::ldap
