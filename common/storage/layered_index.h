// MergedIndex reads through layers over a snapshot of LMDB; LayeredIndex writes into an overlay on top of them. Two
// uses: a decision (the change that is being decided, over its batch, over the batches that are durable and not in
// LMDB, over LMDB), and a session's read (those batches over LMDB).
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/storage/published_layer.h"

namespace helio::storage {

/// What lies under all overlays: LMDB as of one moment.
class Snapshot : public IndexReader {
public:
    virtual std::optional<BodyRow> body(BodyId id) const = 0;
    /// A cursor that merges with the overlays; never null.
    class Cursor {
    public:
        virtual ~Cursor() = default;
        virtual void seek(std::string_view first) = 0;
        virtual void seek_before(std::string_view last) = 0;
        virtual void next() = 0;
        virtual void previous() = 0;
        virtual bool valid() const = 0;
        virtual std::string_view key() const = 0;
        virtual std::string_view value() const = 0;
    };
    virtual std::unique_ptr<Cursor> cursor(Table table) const = 0;
};

/// What hides the snapshot: the newest first in each, and all of `decided` over all of `published`. They must outlive
/// whoever reads through them.
struct Layers {
    std::vector<const Overlay*> decided;
    std::vector<const PublishedLayer*> published;
};

class MergedIndex : public IndexReader {
public:
    MergedIndex(Layers layers, const Snapshot& base) : layers_(std::move(layers)), base_(base) {}

    std::optional<std::string_view> get(Table table, std::string_view key) const override;
    void scan(Table table, std::string_view first, std::string_view last, const Visit& visit) const override;
    void scan_back(Table table, std::string_view first, std::string_view last, const Visit& visit) const override;
    std::optional<BodyRow> body(BodyId id) const;

private:
    Layers layers_;
    const Snapshot& base_;
};

class LayeredIndex final : public IndexWriter {
public:
    /// Puts go into `top`, which hides `below`.
    LayeredIndex(Overlay& top, Layers below, const Snapshot& base);

    std::optional<std::string_view> get(Table table, std::string_view key) const override {
        return merged_.get(table, key);
    }
    void scan(Table table, std::string_view first, std::string_view last, const Visit& visit) const override {
        merged_.scan(table, first, last, visit);
    }
    void scan_back(Table table, std::string_view first, std::string_view last, const Visit& visit) const override {
        merged_.scan_back(table, first, last, visit);
    }
    void put(Table table, std::string_view key, std::string_view value) override;
    void erase(Table table, std::string_view key) override;
    void refer(BodyId body) override;
    void release(BodyId body) override;

    /// While the whole log is replayed: a body that nothing names keeps its row. A row of it that compaction carried
    /// forward may come later in the log than the removal of the row that named it first.
    void keep_unnamed() { keeps_unnamed_ = true; }

    std::optional<BodyRow> body(BodyId id) const { return merged_.body(id); }
    void set_body(BodyId id, const BodyRow& row) { top_.bodies[id.value] = row; }
    /// A body's record: sets the place and keeps the references that were counted before it came.
    void place_body(BodyId id, std::uint64_t segment, std::uint64_t offset, std::uint64_t length, bool unwritten);

private:
    Overlay& top_;
    MergedIndex merged_;
    bool keeps_unnamed_ = false;
};

}  // namespace helio::storage
