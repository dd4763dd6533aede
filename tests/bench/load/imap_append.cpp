// Mode imap-append: connections that stay logged in, each as a user drawn at random, and APPEND to INBOX. The time of
// an operation is from the command, sent with its message in one go (LITERAL+), to its tagged answer.
#include "common/base/clock.h"
#include "tests/bench/load/imap.h"

namespace helio::bench {

Task<> append_session(Run* run) {
    std::optional<Peer> peer;
    while (run->may_retry() && run->take_one()) {
        const auto content =
            make_message(run->random, run->options.sizes[run->random.below(run->options.sizes.size())]);
        if (!peer) {
            auto opened = co_await imap_log_in(run, run->next_user());
            if (!opened) {
                run->recorder.failed(to_string(opened.error()));
                continue;
            }
            peer.emplace(std::move(*opened));
        }
        const auto began = base::system_clock().now();
        auto done =
            co_await imap_command(&*peer, "a2", "APPEND INBOX {" + std::to_string(content.size()) + "+}\r\n" + content);
        if (done) {
            run->recorder.succeeded(base::system_clock().now() - began, content.size());
        } else {
            run->recorder.failed(to_string(done.error()));
            peer.reset();
        }
    }
}

}  // namespace helio::bench
