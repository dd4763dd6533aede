// DeliveryWindow: which (delivery id, recipient) pairs were delivered of late, so that a repeated delivery after a lost
// reply is answered with success and stored once (DESIGN section 4, Retries). The rows lie in the index in the order of
// arrival, an append for LMDB; this object finds them by a small map in memory, a hint that is checked against the
// index (a change that was decided may still fail to reach the disk). Bounded by count and by age; forgetting is
// logged. Lives on the writer's thread after load().
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "common/storage/partition.h"
#include "store/mailbox/rows.h"

namespace helio::store {

using DeliveryKey = std::array<char, 16>;
/// The first half of SHA-256 over both, told apart by their lengths.
[[nodiscard]] DeliveryKey delivery_key(std::string_view delivery_id, std::string_view recipient);

class DeliveryWindow {
public:
    DeliveryWindow(std::size_t most, std::chrono::seconds age) : most_(most), age_(age) {}

    /// Reads what the index holds; before the first change.
    void load(const storage::IndexReader& index);
    std::optional<DeliveryRow> find(const storage::IndexReader& index, const DeliveryKey& key) const;
    /// Logs the delivery, and forgets a few that are too old or too many.
    void remember(storage::Decision& decision, const DeliveryRow& row);

    std::size_t size() const { return numbers_.size(); }

private:
    void forget_old(storage::Decision& decision, std::int64_t now);

    const std::size_t most_;
    const std::chrono::seconds age_;
    std::unordered_map<std::uint64_t, std::uint64_t> numbers_;  // first bytes of the key -> row number
    std::uint64_t last_number_ = 0;
    std::int64_t next_look_ = 0;  // when the oldest may be too old
};

}  // namespace helio::store
