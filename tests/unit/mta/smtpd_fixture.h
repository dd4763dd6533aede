// SmtpdFixture: an SMTP session over memory, a directory of a few users, and an acceptor that keeps what it gets.
#pragma once

#include <vector>

#include "mta/smtpd/smtp_service.h"
#include "tests/support/catch.h"
#include "tests/support/fake_directory.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_folder.h"

namespace helio::test {

class KeepingAcceptor final : public mta::Acceptor {
public:
    Task<smtp::Reply> accept(std::shared_ptr<const mta::Message> message) override {
        std::string text;
        const auto read = message->text->read(0, static_cast<std::size_t>(message->text->size()), text);
        if (!read) co_return smtp::reply(451, {4, 3, 0}, "unreadable");
        messages.push_back(message);
        texts.push_back(std::move(text));
        co_return answer;
    }
    std::string not_ready() const override { return full ? "full" : ""; }

    std::vector<std::shared_ptr<const mta::Message>> messages;
    std::vector<std::string> texts;
    smtp::Reply answer = smtp::reply(250, {2, 0, 0}, "taken");
    bool full = false;
};

inline logging::Config quiet_log() { return {logging::Level::error, logging::Format::logfmt, "/dev/null"}; }

struct Step {
    std::string send;    ///< as it goes over the wire; "<drain>": the daemon begins to end
    std::string expect;  ///< the reply must start with it; empty: no reply is read
};

struct SmtpdFixture {
    SmtpdFixture() {
        settings.hostname = "mx.example.test";
        settings.message_bytes = 10'000;
        directory.add_user("alice@example.test", "secret-alice", "store-a.example.test");
        directory.add_user("bob@example.test", "secret-bob", "store-b.example.test");
    }

    mta::SmtpdServices services() {
        return {settings, directory, router, acceptor, spool, authenticator.get(), tls, smtpd_metrics, log, clock};
    }
    void enable_auth() {
        settings.role = mta::Role::submission;
        settings.plaintext_auth = true;
        auth::ThrottleConfig throttle;
        throttle.delay = std::chrono::milliseconds(0);
        authenticator = std::make_unique<auth::Authenticator>(directory, throttle, log, metrics);
    }

    /// Plays the steps against a fresh session, checks each reply, and waits for the session's end.
    void play(std::vector<Step> steps) {
        const auto all = services();
        mta::SmtpService service(all);
        worker.run_until_done(play_on(service, std::move(steps)));
    }
    Task<> play_on(mta::SmtpService& service, std::vector<Step> steps) {
        auto pair = net::memory_pair();
        base::Event ended;
        bool over = false;
        net::Connection connection{.wire = net::Wire(std::move(pair.server)),
                                   .client = {*net::Address::parse("192.0.2.7"), 4711},
                                   .local = {},
                                   .id = "session",
                                   .listener = "smtp",
                                   .token = *sessions.enter(net::Address())};
        base::start(service.serve(std::move(connection)), [&](std::exception_ptr) {
            over = true;
            ended.notify();
        });
        net::Wire client(std::move(pair.client));
        for (const auto& step : steps) {
            const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
            if (step.send == "<drain>") {
                sessions.close();
            } else {
                auto sent = co_await client.write(step.send, deadline);
                (void)sent;
            }
            if (step.expect.empty()) continue;
            const auto reply = co_await read_reply(client);
            CAPTURE(step.send, reply);
            CHECK(reply.substr(0, step.expect.size()) == step.expect);
        }
        client.transport().shutdown_write();
        if (!over) co_await ended.wait();
    }
    static Task<std::string> read_reply(net::Wire& client) {
        std::string all;
        for (;;) {
            const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
            const auto line = co_await client.read_line(1000, deadline);
            if (!line) co_return all + "(" + to_string(line.error()) + ")";
            all += *line;
            if (line->size() < 4 || (*line)[3] != '-') co_return all;
            all += "\n";
        }
    }

    TempFolder folder;
    ManualClock clock;
    logging::Logger log{quiet_log(), "test"};
    base::Registry metrics;
    net::Worker worker;
    net::SessionSet sessions{net::SessionLimits{}};
    FakeDirectory directory;
    mta::SmtpdSettings settings;
    mta::Router router{directory, {"alice@example.test"}, log};
    KeepingAcceptor acceptor;
    storage::SpoolBudget spool{{folder.path(), 1000, 100'000, 200'000}};
    std::unique_ptr<auth::Authenticator> authenticator;
    std::shared_ptr<net::TlsSource> tls;
    mta::SmtpdMetrics smtpd_metrics{metrics};
};

}  // namespace helio::test
