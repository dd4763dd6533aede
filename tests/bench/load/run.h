// Run: what the concurrent sessions of one measurement share. Single-threaded; outlives all sessions.
#pragma once

#include <memory>
#include <random>
#include <set>

#include "common/net/tls.h"
#include "common/net/wire.h"
#include "common/net/worker.h"
#include "tests/bench/load/message.h"
#include "tests/bench/load/notices.h"
#include "tests/bench/load/options.h"
#include "tests/bench/load/pushes.h"
#include "tests/bench/load/recorder.h"

namespace helio::bench {

struct Run {
    explicit Run(const Options& o) : options(o), random(std::random_device{}()) {}

    /// Takes one operation; false when the count or the time is used up.
    bool take_one();
    /// The user of the next operation: drawn at random, or the next one in turn.
    unsigned next_user() {
        return static_cast<unsigned>(options.in_turn ? turn++ % options.users : random.below(options.users));
    }
    /// A session that failed asks whether to go on: not after 200 failures in a row without a success.
    bool may_retry() const { return recorder.failures() < 200 || recorder.successes() > recorder.failures() / 10; }

    const Options& options;
    Recorder recorder;
    Random random;
    std::shared_ptr<const net::TlsContext> tls;
    std::uint64_t taken = 0;
    std::uint64_t turn = 0;
    base::SteadyTime stop_at{};
    // imap-idle
    std::uint64_t connected = 0;
    std::uint64_t pushed = 0;  ///< untagged lines seen while idle
    base::Event all_connected;
    std::set<net::Wire*> idle;  ///< those that hold
    Notices notices;
    Pushes pushes;         ///< of plain sessions, while messages are delivered to them
    base::Event all_over;  ///< for them
};

// One session each; they return when take_one() says no. A failure is recorded and ends the session's connection.
Task<> mail_session(Run* run);
/// One message over a connection of its own, to a user drawn at random.
Task<Result<>> deliver_one(Run* run);
/// Delivers to the users of the held sessions in turn until stop_at; fills `notices`.
Task<> deliver_to_idle(Run* run);
Task<> imap_session(Run* run);
Task<> idle_session(Run* run, unsigned index);
/// What comes to the sessions of `pushes`, until they are stopped.
Task<> read_pushes(Run* run);
Task<> append_session(Run* run);
Task<> pop3_session(Run* run);
/// All of mode imap-commands, on one connection; prints its own table.
Task<> imap_commands(Run* run);

}  // namespace helio::bench
