#include "mta/queue/queue.h"

#include <algorithm>

#include "common/base/ids.h"
#include "mta/queue/queued_text.h"

namespace helio::mta {
namespace {

// Half to one and a half times: messages that were deferred together don't come back together.
std::int64_t jitter(std::int64_t duration_ms) {
    const auto bytes = base::random_bytes(2);
    const auto random = static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1]);
    return duration_ms * (32'768 + random) / 65'536;
}

bool contains(const std::vector<mail::Address>& addresses, const mail::Address& address) {
    return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

// What the attempt made of each recipient that was pending.
std::vector<Attempted::Change> changes_of(const QueuedMessage& queued, const std::vector<mail::Address>& delivered,
                                          const std::vector<Undelivered>& rest) {
    std::vector<Attempted::Change> changes;
    for (std::uint32_t i = 0; i < queued.recipients.size(); ++i) {
        const auto& recipient = queued.recipients[i];
        if (recipient.state != RecipientState::pending) continue;
        if (contains(delivered, recipient.address)) {
            changes.push_back({i, RecipientState::delivered, {}});
            continue;
        }
        const auto same = [&](const Undelivered& each) { return each.address == recipient.address; };
        const auto found = std::find_if(rest.begin(), rest.end(), same);
        if (found == rest.end()) continue;
        const bool gives_up = found->outcome.fate == Fate::refused;
        changes.push_back(
            {i, gives_up ? RecipientState::bounced : RecipientState::pending, smtp::one_line(found->outcome.reply)});
    }
    return changes;
}

// Where the message goes next: to who was not tried first.
Destination next_of(const std::vector<Undelivered>& rest) {
    Destination next;
    for (const auto& each : rest) {
        if (each.outcome.fate != Fate::deferred) continue;
        if (!each.outcome.tried) return each.destination;
        if (next.name.empty()) next = each.destination;
    }
    return next;
}

std::vector<Undelivered> refused_of(const std::vector<Undelivered>& rest) {
    std::vector<Undelivered> refused;
    for (const auto& each : rest) {
        if (each.outcome.fate == Fate::refused) refused.push_back(each);
    }
    return refused;
}

}  // namespace

Queue::Queue(storage::Partition& partition, QueueSettings settings, BounceSettings bounces, const logging::Logger& log,
             base::Registry& metrics, const base::Clock& clock)
    : partition_(partition),
      settings_(settings),
      bounces_(std::move(bounces)),
      log_(log),
      clock_(clock),
      queued_(metrics.counter("helio_mta_queued_total", "Messages written to the queue")),
      bounced_(metrics.counter("helio_mta_bounces_total", "DSNs made")) {}

std::int64_t Queue::now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall_now().time_since_epoch()).count();
}

std::int64_t Queue::next_time(std::uint32_t attempts, const std::vector<Undelivered>& rest) const {
    const auto waits_for_us = [](const Undelivered& each) {
        return each.is_local && each.outcome.fate == Fate::deferred;
    };
    const bool local = std::any_of(rest.begin(), rest.end(), waits_for_us);
    const auto& most = settings_.longest_retry;
    const std::int64_t longest = (local ? std::min(most, settings_.longest_store_retry) : most).count();
    std::int64_t wait = settings_.first_retry.count();
    for (std::uint32_t i = 1; i < attempts && wait < longest; ++i) wait *= 2;
    return now_ms() + jitter(std::min(wait, longest));
}

bool Queue::is_expired(const Envelope& envelope) const {
    return now_ms() - envelope.arrived_unix * 1000 >= settings_.max_age.count();
}

void Queue::on_new(std::function<void(std::int64_t)> wake) {
    const std::lock_guard guard(lock_);
    wake_ = std::move(wake);
}

// `due_ms`: the earliest of the messages that the change adds or leaves.
Task<Result<>> Queue::submit(QueueChange& change, std::optional<std::int64_t> due_ms) {
    auto done = co_await partition_.submit(change);
    if (!done) {
        log_.error("mta.queue_write_failed", {{"reason", to_string(done.error())}});
        co_return done;
    }
    const std::lock_guard guard(lock_);
    if (wake_ && due_ms) wake_(*due_ms);
    co_return done;
}

// A DSN never answers a DSN (RFC 5321 §6.1): then only the log knows.
void Queue::bounce(QueueChange& change, const Envelope& envelope, const storage::BodySource& text,
                   const std::vector<Undelivered>& refused) const {
    if (refused.empty()) return;
    std::vector<Failure> failures;
    for (const auto& each : refused) {
        failures.push_back({each.address, each.outcome.reply, each.outcome.host});
        log_.info("mta.bounced", {{"id", envelope.id},
                                  {"from", envelope.reverse_path.to_string()},
                                  {"to", each.address.to_string()},
                                  {"host", each.outcome.host},
                                  {"reply", smtp::one_line(each.outcome.reply)},
                                  {"dsn", !envelope.reverse_path.is_null()}});
    }
    if (envelope.reverse_path.is_null()) return;
    auto made = make_bounce(bounces_, envelope, text, failures, base::new_id(), now_ms() / 1000);
    QueuedMessage queued;
    queued.envelope = std::move(made.envelope);
    queued.size_bytes = made.text->size();
    queued.due_ms = now_ms();
    queued.recipients.push_back({envelope.reverse_path, RecipientState::pending, {}});
    change.add(std::move(queued), std::move(made.text));
    bounced_.add();
}

