#include "store/mailbox/delivery_window.h"

#include <cstring>

#include <openssl/sha.h>

#include "store/mailbox/keys.h"
#include "store/mailbox/records.h"

namespace helio::store {
namespace {

constexpr std::size_t forgotten_at_once = 256;
constexpr std::int64_t look_interval_seconds = 60;

std::uint64_t hint_of(const DeliveryKey& key) {
    std::uint64_t hint = 0;
    std::memcpy(&hint, key.data(), sizeof(hint));
    return hint;
}

}  // namespace

DeliveryKey delivery_key(std::string_view delivery_id, std::string_view recipient) {
    const auto text = Encoder().text(delivery_id).text(recipient).take();
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    DeliveryKey key{};
    std::memcpy(key.data(), digest.data(), key.size());
    return key;
}

void DeliveryWindow::load(const storage::IndexReader& index) {
    index.scan(keys::delivery, {}, {}, [&](std::string_view key, std::string_view value) {
        last_number_ = keys::number_of(key);
        numbers_[hint_of(DeliveryRow::decode(value).key)] = last_number_;
        return true;
    });
}

std::optional<DeliveryRow> DeliveryWindow::find(const storage::IndexReader& index, const DeliveryKey& key) const {
    const auto number = numbers_.find(hint_of(key));
    if (number == numbers_.end()) return std::nullopt;
    const auto value = index.get(keys::delivery, keys::of_number(number->second));
    if (!value) return std::nullopt;
    auto row = DeliveryRow::decode(*value);
    if (row.key != key) return std::nullopt;
    return row;
}

void DeliveryWindow::remember(storage::Decision& decision, const DeliveryRow& row) {
    ++last_number_;
    const records::Delivery record{last_number_, row.key, row.time, row.mailbox, row.uid};
    decision.add(static_cast<storage::RecordType>(record.type), record.encode());
    numbers_[hint_of(row.key)] = last_number_;
    if (numbers_.size() > most_ || row.time >= next_look_) forget_old(decision, row.time);
}

void DeliveryWindow::forget_old(storage::Decision& decision, std::int64_t now) {
    // The newest row always stays: its number keeps the next ones ascending after a restart.
    next_look_ = now + look_interval_seconds;
    const auto too_many = numbers_.size() > most_ ? numbers_.size() - most_ : 0;
    std::size_t gone = 0;
    std::uint64_t last = 0;
    decision.index().scan(keys::delivery, {}, keys::of_number(last_number_),
                          [&](std::string_view key, std::string_view value) {
                              const auto row = DeliveryRow::decode(value);
                              if (gone >= forgotten_at_once) {
                                  next_look_ = now;
                                  return false;
                              }
                              if (gone >= too_many && row.time + age_.count() >= now) return false;
                              ++gone;
                              last = keys::number_of(key);
                              const auto hint = numbers_.find(hint_of(row.key));
                              if (hint != numbers_.end() && hint->second == last) numbers_.erase(hint);
                              return true;
                          });
    if (gone == 0) return;
    const records::DeliveriesExpired record{last};
    decision.add(static_cast<storage::RecordType>(record.type), record.encode());
}

}  // namespace helio::store
