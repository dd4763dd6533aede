// QueueFixture: a real partition in a temporary folder, a queue, a scheduler, and a deliverer that does as it is told.
#pragma once

#include "mta/cut_through.h"
#include "mta/queue/scheduler.h"
#include "tests/support/faulty_io.h"
#include "tests/unit/mta/smtpd_fixture.h"

namespace helio::test {

/// Answers by recipient; what has no answer is delivered. Keeps what it was asked.
class ScriptedDeliverer final : public mta::Deliverer {
public:
    Task<std::vector<mta::Outcome>> deliver(std::shared_ptr<const mta::Message> message, mta::Destination destination,
                                            std::vector<std::size_t> which, base::SteadyTime) override {
        std::vector<mta::Outcome> outcomes;
        std::string text;
        ++under_way[destination.name];
        most_under_way[destination.name] = std::max(most_under_way[destination.name], under_way[destination.name]);
        if (slow) co_await net::Worker::current().sleep_for(std::chrono::milliseconds(1));
        --under_way[destination.name];
        const auto read = message->text->read(0, static_cast<std::size_t>(message->text->size()), text);
        if (!read) co_return mta::all_alike(which.size(), {});
        for (const auto place : which) {
            const auto& recipient = message->recipients[place];
            const auto next = recipient.next_address.to_string();
            asked.push_back(
                {message->envelope.id, message->envelope.reverse_path.to_string(), destination.name, next, text});
            const auto found = answers.find(next);
            const auto reply = found == answers.end() ? smtp::reply(250, {2, 0, 0}, "stored") : found->second;
            outcomes.push_back({mta::fate_of(reply), reply, destination.name, true});
        }
        co_return outcomes;
    }

    struct Asked {
        std::string id;
        std::string from;
        std::string destination;
        std::string to;
        std::string text;
    };
    std::map<std::string, smtp::Reply> answers;
    bool slow = false;                     ///< takes a millisecond, so that attempts overlap
    std::map<std::string, int> under_way;  ///< by destination
    std::map<std::string, int> most_under_way;
    std::vector<Asked> asked;
};

struct QueueFixture {
    QueueFixture() {
        directory.add_user("alice@example.test", "x", "store-a.example.test");
        directory.add_user("bob@example.test", "x", "store-b.example.test");
        open();
    }
    ~QueueFixture() { close(); }

    void open() {
        storage::Options options;
        options.folder = folder.path() / "queue";
        options.segment_bytes = 1 << 20;
        options.index_map_bytes = 64 << 20;
        options.reserve_bytes = 0;
        options.io = &io;
        partition = storage::Partition::open(options, model, log, metrics);
        queue = std::make_unique<mta::Queue>(
            *partition, settings, mta::BounceSettings{"mx.example.test", "MD <md@x.test>"}, log, metrics, clock);
        scheduler = std::make_unique<mta::Scheduler>(
            scheduling, *queue, router, deliverer, destinations, [this]() -> net::Worker& { return worker; }, log);
        cut_through = std::make_unique<mta::CutThrough>(mta::CutThroughSettings{}, deliverer, *queue, log);
    }
    void close() {
        if (partition) partition->close();
        cut_through.reset();
        scheduler.reset();
        queue.reset();
        partition.reset();
    }
    /// As smtpd would make it: each recipient routed.
    std::shared_ptr<const mta::Message> message(const std::string& id, const std::string& from,
                                                std::vector<std::string> to) {
        auto made = std::make_shared<mta::Message>();
        made->envelope.id = id;
        if (!from.empty()) made->envelope.reverse_path = *mail::Address::parse(from);
        made->envelope.arrived_unix = base::unix_seconds(clock.wall_now());
        made->text = storage::body_in_memory("Subject: hello\r\nX-Id: " + id + "\r\n\r\nbody\r\n");
        worker.run_until_done(route(*made, std::move(to)));
        return made;
    }
    Task<> route(mta::Message& made, std::vector<std::string> to) {
        for (const auto& address : to) {
            auto routed = co_await router.route(*mail::Address::parse(address));
            REQUIRE(routed.kind != mta::Route::Kind::refused);
            made.recipients.push_back(std::move(routed.recipient));
        }
    }
    smtp::Reply accept(std::shared_ptr<const mta::Message> message) {
        smtp::Reply reply;
        worker.run_until_done(accept_into(std::move(message), reply));
        return reply;
    }
    Task<> accept_into(std::shared_ptr<const mta::Message> message, smtp::Reply& reply) {
        reply = co_await cut_through->accept(std::move(message));
    }
    void run_due() { worker.run_until_done(scheduler->run_once()); }
    std::size_t queued() const { return queue->size(1'000'000); }

    TempFolder folder;
    FaultyIo io;
    ManualClock clock;
    logging::Logger log{quiet_log(), "test"};
    base::Registry metrics;
    net::Worker worker;
    FakeDirectory directory;
    mta::Router router{directory, {}, log};
    mta::QueueModel model;
    mta::QueueSettings settings;
    mta::SchedulerSettings scheduling;
    mta::Destinations destinations{{}, clock};
    ScriptedDeliverer deliverer;
    std::unique_ptr<storage::Partition> partition;
    std::unique_ptr<mta::Queue> queue;
    std::unique_ptr<mta::Scheduler> scheduler;
    std::unique_ptr<mta::CutThrough> cut_through;
};

}  // namespace helio::test
