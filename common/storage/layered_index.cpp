#include "common/storage/layered_index.h"

#include <algorithm>
#include <stdexcept>

namespace helio::storage {
namespace {

constexpr std::size_t key_bytes_most = 500;

void check_key(std::string_view key) {
    if (key.empty() || key.size() > key_bytes_most)
        throw std::length_error("index key of " + std::to_string(key.size()) + " bytes");
}

Layers with_top(const Overlay* top, Layers below) {
    below.decided.insert(below.decided.begin(), top);
    return below;
}

using PublishedRows = PublishedLayer::Rows;

Overlay::Rows::const_iterator lower_bound(const Overlay::Rows& rows, std::string_view key) {
    return rows.lower_bound(key);
}
PublishedRows::const_iterator lower_bound(const PublishedRows& rows, std::string_view key) {
    return std::ranges::lower_bound(rows, key, {}, &PublishedLayer::Row::key);
}
std::string_view key_of(const Overlay::Rows::value_type& row) { return row.first; }
std::string_view key_of(const PublishedLayer::Row& row) { return row.key; }
const std::optional<std::string>& value_of(const Overlay::Rows::value_type& row) { return row.second; }
const std::optional<std::string>& value_of(const PublishedLayer::Row& row) { return *row.value; }

/// A layer among the sources of a merged scan.
template <class Rows>
struct LayerCursor {
    const Rows* rows;
    typename Rows::const_iterator at;
    bool valid = false;

    std::string_view key() const { return key_of(*at); }
    void seek(std::string_view first) {
        at = lower_bound(*rows, first);
        valid = at != rows->end();
    }
    void seek_before(std::string_view last) {
        at = last.empty() ? rows->end() : lower_bound(*rows, last);
        previous();
    }
    void next() { valid = ++at != rows->end(); }
    void previous() {
        valid = at != rows->begin();
        if (valid) --at;
    }
};

/// Merges layers (the newest first) with the snapshot; a newer row hides the older ones of the same key.
class MergedScan {
public:
    /// Rows of the layers in the range are few as a rule: a layer without any is left out.
    MergedScan(const Layers& layers, Table table, std::string_view first, std::string_view last) {
        for (const auto* layer : layers.decided) {
            const auto rows = layer->tables.find(table.number);
            if (rows != layer->tables.end()) add(decided_, rows->second, first, last);
        }
        for (const auto* layer : layers.published) {
            if (const auto* rows = layer->rows(table)) add(published_, *rows, first, last);
        }
    }
    /// The snapshot alone can answer.
    bool is_plain() const { return decided_.empty() && published_.empty(); }
    void set_base(std::unique_ptr<Snapshot::Cursor> base) { base_ = std::move(base); }

    void up(std::string_view first, std::string_view last, const IndexReader::Visit& visit) {
        each_layer([&](auto& layer) { layer.seek(first); });
        base_->seek(first);
        const auto nearer = [](std::string_view a, std::string_view b) { return a < b; };
        while (pick(nearer)) {
            if (!last.empty() && key_ >= last) return;
            if (value_ && !visit(key_, *value_)) return;
            step([](auto& source) { source.next(); });
        }
    }

    void down(std::string_view first, std::string_view last, const IndexReader::Visit& visit) {
        each_layer([&](auto& layer) { layer.seek_before(last); });
        base_->seek_before(last);
        const auto nearer = [](std::string_view a, std::string_view b) { return a > b; };
        while (pick(nearer)) {
            if (key_ < first) return;
            if (value_ && !visit(key_, *value_)) return;
            step([](auto& source) { source.previous(); });
        }
    }

private:
    template <class Rows>
    static void add(std::vector<LayerCursor<Rows>>& cursors, const Rows& rows, std::string_view first,
                    std::string_view last) {
        const auto lowest = lower_bound(rows, first);
        if (lowest == rows.end() || (!last.empty() && key_of(*lowest) >= last)) return;
        cursors.push_back({&rows, {}, false});
    }

    /// The newest first.
    template <class Visit>
    void each_layer(Visit visit) {
        for (auto& layer : decided_) visit(layer);
        for (auto& layer : published_) visit(layer);
    }

