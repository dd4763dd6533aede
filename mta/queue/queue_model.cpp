#include "mta/queue/queue_model.h"

#include "mta/queue/codec.h"

namespace helio::mta {
namespace {

constexpr storage::Table all_tables[] = {messages_table, due_table};

std::optional<QueuedMessage> find(const storage::IndexReader& index, std::string_view id) {
    const auto row = index.get(messages_table, id);
    return row ? decode_message(*row) : std::nullopt;
}

void put(storage::IndexWriter& index, const QueuedMessage& message) {
    index.put(messages_table, message.envelope.id, encode(message));
    index.put(due_table, due_key(message.due_ms, message.envelope.id), encode(message.next));
}

void apply_accepted(storage::IndexWriter& index, std::string_view payload) {
    const auto message = decode_message(payload);
    if (!message) return;
    const auto before = find(index, message->envelope.id);
    if (before) {
        index.erase(due_table, due_key(before->due_ms, before->envelope.id));
    } else {
        index.refer(message->body);
    }
    put(index, *message);
}

void apply_attempted(storage::IndexWriter& index, std::string_view payload) {
    const auto attempted = decode_attempted(payload);
    if (!attempted) return;
    auto message = find(index, attempted->id);
    if (!message) return;  // its `accepted` was carried forward behind this record and holds its effect
    index.erase(due_table, due_key(message->due_ms, attempted->id));
    attempted->apply_to(*message);
    put(index, *message);
}

void apply_removed(storage::IndexWriter& index, std::string_view id) {
    const auto message = find(index, id);
    if (!message) return;
    index.erase(due_table, due_key(message->due_ms, id));
    index.erase(messages_table, id);
    index.release(message->body);
}

std::string id_of(const storage::Record& record) {
    if (record.type == removed_record) return std::string(record.payload);
    return std::string(Reader(record.payload).text());  // both payloads start with it
}

}  // namespace

// A due time is never negative, so big-endian bytes sort as the number does.
std::string due_key(std::int64_t due_ms, std::string_view id) {
    std::string key;
    put_number(key, static_cast<std::uint64_t>(due_ms));
    key += id;
    return key;
}

std::string_view id_of_due_key(std::string_view key) { return key.substr(std::min<std::size_t>(8, key.size())); }

std::int64_t time_of_due_key(std::string_view key) { return static_cast<std::int64_t>(Reader(key).number()); }

std::span<const storage::Table> QueueModel::tables() const { return all_tables; }

void QueueModel::apply(storage::IndexWriter& index, const storage::Record& record) {
    switch (record.type) {
        case accepted_record:
            apply_accepted(index, record.payload);
            return;
        case attempted_record:
            apply_attempted(index, record.payload);
            return;
        case removed_record:
            apply_removed(index, record.payload);
            return;
        default:
            return;
    }
}

// A message that is still queued survives by its current state; one that is gone needs nothing, save that its
// tombstone must stay while an older segment may hold its `accepted`.
void QueueModel::carry_forward(const storage::IndexReader& index, const storage::Record& record, bool oldest_stays,
                               storage::RecordSink& sink) {
    const auto id = id_of(record);
    const auto row = index.get(messages_table, id);
    if (row) {
        sink.add(accepted_record, std::string(*row));
    } else if (record.type == removed_record && oldest_stays) {
        sink.add(removed_record, id);
    }
}

}  // namespace helio::mta
