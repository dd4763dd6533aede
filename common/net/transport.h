// Transport: one byte stream to a peer (TCP, TLS over TCP, or memory in tests), and connect().
// The try_ functions never block; wait() suspends until one may succeed. Wire and Relay loop over both, so a session
// holds no buffer and no coroutine frame of the transport while it is idle.
// Not thread-safe: lives on its session's worker. Never throws for what a peer does.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/net/address.h"
#include "common/net/errc.h"
#include "common/net/worker.h"

namespace helio::net {

class TlsContext;

enum class Io { done, want_read, want_write, closed, failed };
struct IoStep {
    Io io = Io::done;
    std::size_t bytes = 0;  ///< with Io::done: how many were read or written, at least 1
};

struct TlsInfo {
    std::string version;                   ///< "TLSv1.3"
    std::string cipher;                    ///< "TLS_AES_256_GCM_SHA384"
    std::string server_name;               ///< SNI that the client asked for, or empty
    std::vector<std::string> peer_names;   ///< DNS names and CN of the verified peer certificate, lower case
    std::vector<std::string> peer_emails;  ///< its mail addresses (subjectAltName, else the subject), lower case
    std::string peer_common_name;          ///< its CN
    bool resumed = false;                  ///< an earlier session's keys: no certificates were exchanged this time
};

/// What ties an authentication to this very TLS connection (RFC 5056).
enum class ChannelBinding {
    server_end_point,  ///< tls-server-end-point, RFC 5929 §4: hash of the server's certificate
    exporter,          ///< tls-exporter, RFC 9266
};

class Transport {
public:
    virtual ~Transport() = default;

    virtual IoStep try_read(std::span<char> into) = 0;
    /// True when the last read took all that there was: a wait comes before the next one.
    virtual bool is_drained() { return false; }
    /// May take only a part of `bytes`.
    virtual IoStep try_write(std::string_view bytes) = 0;
    /// Until the direction may go on; false: the deadline passed or interrupt() was called.
    virtual Task<bool> wait(Worker::Readiness readiness, SteadyTime deadline) = 0;
    /// Ends a pending wait() with false, now and from then on; from the session's own worker.
    virtual void interrupt() = 0;
    /// Ends a pending wait(readable) with false, once; nothing when none is pending. For wake-ups such as IDLE.
    virtual void nudge() = 0;
    /// No more bytes from us (FIN or close_notify); reading goes on.
    virtual void shutdown_write() = 0;

    virtual const Endpoint& peer() const = 0;
    virtual const Endpoint& local() const = 0;
    /// What TLS agreed on; nullptr on a plain stream.
    virtual const TlsInfo* tls() const = 0;
    /// The data of a channel binding; empty: a plain stream, or the binding is not safe on this one.
    virtual std::string channel_binding(ChannelBinding) const { return {}; }
};

/// Connects within `deadline`, trying all addresses of the name in turn.
/// Errors: name_unknown, refused, timed_out.
Task<Result<std::unique_ptr<Transport>>> connect(HostPort host, SteadyTime deadline);

/// The server's side of a handshake on `plain`. Errors: tls_failed, timed_out, closed.
Task<Result<std::unique_ptr<Transport>>> tls_accept(std::unique_ptr<Transport> plain,
                                                    std::shared_ptr<const TlsContext> context, SteadyTime deadline);
/// The client's side; resumes an earlier session with the same peer under the same name and context where it can.
/// `name` is sent as SNI and, where the context verifies, must be in the peer's certificate.
/// Errors: tls_failed (the detail has OpenSSL's reason), timed_out, closed.
Task<Result<std::unique_ptr<Transport>>> tls_connect(std::unique_ptr<Transport> plain,
                                                     std::shared_ptr<const TlsContext> context, std::string name,
                                                     SteadyTime deadline);

/// `plain` with DEFLATE in both directions (RFC 4978, RFC 1951): what is written is flushed with each write, what is
/// read is inflated in steps of the reader's buffer. About 75 KiB once it is in use.
std::unique_ptr<Transport> deflated(std::unique_ptr<Transport> plain);

/// Two ends joined in memory, for tests: what one writes the other reads, `capacity` bytes at most in flight.
struct MemoryPair {
    std::unique_ptr<Transport> client;
    std::unique_ptr<Transport> server;
};
MemoryPair memory_pair(std::size_t capacity = 64 * 1024);

}  // namespace helio::net