    /// Sets key_ and value_ to the next row; false at the end.
    template <class Nearer>
    bool pick(Nearer nearer) {
        bool found = false;
        each_layer([&](const auto& layer) {
            if (!layer.valid || (found && !nearer(layer.key(), key_))) return;
            found = true;
            key_ = layer.key();
            const auto& value = value_of(*layer.at);
            value_ = value ? std::optional<std::string_view>(*value) : std::nullopt;
        });
        if (base_->valid() && (!found || nearer(base_->key(), key_))) {
            found = true;
            key_ = base_->key();
            value_ = base_->value();
        }
        return found;
    }

    template <class Step>
    void step(Step move) {
        const std::string key(key_);  // the view may belong to a source that moves
        each_layer([&](auto& layer) {
            if (layer.valid && layer.key() == key) move(layer);
        });
        if (base_->valid() && base_->key() == key) move(*base_);
    }

    std::vector<LayerCursor<Overlay::Rows>> decided_;
    std::vector<LayerCursor<PublishedRows>> published_;
    std::unique_ptr<Snapshot::Cursor> base_;
    std::string_view key_;
    std::optional<std::string_view> value_;
};

}  // namespace

std::optional<std::string_view> MergedIndex::get(Table table, std::string_view key) const {
    for (const auto* layer : layers_.decided) {
        const auto rows = layer->tables.find(table.number);
        if (rows == layer->tables.end()) continue;
        const auto row = rows->second.find(key);
        if (row != rows->second.end()) return row->second;
    }
    for (const auto* layer : layers_.published) {
        if (const auto* value = layer->find(table, key)) return *value;
    }
    return base_.get(table, key);
}

void MergedIndex::scan(Table table, std::string_view first, std::string_view last, const Visit& visit) const {
    MergedScan merged(layers_, table, first, last);
    if (merged.is_plain()) return base_.scan(table, first, last, visit);
    merged.set_base(base_.cursor(table));
    merged.up(first, last, visit);
}

void MergedIndex::scan_back(Table table, std::string_view first, std::string_view last, const Visit& visit) const {
    MergedScan merged(layers_, table, first, last);
    if (merged.is_plain()) return base_.scan_back(table, first, last, visit);
    merged.set_base(base_.cursor(table));
    merged.down(first, last, visit);
}

LayeredIndex::LayeredIndex(Overlay& top, Layers below, const Snapshot& base)
    : top_(top), merged_(with_top(&top, std::move(below)), base) {}

void LayeredIndex::put(Table table, std::string_view key, std::string_view value) {
    check_key(key);
    top_.tables[table.number].insert_or_assign(std::string(key), std::string(value));
}

void LayeredIndex::erase(Table table, std::string_view key) {
    check_key(key);
    top_.tables[table.number].insert_or_assign(std::string(key), std::nullopt);
}

std::optional<BodyRow> MergedIndex::body(BodyId id) const {
    const auto unless_gone = [](const BodyRow& row) { return row.gone ? std::nullopt : std::optional(row); };
    for (const auto* layer : layers_.decided) {
        const auto row = layer->bodies.find(id.value);
        if (row != layer->bodies.end()) return unless_gone(row->second);
    }
    for (const auto* layer : layers_.published) {
        if (const auto* row = layer->body(id)) return unless_gone(*row);
    }
    return base_.body(id);
}

void LayeredIndex::refer(BodyId id) {
    auto row = body(id).value_or(BodyRow{});
    ++row.references;
    set_body(id, row);
}

void LayeredIndex::release(BodyId id) {
    auto row = body(id);
    if (!row || row->references == 0) return;  // after damage: its record or its rows were lost
    --row->references;
    row->gone = row->references == 0 && !keeps_unnamed_;
    set_body(id, *row);
}

void LayeredIndex::place_body(BodyId id, std::uint64_t segment, std::uint64_t offset, std::uint64_t length,
                              bool unwritten) {
    auto row = body(id).value_or(BodyRow{});
    row.segment = segment;
    row.offset = offset;
    row.length = length;
    row.unwritten = unwritten;
    set_body(id, row);
}

}  // namespace helio::storage
