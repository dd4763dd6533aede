#include "common/storage/published_layer.h"

#include <algorithm>

namespace helio::storage {
namespace {

/// Two arrays in the order of `key_of`; of equal keys only the newer's stays.
template <class Rows, class KeyOf>
Rows merged(const Rows& older, const Rows& newer, KeyOf key_of) {
    Rows all;
    all.reserve(older.size() + newer.size());
    auto old = older.begin();
    for (const auto& row : newer) {
        while (old != older.end() && key_of(*old) < key_of(row)) all.push_back(*old++);
        if (old != older.end() && key_of(*old) == key_of(row)) ++old;
        all.push_back(row);
    }
    all.insert(all.end(), old, older.end());
    return all;
}

}  // namespace

PublishedLayer::PublishedLayer(std::shared_ptr<const Overlay> batch) {
    for (const auto& [number, rows] : batch->tables) {
        auto& flat = tables_[number];
        flat.reserve(rows.size());
        for (const auto& [key, value] : rows) flat.push_back({key, &value});
    }
    bodies_.assign(batch->bodies.begin(), batch->bodies.end());
    batches_.push_back(std::move(batch));
}

PublishedLayer::PublishedLayer(const PublishedLayer& older, const PublishedLayer& newer)
    : batches_(older.batches_), tables_(newer.tables_) {
    batches_.insert(batches_.end(), newer.batches_.begin(), newer.batches_.end());
    for (const auto& [number, rows] : older.tables_) {
        auto& mine = tables_[number];
        mine = mine.empty() ? rows : merged(rows, mine, [](const Row& row) { return row.key; });
    }
    bodies_ = merged(older.bodies_, newer.bodies_, [](const auto& row) { return row.first; });
}

const PublishedLayer::Rows* PublishedLayer::rows(Table table) const {
    const auto found = tables_.find(table.number);
    return found == tables_.end() ? nullptr : &found->second;
}

const std::optional<std::string>* PublishedLayer::find(Table table, std::string_view key) const {
    const auto* all = rows(table);
    if (!all) return nullptr;
    const auto row = std::ranges::lower_bound(*all, key, {}, &Row::key);
    return row == all->end() || row->key != key ? nullptr : row->value;
}

const BodyRow* PublishedLayer::body(BodyId id) const {
    const auto row = std::ranges::lower_bound(bodies_, id.value, {}, &Bodies::value_type::first);
    return row == bodies_.end() || row->first != id.value ? nullptr : &row->second;
}

}  // namespace helio::storage
