// Queue: the messages that a relay has accepted and not yet brought to everybody, on the storage engine.
// Every function that changes it answers after the change is durable. Which messages are under way is the scheduler's
// business: the queue itself is just state. Thread-safe.
#pragma once

#include <functional>
#include <mutex>

#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "mta/dsn/bounce.h"
#include "mta/queue/queue_change.h"

namespace helio::mta {

struct QueueSettings {
    std::chrono::milliseconds first_retry{60'000};           ///< doubled after each attempt,
    std::chrono::milliseconds longest_retry{3'600'000};      ///< up to here, each with jitter;
    std::chrono::milliseconds longest_store_retry{300'000};  ///< and up to here while a store of ours is to take it
    std::chrono::milliseconds max_age{5 * 24 * 3'600'000ll};
};

/// A recipient that is not done with, and what its last attempt said.
struct Undelivered {
    mail::Address address;
    Outcome outcome;
    bool held = false;          ///< status hold: never given up
    bool is_local = false;      ///< one of our users: his store or the directory will be back soon
    Destination destination{};  ///< as routed; without a name: not known
};

/// One row of the due index.
struct DueRow {
    std::string key;
    std::string id;
    std::int64_t due_ms = 0;
    Destination destination;  ///< where it went when it was last routed; without a name: not known
};

class Queue {
public:
    Queue(storage::Partition& partition, QueueSettings settings, BounceSettings bounces, const logging::Logger& log,
          base::Registry& metrics, const base::Clock& clock);

    /// Keeps the message for the recipients that are deferred and tells the sender about those that are refused, in
    /// one atomic change. Errors: those of storage::Partition::submit().
    Task<Result<>> take_over(std::shared_ptr<const Message> message, std::vector<Undelivered> rest);

    /// Shows the messages due at `now_ms` from key `from` on, the longest waiting first, until `each` says false.
    void scan_due(std::string_view from, std::int64_t now_ms, const std::function<bool(const DueRow&)>& each) const;
    /// When the next message after `now_ms` is due; nothing when there is none.
    std::optional<std::int64_t> next_due(std::int64_t now_ms) const;
    std::optional<QueuedMessage> find(const std::string& id) const;
    /// The message with its pending recipients, in the order of QueuedMessage::recipients; next hops are not set.
    /// Errors: storage::errc::no_such_body, damaged, io.
    Result<std::shared_ptr<Message>> load(const QueuedMessage& queued) const;
    /// After an attempt: `delivered` and `rest` are all the recipients that were pending. Removes the message when
    /// nobody is left, else sets its next time; refused and expired recipients become a DSN in the same change.
    /// While a recipient is left that was not tried, the message is due at once and the attempt is not counted.
    Task<Result<>> settle(QueuedMessage queued, std::vector<mail::Address> delivered, std::vector<Undelivered> rest);

    /// `wake` is called (on any thread) with the due time of a message that is new or has a new one.
    void on_new(std::function<void(std::int64_t due_ms)> wake);
    /// Messages in the queue, counted up to `most`; for the metrics. Any thread.
    std::size_t size(std::size_t most) const;
    std::string not_ready() const { return partition_.not_ready(); }
    std::int64_t now_ms() const;

private:
    std::int64_t next_time(std::uint32_t attempts, const std::vector<Undelivered>& rest) const;
    bool is_expired(const Envelope& envelope) const;
    Task<Result<>> submit(QueueChange& change, std::optional<std::int64_t> due_ms);
    void bounce(QueueChange& change, const Envelope& envelope, const storage::BodySource& text,
                const std::vector<Undelivered>& refused) const;
    void bounce_queued(QueueChange& change, const QueuedMessage& queued, const std::vector<Undelivered>& refused) const;
    void expire(const Envelope& envelope, std::vector<Undelivered>& rest) const;

    storage::Partition& partition_;
    const QueueSettings settings_;
    const BounceSettings bounces_;
    const logging::Logger& log_;
    const base::Clock& clock_;
    base::Counter& queued_;
    base::Counter& bounced_;
    std::mutex lock_;
    std::function<void(std::int64_t)> wake_;
};

}  // namespace helio::mta
