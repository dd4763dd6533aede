// PublishedLayer: what one or several batches put and erased, for readers, once it is durable and not yet in LMDB.
// Sorted arrays that point into the batches' overlays, so that merging two costs no copy of a row and a look-up touches
// little memory. Immutable; shared by readers on any thread.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "common/storage/overlay.h"

namespace helio::storage {

class PublishedLayer {
public:
    struct Row {
        std::string_view key;
        const std::optional<std::string>* value;  ///< nothing in it: erased
    };
    using Rows = std::vector<Row>;
    using Bodies = std::vector<std::pair<std::uint64_t, BodyRow>>;

    explicit PublishedLayer(std::shared_ptr<const Overlay> batch);
    /// Everything of `newer` over `older`.
    PublishedLayer(const PublishedLayer& older, const PublishedLayer& newer);

    std::size_t batches() const { return batches_.size(); }
    /// In key order; null: none of this table.
    const Rows* rows(Table table) const;
    /// Null: not in this layer.
    const std::optional<std::string>* find(Table table, std::string_view key) const;
    const BodyRow* body(BodyId id) const;

private:
    std::vector<std::shared_ptr<const Overlay>> batches_;  ///< they hold the bytes
    std::map<std::uint8_t, Rows> tables_;
    Bodies bodies_;
};

}  // namespace helio::storage
