// Index: the LMDB view of the log. One named table per model table, plus two of the engine:
//   _bodies   id (8, big-endian)        -> segment 8, offset 8, length 8, references 4: an append at the right edge
//   _engine   "state"                   -> version 4, model's version 4, partition 16, Position 32, next body 8
//             "use" + segment (8, BE)   -> body bytes 8, dead 8, record bytes 8, carried 8: what compaction chooses by
// Above LMDB lie the batches that are durable in the log and not yet committed here: publish() makes one visible to
// readers at once, seal() sets apart those that apply() brings into LMDB with one transaction, drop_sealed() takes
// these away when they are there. apply() is called by one thread at a time; views by any thread. reopen() waits for
// all views to end.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <shared_mutex>
#include <span>

#include "common/storage/io.h"
#include "common/storage/layered_index.h"
#include "common/storage/lmdb_env.h"
#include "common/storage/log_walker.h"

namespace helio::storage {

struct IndexState {
    std::array<char, 16> partition{};
    Position position;
    std::uint64_t next_body = 1;
};

/// How a segment's bytes are used.
struct SegmentUse {
    std::uint64_t body_bytes = 0;
    std::uint64_t dead_bytes = 0;     ///< of the bodies
    std::uint64_t record_bytes = 0;   ///< new when they were written
    std::uint64_t carried_bytes = 0;  ///< records that compaction brought here

    bool operator==(const SegmentUse&) const = default;
};
using UseChanges = std::map<std::uint64_t, SegmentUse>;  ///< to be added

/// The rows are of another release. The log has all that they say; how far it had got stands in `state` as far as it
/// can be read.
class OutdatedIndex final : public LmdbError {
public:
    explicit OutdatedIndex(std::optional<IndexState> its_state)
        : LmdbError("the index is of another version", MDB_VERSION_MISMATCH), state(std::move(its_state)) {}

    const std::optional<IndexState> state;
};

class Index {
public:
    /// Opens or makes it, for the rows of `model`. Throws LmdbError, and OutdatedIndex.
    Index(std::filesystem::path folder, std::uint64_t map_bytes, const Model& model, Io& io,
          Durability durability = Durability::logged);

    class View;
    class Reader;
    std::unique_ptr<View> view() const;

    /// What the last commit said; nothing when the index is new.
    const std::optional<IndexState>& state() const { return state_; }

    /// What is published over LMDB, the newest first. Layers merge with their neighbours of the same number of batches,
    /// so that there are few however many batches wait.
    struct Published {
        std::vector<std::shared_ptr<const PublishedLayer>> layers;
        std::size_t sealed = 0;  ///< the oldest so many
    };
    /// A batch on its way to the readers: merged with its neighbours before anybody has to wait for that.
    struct Publication {
        std::shared_ptr<const PublishedLayer> alone;
        std::shared_ptr<const Published> before;
        std::shared_ptr<const Published> after;
    };
    /// Both by one thread at a time.
    Publication prepare(std::shared_ptr<const Overlay> batch) const;
    /// From now on every new Reader sees its batch too.
    void publish(Publication made);
    /// Those published so far stay together until drop_sealed(), which is called when LMDB holds them.
    void seal();
    void drop_sealed();
    /// LMDB holds all that was published.
    void drop_all();

    /// One transaction: rows, bodies, use and state; `overlays`: the oldest first. Throws LmdbError or
    /// std::system_error; then nothing of it is there and reopen() must come before the next apply().
    void apply(const std::vector<const Overlay*>& overlays, UseChanges use, const IndexState& state);
    /// Takes the rows of bodies that nothing names out (after a walk over the whole log).
    void drop_unnamed_bodies();
    void forget_segment(std::uint64_t segment);
    std::map<std::uint64_t, SegmentUse> use() const;

    /// Everything applied so far is on the disk.
    void sync();
    /// Closes LMDB and opens it again, after a failed commit.
    void reopen();

private:
    void open();
    void load();
    LmdbEnv& env() const;
    LmdbRead begin_read(std::shared_ptr<const Published>& published) const;
    void write_bodies(LmdbWrite& txn, const std::vector<const Overlay*>& overlays, UseChanges& use) const;
    void write_rows(LmdbWrite& txn, const std::vector<const Overlay*>& overlays) const;

    std::filesystem::path folder_;
    std::uint64_t map_bytes_;
    std::uint32_t model_version_;
    std::vector<Table> tables_;
    Io& io_;
    Durability durability_;
    mutable std::shared_mutex env_lock_;  ///< shared: a view is open; exclusive: reopen()
    std::unique_ptr<LmdbEnv> env_;
    std::array<MDB_dbi, 256> handles_{};
    MDB_dbi bodies_ = 0;
    MDB_dbi engine_ = 0;
    std::optional<IndexState> state_;
    mutable std::mutex use_lock_;
    std::map<std::uint64_t, SegmentUse> use_;
    mutable std::mutex layers_lock_;  ///< nothing is published between a look at the layers and the snapshot below
    std::shared_ptr<const Published> published_ = std::make_shared<const Published>();
};

/// A read transaction of LMDB alone; short-lived, one thread.
class Index::View final : public Snapshot {
public:
    explicit View(const Index& index) : index_(index), guard_(index.env_lock_), txn_(index.env()) {}
    /// Gives the layers that belong on top as well.
    View(const Index& index, std::shared_ptr<const Published>& published)
        : index_(index), guard_(index.env_lock_), txn_(index.begin_read(published)) {}

    std::optional<std::string_view> get(Table table, std::string_view key) const override;
    void scan(Table table, std::string_view first, std::string_view last, const Visit& visit) const override;
    void scan_back(Table table, std::string_view first, std::string_view last, const Visit& visit) const override;
    std::optional<BodyRow> body(BodyId id) const override;
    std::unique_ptr<Cursor> cursor(Table table) const override;
    /// Every body that has a row, in order; those without references are as good as absent.
    void scan_bodies(const std::function<void(BodyId, const BodyRow&)>& visit) const;
    std::optional<IndexState> state() const;

private:
    const Index& index_;
    std::shared_lock<std::shared_mutex> guard_;
    LmdbRead txn_;
    // Who asks one table again and again asks in order as a rule (the summaries of a mailbox): a cursor looks at the
    // page where it stands before it goes down the tree.
    mutable int asked_table_ = -1;
    mutable std::optional<LmdbCursor> asked_;
};

/// All that is durable: LMDB under the published batches. Short-lived, one thread.
class Index::Reader final : public IndexReader {
public:
    explicit Reader(const Index& index) : view_(index, published_), merged_(layers(), view_) {}

    std::optional<std::string_view> get(Table table, std::string_view key) const override {
        return merged_.get(table, key);
    }
    void scan(Table table, std::string_view first, std::string_view last, const Visit& visit) const override {
        merged_.scan(table, first, last, visit);
    }
    void scan_back(Table table, std::string_view first, std::string_view last, const Visit& visit) const override {
        merged_.scan_back(table, first, last, visit);
    }
    std::optional<BodyRow> body(BodyId id) const { return merged_.body(id); }

    const View& view() const { return view_; }
    Layers layers() const;

private:
    std::shared_ptr<const Published> published_;
    View view_;
    MergedIndex merged_;
};

}  // namespace helio::storage
