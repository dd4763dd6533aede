// QueueModel: what the queue's records mean to the storage engine (DESIGN section 4).
//   accepted   the whole state of a message      puts its row and its place in the due-time index, names the body
//   attempted  what one attempt changed          changes the row and its due time
//   removed    nothing is left to do             erases both, releases the body
// Tables: messages (id -> QueuedMessage), due (due time, id -> where it goes next). Ids are never reused.
#pragma once

#include "mta/queue/queued_message.h"

namespace helio::mta {

inline constexpr storage::RecordType accepted_record = 1;
inline constexpr storage::RecordType attempted_record = 2;
inline constexpr storage::RecordType removed_record = 3;

inline constexpr storage::Table messages_table{1, "messages"};
inline constexpr storage::Table due_table{2, "due"};

/// Sorts by time; the id behind makes it unique.
std::string due_key(std::int64_t due_ms, std::string_view id);
std::string_view id_of_due_key(std::string_view key);
std::int64_t time_of_due_key(std::string_view key);

class QueueModel final : public storage::Model {
public:
    std::span<const storage::Table> tables() const override;
    void apply(storage::IndexWriter& index, const storage::Record& record) override;
    void carry_forward(const storage::IndexReader& index, const storage::Record& record, bool oldest_stays,
                       storage::RecordSink& sink) override;
};

}  // namespace helio::mta
