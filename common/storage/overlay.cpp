#include "common/storage/overlay.h"

namespace helio::storage {

std::size_t Overlay::memory_bytes() const {
    constexpr std::size_t row_bytes = 250;  // as most rows are: a short key, a value of some 30 bytes
    constexpr std::size_t body_bytes = 160;
    std::size_t bytes = bodies.size() * body_bytes;
    for (const auto& [number, rows] : tables) bytes += rows.size() * row_bytes;
    return bytes;
}

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

}  // namespace helio::storage
