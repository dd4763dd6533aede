// Modes imap-session (connect, LOGIN, SELECT, FETCH of all messages' envelopes, one body, LOGOUT) and imap-idle
// (connections that log in, IDLE and stay).
#include "tests/bench/load/imap.h"

#include <algorithm>

#include "common/base/clock.h"
#include "common/net/fd_transport.h"

namespace helio::bench {

Task<Result<Peer::Imap>> imap_command(Peer* peer, std::string tag, std::string text) {
    const auto line = tag + " " + text + "\r\n";
    auto sent = co_await peer->send(line);
    if (!sent) co_return fail(sent.error());
    co_return co_await peer->imap_reply(tag);
}

Task<Result<Peer>> imap_log_in(Run* run, unsigned user) {
    auto peer = co_await Peer::open(run);
    if (!peer) co_return fail(peer.error());
    auto greeting = co_await peer->line();
    if (!greeting) co_return fail(greeting.error());
    if (!greeting->starts_with("* OK")) co_return unexpected_answer("greeting", *greeting);
    if (run->options.security == Security::starttls) {
        auto agreed = co_await imap_command(&*peer, "s", "STARTTLS");
        if (!agreed) co_return fail(agreed.error());
        auto secure = co_await peer->start_tls(run);
        if (!secure) co_return fail(secure.error());
    }
    const auto& options = run->options;
    auto logged_in = co_await imap_command(
        &*peer, "a1", "LOGIN \"" + options.user_name(user) + "\" \"" + options.user_password(user) + "\"");
    if (!logged_in) co_return fail(logged_in.error());
    co_return peer;
}

namespace {

Task<Result<std::uint64_t>> one_session(Run* run) {
    auto peer = co_await imap_log_in(run, run->next_user());
    if (!peer) co_return fail(peer.error());
    auto selected = co_await imap_command(&*peer, "a2", "SELECT INBOX");
    if (!selected) co_return fail(selected.error());
    std::uint64_t bytes = 0;
    if (selected->exists > 0) {
        auto list = co_await imap_command(&*peer, "a3", "FETCH 1:* (UID FLAGS ENVELOPE)");
        if (!list) co_return fail(list.error());
        const auto number = 1 + run->random.below(selected->exists);
        auto body = co_await imap_command(&*peer, "a4", "FETCH " + std::to_string(number) + " (UID BODY.PEEK[])");
        if (!body) co_return fail(body.error());
        bytes = list->bytes + body->bytes;
    }
    auto ended = co_await imap_command(&*peer, "a5", "LOGOUT");
    if (!ended) co_return fail(ended.error());
    co_return bytes;
}

constexpr std::size_t longest_news = 4096;

void take_push(Run* run, unsigned user, std::string_view bytes) {
    run->pushed += static_cast<std::size_t>(std::ranges::count(bytes, '\n'));
    if (bytes.contains(" EXISTS\r\n")) run->notices.heard(user, base::system_clock().now());
}

// Reads what the server pushes until the wire is interrupted.
Task<Result<>> stay(Run* run, Peer* peer, unsigned user) {
    auto* const plain = dynamic_cast<net::FdTransport*>(&peer->wire().transport());
    if (run->options.deliver && plain != nullptr) {
        run->pushes.add(plain->fd(), user);
        co_await run->all_over.wait();
        co_return {};
    }
    for (;;) {
        const bool has_input = co_await peer->wire().wait_input(net::never);
        if (!has_input) co_return {};
        auto some = co_await peer->wire().read_some(longest_news, base::system_clock().now());
        if (!some) co_return fail(some.error());
        take_push(run, user, *some);
    }
}

}  // namespace

Task<> imap_session(Run* run) {
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

Task<> idle_session(Run* run, unsigned index) {
    const auto began = base::system_clock().now();
    auto peer = co_await imap_log_in(run, index % run->options.users);
    Result<> ready = peer ? Result<>{} : Result<>{fail(peer.error())};
    if (ready) {
        auto selected = co_await imap_command(&*peer, "a2", "SELECT INBOX");
        if (!selected) ready = fail(selected.error());
    }
    if (ready) ready = co_await peer->send("a3 IDLE\r\n");
    if (ready) {
        auto continuation = co_await peer->line();
        if (!continuation) ready = fail(continuation.error());
        if (continuation && !continuation->starts_with("+")) ready = unexpected_answer("idle", *continuation);
    }
    if (ready) {
        run->recorder.succeeded(base::system_clock().now() - began, 0);
    } else {
        run->recorder.failed(to_string(ready.error()));
    }
    if (ready) run->idle.insert(&peer->wire());
    if (++run->connected == run->options.connections) run->all_connected.notify();
    if (!ready) co_return;
    auto stayed = co_await stay(run, &*peer, index % run->options.users);
    run->idle.erase(&peer->wire());
    if (!stayed) run->recorder.failed("while idle: " + to_string(stayed.error()));
}

Task<> read_pushes(Run* run) {
    return run->pushes.read([run](unsigned user, std::string_view bytes) { take_push(run, user, bytes); });
}

}  // namespace helio::bench
