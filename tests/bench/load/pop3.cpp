// Mode pop3: connect, USER, PASS, STAT, UIDL, RETR of the first messages, DELE of some, QUIT.
#include <algorithm>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "tests/bench/load/peer.h"

namespace helio::bench {
namespace {

Task<Result<std::string>> command(Peer* peer, std::string text) {
    text += "\r\n";
    auto sent = co_await peer->send(text);
    if (!sent) co_return fail(sent.error());
    co_return co_await peer->pop_reply();
}

Task<Result<Peer>> log_in(Run* run) {
    auto peer = co_await Peer::open(run);
    if (!peer) co_return fail(peer.error());
    auto greeting = co_await peer->pop_reply();
    if (!greeting) co_return fail(greeting.error());
    if (run->options.security == Security::starttls) {
        auto agreed = co_await command(&*peer, "STLS");
        if (!agreed) co_return fail(agreed.error());
        auto secure = co_await peer->start_tls(run);
        if (!secure) co_return fail(secure.error());
    }
    const auto user = run->next_user();
    auto named = co_await command(&*peer, "USER " + run->options.user_name(user));
    if (!named) co_return fail(named.error());
    auto passed = co_await command(&*peer, "PASS " + run->options.user_password(user));
    if (!passed) co_return fail(passed.error());
    co_return peer;
}

Task<Result<std::uint64_t>> one_session(Run* run) {
    auto peer = co_await log_in(run);
    if (!peer) co_return fail(peer.error());
    auto stat = co_await command(&*peer, "STAT");
    if (!stat) co_return fail(stat.error());
    const auto words = base::split(*stat, ' ');
    const auto there = words.size() > 1 ? base::parse_number(words[1]).value_or(0) : 0;
    auto listed = co_await command(&*peer, "UIDL");
    if (!listed) co_return fail(listed.error());
    auto ids = co_await peer->pop_body();
    if (!ids) co_return fail(ids.error());
    std::uint64_t bytes = 0;
    for (std::uint64_t n = 1; n <= std::min<std::uint64_t>(run->options.messages, there); ++n) {
        auto begun = co_await command(&*peer, "RETR " + std::to_string(n));
        if (!begun) co_return fail(begun.error());
        auto body = co_await peer->pop_body();
        if (!body) co_return fail(body.error());
        bytes += *body;
    }
    for (std::uint64_t n = 1; n <= std::min<std::uint64_t>(run->options.deletes, there); ++n) {
        auto gone = co_await command(&*peer, "DELE " + std::to_string(n));
        if (!gone) co_return fail(gone.error());
    }
    auto ended = co_await command(&*peer, "QUIT");
    if (!ended) co_return fail(ended.error());
    co_return bytes;
}

}  // namespace

Task<> pop3_session(Run* run) {
    while (run->may_retry() && run->take_one()) {
        const auto began = base::system_clock().now();
        auto done = co_await one_session(run);
        if (done) {
            run->recorder.succeeded(base::system_clock().now() - began, *done);
        } else {
            run->recorder.failed(to_string(done.error()));
        }
    }
}

}  // namespace helio::bench
