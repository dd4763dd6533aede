// Modes lmtp and smtp: messages over connections that stay open. The time of an operation is from MAIL to the last
// reply behind the dot; a message counts once however many recipients it has.
#include "common/base/clock.h"
#include "tests/bench/load/peer.h"

namespace helio::bench {
namespace {

bool is_lmtp(const Run* run) { return run->options.mode == Mode::lmtp; }

Task<Result<std::string>> say_hello(Run* run, Peer* peer) {
    auto sent = co_await peer->send(is_lmtp(run) ? "LHLO bench.example.test\r\n" : "EHLO bench.example.test\r\n");
    if (!sent) co_return fail(sent.error());
    co_return co_await peer->smtp_features();
}

struct Greeted {
    Peer peer;
    bool pipelining;
};

Task<Result<Greeted>> greet(Run* run) {
    auto peer = co_await Peer::open(run);
    if (!peer) co_return fail(peer.error());
    auto greeting = co_await peer->smtp_reply('2');
    if (!greeting) co_return fail(greeting.error());
    auto features = co_await say_hello(run, &*peer);
    if (features && run->options.security == Security::starttls) {
        auto asked = co_await peer->send("STARTTLS\r\n");
        if (!asked) co_return fail(asked.error());
        auto agreed = co_await peer->smtp_reply('2');
        if (!agreed) co_return fail(agreed.error());
        auto secure = co_await peer->start_tls(run);
        if (!secure) co_return fail(secure.error());
        features = co_await say_hello(run, &*peer);
    }
    if (!features) co_return fail(features.error());
    const bool pipelining = run->options.pipelining && features->find("PIPELINING") != std::string::npos;
    co_return Greeted{std::move(*peer), pipelining};
}

// The envelope's commands, DATA last.
std::vector<std::string> envelope(Run* run) {
    std::vector<std::string> commands{"MAIL FROM:<load@bench.example.test>\r\n"};
    const auto first = run->next_user();
    for (unsigned i = 0; i < run->options.recipients; ++i) {
        const auto number = (first + i) % run->options.users;
        commands.push_back("RCPT TO:<" + run->options.user_name(number) + ">\r\n");
    }
    commands.emplace_back("DATA\r\n");
    return commands;
}

Task<Result<>> send_envelope(Run* run, Greeted* server) {
    const auto commands = envelope(run);
    if (server->pipelining) {
        std::string all;
        for (const auto& command : commands) all += command;
        auto sent = co_await server->peer.send(all);
        if (!sent) co_return fail(sent.error());
    }
    for (const auto& command : commands) {
        if (!server->pipelining) {
            auto sent = co_await server->peer.send(command);
            if (!sent) co_return fail(sent.error());
        }
        auto reply = co_await server->peer.smtp_reply(command == "DATA\r\n" ? '3' : '2');
        if (!reply) co_return fail(reply.error());
    }
    co_return {};
}

Task<Result<>> send_message(Run* run, Greeted* server, std::string content) {
    auto accepted = co_await send_envelope(run, server);
    if (!accepted) co_return fail(accepted.error());
    auto sent = co_await server->peer.send(content);
    if (!sent) co_return fail(sent.error());
    const unsigned replies = is_lmtp(run) ? run->options.recipients : 1;
    for (unsigned i = 0; i < replies; ++i) {
        auto reply = co_await server->peer.smtp_reply('2');
        if (!reply) co_return fail(reply.error());
    }
    co_return {};
}

}  // namespace

Task<> mail_session(Run* run) {
    std::optional<Greeted> server;
    while (run->may_retry() && run->take_one()) {
        auto content = make_message(run->random, run->options.sizes[run->random.below(run->options.sizes.size())]);
        const auto size = content.size();
        content += ".\r\n";
        const bool counts_connect = run->options.once;
        auto began = base::system_clock().now();
        if (!server) {
            auto greeted = co_await greet(run);
            if (!greeted) {
                run->recorder.failed(to_string(greeted.error()));
                continue;
            }
            server.emplace(std::move(*greeted));
            if (!counts_connect) began = base::system_clock().now();
        }
        auto done = co_await send_message(run, &*server, std::move(content));
        if (done) {
            run->recorder.succeeded(base::system_clock().now() - began, size);
        } else {
            run->recorder.failed(to_string(done.error()));
        }
        if (!done || run->options.once) server.reset();
    }
}

Task<Result<>> deliver_one(Run* run) {
    auto content = make_message(run->random, run->options.sizes.front()) + ".\r\n";
    auto greeted = co_await greet(run);
    if (!greeted) co_return fail(greeted.error());
    co_return co_await send_message(run, &*greeted, std::move(content));
}

}  // namespace helio::bench
