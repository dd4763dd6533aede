// Overlay: puts and erases that are decided and not yet in LMDB, in key order, per table; and the rows of bodies.
// Filled by one thread; when its batch is durable, readers see it as a PublishedLayer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/storage/partition.h"

namespace helio::storage {

/// Where a body lies and how many index rows name it. segment 0: named already, its record comes later in the log.
struct BodyRow {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;  ///< of its record's header; while its batch is unwritten, from the batch's start
    std::uint64_t length = 0;
    std::uint32_t references = 0;
    bool gone = false;       ///< to be erased
    bool unwritten = false;  ///< its batch has no place yet

    bool operator==(const BodyRow&) const = default;
};

struct Overlay {
    using Rows = std::map<std::string, std::optional<std::string>, std::less<>>;  ///< no value: erased
    std::map<std::uint8_t, Rows> tables;
    std::map<std::uint64_t, BodyRow> bodies;

    bool empty() const { return tables.empty() && bodies.empty(); }
    /// About what it holds, and a PublishedLayer over it.
    std::size_t memory_bytes() const;
    void clear() {
        tables.clear();
        bodies.clear();
    }
    /// Puts everything of `newer` over this.
    void merge(Overlay&& newer);
    /// The batch was written at `batch_offset` of `segment`: its bodies have their places now.
    void place_bodies(std::uint64_t segment, std::uint64_t batch_offset);
};

}  // namespace helio::storage
