// What imap-idle does with --deliver: messages by LMTP, one after the other, to the users whose sessions are held.
#include "tests/bench/load/run.h"

namespace helio::bench {
namespace {

// Sessions 0, 1, 2, ... belong to users 0, 1, 2, ... in turns.
std::size_t sessions_of(const Options& options, unsigned user) {
    return options.connections / options.users + (user < options.connections % options.users ? 1 : 0);
}

Options relay_options(const Options& options) {
    auto relay = options;
    relay.mode = Mode::lmtp;
    relay.server = *options.deliver;
    relay.security = options.deliver_security;
    relay.users = 1;
    relay.recipients = 1;
    return relay;
}

}  // namespace

Task<> deliver_to_idle(Run* run) {
    auto options = relay_options(run->options);
    Run relay(options);
    relay.tls = run->tls;
    const auto users = std::min(run->options.users, run->options.connections);
    for (unsigned turn = 0; base::system_clock().now() < run->stop_at && run->may_retry(); ++turn) {
        const auto user = turn % users;
        options.user = run->options.user_name(user);
        run->notices.expect(user, sessions_of(run->options, user));
        auto done = co_await deliver_one(&relay);
        if (!done) {
            run->recorder.failed("delivery: " + to_string(done.error()));
            continue;
        }
        run->notices.answered(base::system_clock().now());
        const auto patience = base::system_clock().now() + std::chrono::seconds(5);
        if (run->notices.missing() > 0) co_await net::Worker::current().wait(run->notices.all_heard(), patience);
        if (run->notices.missing() > 0) run->recorder.failed("sessions that did not hear of a message");
    }
}

}  // namespace helio::bench