void Queue::bounce_queued(QueueChange& change, const QueuedMessage& queued,
                          const std::vector<Undelivered>& refused) const {
    if (refused.empty()) return;
    const auto message = load(queued);
    if (message) return bounce(change, queued.envelope, *(*message)->text, refused);
    log_.error("mta.text_unreadable", {{"id", queued.envelope.id}, {"reason", to_string(message.error())}});
    bounce(change, queued.envelope, *storage::body_in_memory({}), refused);
}

// Who is still deferred when the message is too old is refused by us.
void Queue::expire(const Envelope& envelope, std::vector<Undelivered>& rest) const {
    if (!is_expired(envelope)) return;
    for (auto& each : rest) {
        if (each.outcome.fate != Fate::deferred || each.held) continue;
        const auto last = smtp::one_line(each.outcome.reply);
        each.outcome.fate = Fate::refused;
        each.outcome.reply = smtp::reply(554, {5, 4, 7}, "delivery time expired; last answer: " + last);
    }
}

Task<Result<>> Queue::take_over(std::shared_ptr<const Message> message, std::vector<Undelivered> rest) {
    QueueChange change;
    QueuedMessage queued;
    queued.envelope = message->envelope;
    queued.size_bytes = message->text->size();
    bool untried = false;
    for (const auto& each : rest) {
        if (each.outcome.fate != Fate::deferred) continue;
        untried |= !each.outcome.tried;
        queued.recipients.push_back({each.address, RecipientState::pending, smtp::one_line(each.outcome.reply)});
    }
    queued.attempts = untried ? 0 : 1;
    queued.due_ms = untried ? now_ms() : next_time(1, rest);
    queued.next = next_of(rest);
    std::optional<std::int64_t> due_ms;
    if (!queued.recipients.empty()) {
        due_ms = queued.due_ms;
        change.add(std::move(queued), message->text);
        queued_.add();
    }
    const auto refused = refused_of(rest);
    if (!refused.empty()) due_ms = now_ms();
    bounce(change, message->envelope, *message->text, refused);
    if (change.is_empty()) co_return {};
    co_return co_await submit(change, due_ms);
}

void Queue::scan_due(std::string_view from, std::int64_t now, const std::function<bool(const DueRow&)>& each) const {
    const auto end = due_key(now + 1, {});
    if (from >= end) return;
    partition_.read([&](const storage::IndexReader& index) {
        index.scan(due_table, from, end, [&](std::string_view key, std::string_view hint) {
            const auto next = decode_destination(hint);
            return each({std::string(key), std::string(id_of_due_key(key)), time_of_due_key(key),
                         next ? *next : Destination()});
        });
    });
}

std::optional<std::int64_t> Queue::next_due(std::int64_t now) const {
    std::optional<std::int64_t> next;
    partition_.read([&](const storage::IndexReader& index) {
        index.scan(due_table, due_key(now + 1, {}), {}, [&](std::string_view key, std::string_view) {
            next = time_of_due_key(key);
            return false;
        });
    });
    return next;
}

std::size_t Queue::size(std::size_t most) const {
    std::size_t count = 0;
    partition_.read([&](const storage::IndexReader& index) {
        index.scan(due_table, {}, {}, [&](std::string_view, std::string_view) { return ++count < most; });
    });
    return count;
}

std::optional<QueuedMessage> Queue::find(const std::string& id) const {
    std::optional<QueuedMessage> message;
    partition_.read([&](const storage::IndexReader& index) {
        const auto row = index.get(messages_table, id);
        if (row) message = decode_message(*row);
    });
    return message;
}

Result<std::shared_ptr<Message>> Queue::load(const QueuedMessage& queued) const {
    auto body = partition_.open_body(queued.body);
    if (!body) return fail(body.error());
    auto message = std::make_shared<Message>();
    message->envelope = queued.envelope;
    message->text = std::make_shared<QueuedText>(std::move(*body));
    for (const auto& recipient : queued.recipients) {
        if (recipient.state != RecipientState::pending) continue;
        message->recipients.push_back({recipient.address, {}, recipient.address, {}, {}});
    }
    return message;
}

Task<Result<>> Queue::settle(QueuedMessage queued, std::vector<mail::Address> delivered,
                             std::vector<Undelivered> rest) {
    expire(queued.envelope, rest);
    const auto was_tried = [](const Undelivered& each) { return each.outcome.tried; };
    const bool all_tried = std::all_of(rest.begin(), rest.end(), was_tried);
    const Attempted attempted{queued.envelope.id, queued.attempts + (all_tried ? 1u : 0u),
                              all_tried ? next_time(queued.attempts + 1, rest) : now_ms(),
                              changes_of(queued, delivered, rest), next_of(rest)};
    QueueChange change;
    std::optional<std::int64_t> due_ms;
    const auto refused = refused_of(rest);
    if (!refused.empty()) due_ms = now_ms();
    bounce_queued(change, queued, refused);
    attempted.apply_to(queued);
    if (queued.is_finished()) {
        change.remove(queued.envelope.id);
    } else {
        change.change(attempted);
        due_ms = std::min(due_ms.value_or(attempted.due_ms), attempted.due_ms);
    }
    co_return co_await submit(change, due_ms);
}

}  // namespace helio::mta
