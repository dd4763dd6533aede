#include "common/storage/overlay.h"

#include <stdexcept>

namespace helio::storage {
namespace {

constexpr std::size_t key_bytes_most = 500;

void check_key(std::string_view key) {
    if (key.empty() || key.size() > key_bytes_most)
        throw std::length_error("index key of " + std::to_string(key.size()) + " bytes");
}

std::vector<const Overlay*> with_top(const Overlay* top, const std::vector<const Overlay*>& below) {
    std::vector<const Overlay*> layers{top};
    layers.insert(layers.end(), below.begin(), below.end());
    return layers;
}

/// One of the sources of a merged scan: a layer's rows or the snapshot's cursor.
struct LayerCursor {
    const Overlay::Rows* rows;
    Overlay::Rows::const_iterator at;
    bool valid = false;

    void seek(std::string_view first) {
        at = rows->lower_bound(first);
        valid = at != rows->end();
    }
    void seek_before(std::string_view last) {
        at = last.empty() ? rows->end() : rows->lower_bound(last);
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
    MergedScan(const std::vector<const Overlay*>& layers, Table table, std::string_view first, std::string_view last) {
        for (const auto* layer : layers) {
            const auto rows = layer->tables.find(table.number);
            if (rows == layer->tables.end()) continue;
            const auto lowest = rows->second.lower_bound(first);
            if (lowest == rows->second.end() || (!last.empty() && lowest->first >= last)) continue;
            layers_.push_back({&rows->second, {}, false});
        }
    }
    /// The snapshot alone can answer.
    bool is_plain() const { return layers_.empty(); }
    void set_base(std::unique_ptr<Snapshot::Cursor> base) { base_ = std::move(base); }

    void up(std::string_view first, std::string_view last, const IndexReader::Visit& visit) {
        for (auto& layer : layers_) layer.seek(first);
        base_->seek(first);
        const auto nearer = [](std::string_view a, std::string_view b) { return a < b; };
        while (pick(nearer)) {
            if (!last.empty() && key_ >= last) return;
            if (value_ && !visit(key_, *value_)) return;
            step([](auto& source) { source.next(); });
        }
    }

    void down(std::string_view first, std::string_view last, const IndexReader::Visit& visit) {
        for (auto& layer : layers_) layer.seek_before(last);
        base_->seek_before(last);
        const auto nearer = [](std::string_view a, std::string_view b) { return a > b; };
        while (pick(nearer)) {
            if (key_ < first) return;
            if (value_ && !visit(key_, *value_)) return;
            step([](auto& source) { source.previous(); });
        }
    }

private:
    /// Sets key_ and value_ to the next row; false at the end.
    template <class Nearer>
    bool pick(Nearer nearer) {
        bool found = false;
        for (const auto& layer : layers_) {
            if (!layer.valid || (found && !nearer(layer.at->first, key_))) continue;
            found = true;
            key_ = layer.at->first;
            value_ = layer.at->second ? std::optional<std::string_view>(*layer.at->second) : std::nullopt;
        }
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
        for (auto& layer : layers_)
            if (layer.valid && layer.at->first == key) move(layer);
        if (base_->valid() && base_->key() == key) move(*base_);
    }

    std::vector<LayerCursor> layers_;
    std::unique_ptr<Snapshot::Cursor> base_;
    std::string_view key_;
    std::optional<std::string_view> value_;
};

}  // namespace

void Overlay::merge(Overlay&& newer) {
    for (auto& [number, rows] : newer.tables) {
        auto& mine = tables[number];
        while (!rows.empty()) {
            auto node = rows.extract(rows.begin());
            auto placed = mine.insert(std::move(node));
            if (!placed.inserted) placed.position->second = std::move(placed.node.mapped());
        }
    }
    for (const auto& [id, row] : newer.bodies) bodies[id] = row;
    newer.tables.clear();
    newer.bodies.clear();
}

void Overlay::place_bodies(std::uint64_t segment, std::uint64_t batch_offset) {
    for (auto& [id, row] : bodies) {
        if (!row.unwritten) continue;
        row.unwritten = false;
        row.segment = segment;
        row.offset += batch_offset;
    }
}

std::optional<std::string_view> MergedIndex::get(Table table, std::string_view key) const {
    for (const auto* layer : layers_) {
        const auto rows = layer->tables.find(table.number);
        if (rows == layer->tables.end()) continue;
        const auto row = rows->second.find(key);
        if (row == rows->second.end()) continue;
        if (!row->second) return std::nullopt;
        return std::string_view(*row->second);
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

LayeredIndex::LayeredIndex(Overlay& top, const std::vector<const Overlay*>& below, const Snapshot& base)
    : top_(top), merged_(with_top(&top, below), base) {}

void LayeredIndex::put(Table table, std::string_view key, std::string_view value) {
    check_key(key);
    top_.tables[table.number].insert_or_assign(std::string(key), std::string(value));
}

void LayeredIndex::erase(Table table, std::string_view key) {
    check_key(key);
    top_.tables[table.number].insert_or_assign(std::string(key), std::nullopt);
}

std::optional<BodyRow> MergedIndex::body(BodyId id) const {
    for (const auto* layer : layers_) {
        const auto row = layer->bodies.find(id.value);
        if (row == layer->bodies.end()) continue;
        if (row->second.gone) return std::nullopt;
        return row->second;
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
