// Peer: the connection to the server as a load session sees it; connects with the security asked for and reads the
// answers of the line protocols. Every wait is bounded by one minute.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/net/wire.h"
#include "tests/bench/load/run.h"

namespace helio::bench {

class Peer {
public:
    /// Connects; TLS at once where the options say `tls`. Errors: those of net::connect.
    static Task<Result<Peer>> open(Run* run);

    /// Upgrades after the server agreed to STARTTLS or STLS.
    Task<Result<>> start_tls(Run* run);

    Task<Result<>> send(std::string_view bytes);
    Task<Result<std::string>> line();

    /// An SMTP or LMTP reply with its continuation lines: the last line. Fails unless it starts with `expected`.
    Task<Result<std::string>> smtp_reply(char expected);
    /// The whole reply of EHLO or LHLO, upper case.
    Task<Result<std::string>> smtp_features();
    /// A POP3 reply; fails on -ERR.
    Task<Result<std::string>> pop_reply();
    /// A POP3 multi-line body up to the dot: how many bytes it had.
    Task<Result<std::uint64_t>> pop_body();
    /// IMAP: everything up to the line that `tag` starts, which must say OK. The untagged text with its literals'
    /// bytes counted, not kept.
    struct Imap {
        std::uint64_t bytes = 0;
        std::uint64_t exists = 0;  ///< the last "* n EXISTS"
    };
    Task<Result<Imap>> imap_reply(std::string_view tag);

    /// The same for long answers, read in large pieces: only the bytes up to the tagged line are counted, which must
    /// say OK and be the last thing that the server sent.
    Task<Result<std::uint64_t>> imap_bytes(std::string_view tag);

    net::Wire& wire() { return *wire_; }

private:
    explicit Peer(std::unique_ptr<net::Wire> wire) : wire_(std::move(wire)) {}
    static base::SteadyTime deadline();
    std::unique_ptr<net::Wire> wire_;
};

/// An answer that is not what the protocol's success looks like.
std::unexpected<Error> unexpected_answer(std::string_view where, std::string_view answer);

}  // namespace helio::bench
