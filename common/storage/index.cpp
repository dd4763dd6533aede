#include "common/storage/index.h"

#include <algorithm>

#include "common/storage/codec.h"

namespace helio::storage {
namespace {

constexpr std::string_view state_key = "state";
constexpr std::string_view use_prefix = "use";
constexpr std::uint32_t state_version = 2;

std::string encode(const BodyRow& row) {
    std::string bytes;
    append(bytes, row.segment);
    append(bytes, row.offset);
    append(bytes, row.length);
    append(bytes, row.references);
    return bytes;
}

BodyRow decode_body(std::string_view bytes) {
    BodyRow row;
    if (bytes.size() < 28) return row;
    row.segment = load<std::uint64_t>(bytes.data());
    row.offset = load<std::uint64_t>(bytes.data() + 8);
    row.length = load<std::uint64_t>(bytes.data() + 16);
    row.references = load<std::uint32_t>(bytes.data() + 24);
    return row;
}

std::string encode(const IndexState& state, std::uint32_t model_version) {
    std::string bytes;
    append(bytes, state_version);
    append(bytes, model_version);
    bytes.append(state.partition.data(), state.partition.size());
    for (const auto value : {state.position.segment, state.position.next_offset, state.position.next_sequence,
                             state.position.last_offset, state.next_body})
        append(bytes, value);
    return bytes;
}

/// Behind the versions, of which version 1 had one and version 2 has two, the state is the same in both.
std::optional<IndexState> state_of_any_version(std::string_view bytes) {
    constexpr std::size_t state_bytes = 56;
    if (bytes.size() != state_bytes + 4 && bytes.size() != state_bytes + 8) return std::nullopt;
    IndexState state;
    const char* at = bytes.data() + (bytes.size() - state_bytes);
    std::copy_n(at, state.partition.size(), state.partition.data());
    at += state.partition.size();
    for (auto* value : {&state.position.segment, &state.position.next_offset, &state.position.next_sequence,
                        &state.position.last_offset, &state.next_body}) {
        *value = load<std::uint64_t>(at);
        at += 8;
    }
    return state;
}

std::optional<IndexState> decode_state(std::optional<std::string_view> bytes, std::uint32_t model_version) {
    if (!bytes) return std::nullopt;
    auto state = state_of_any_version(*bytes);
    if (bytes->size() != 64 || load<std::uint32_t>(bytes->data()) != state_version ||
        load<std::uint32_t>(bytes->data() + 4) != model_version)
        throw OutdatedIndex(std::move(state));
    return state;
}

std::string encode(const SegmentUse& use) {
    std::string bytes;
    for (const auto value : {use.body_bytes, use.dead_bytes, use.record_bytes, use.carried_bytes}) append(bytes, value);
    return bytes;
}

SegmentUse decode_use(std::string_view bytes) {
    if (bytes.size() != 32) return {};
    return {load<std::uint64_t>(bytes.data()), load<std::uint64_t>(bytes.data() + 8),
            load<std::uint64_t>(bytes.data() + 16), load<std::uint64_t>(bytes.data() + 24)};
}

std::string use_key(std::uint64_t segment) { return std::string(use_prefix) + big_endian_key(segment); }

class TableCursor final : public Snapshot::Cursor {
public:
    TableCursor(MDB_txn* txn, MDB_dbi table) : cursor_(txn, table) {}
    void seek(std::string_view first) override { cursor_.seek(first); }
    void seek_before(std::string_view last) override { cursor_.seek_before(last); }
    void next() override { cursor_.next(); }
    void previous() override { cursor_.previous(); }
    bool valid() const override { return cursor_.valid(); }
    std::string_view key() const override { return cursor_.key(); }
    std::string_view value() const override { return cursor_.value(); }

private:
    LmdbCursor cursor_;
};

}  // namespace

Index::Index(std::filesystem::path folder, std::uint64_t map_bytes, const Model& model, Io& io, Durability durability)
    : folder_(std::move(folder)),
      map_bytes_(map_bytes),
      model_version_(model.index_version()),
      tables_(model.tables().begin(), model.tables().end()),
      io_(io),
      durability_(durability) {
    std::filesystem::create_directories(folder_);
    open();
    load();
    if (state_) return;
    // A new environment: its name must last as long as what is committed into it.
    for (const auto& place : {folder_, folder_.parent_path()}) {
        auto synced = io_.sync_folder(place);
        if (!synced) throw std::system_error(synced.error().code, place.string());
    }
}

void Index::open() {
    env_ = std::make_unique<LmdbEnv>(folder_, map_bytes_, durability_);
    for (const auto& table : tables_) handles_[table.number] = env_->open_table(std::string(table.name));
    bodies_ = env_->open_table("_bodies");
    engine_ = env_->open_table("_engine");
}

void Index::load() {
    const LmdbRead txn(*env_);
    state_ = decode_state(lmdb_get(txn.get(), engine_, state_key), model_version_);
    const std::lock_guard guard(use_lock_);
    use_.clear();
    LmdbCursor cursor(txn.get(), engine_);
    for (cursor.seek(use_prefix); cursor.valid() && cursor.key().starts_with(use_prefix); cursor.next())
        use_[number_of_key(cursor.key().substr(use_prefix.size()))] = decode_use(cursor.value());
}

std::unique_ptr<Index::View> Index::view() const { return std::make_unique<View>(*this); }

LmdbEnv& Index::env() const {
    if (!env_) throw LmdbError("the index is closed after a failure", MDB_PANIC);
    return *env_;
}

/// LMDB may be newer than the layers' bottom, never newer than their top: publish() waits for this lock.
LmdbRead Index::begin_read(std::shared_ptr<const Published>& published) const {
    const std::lock_guard guard(layers_lock_);
    published = published_;
    return LmdbRead(env());
}

Index::Publication Index::prepare(std::shared_ptr<const Overlay> batch) const {
    Publication made{std::make_shared<const PublishedLayer>(std::move(batch)), nullptr, nullptr};
    {
        const std::lock_guard guard(layers_lock_);
        made.before = published_;
    }
    const auto& before = made.before->layers;
    auto layer = made.alone;
    auto older = before.begin();
    const auto open_end = before.end() - static_cast<long>(made.before->sealed);
    for (; older != open_end && (*older)->batches() <= layer->batches(); ++older)
        layer = std::make_shared<const PublishedLayer>(**older, *layer);
    auto after = std::make_shared<Published>();
    after->sealed = made.before->sealed;
    after->layers.push_back(std::move(layer));
    after->layers.insert(after->layers.end(), older, before.end());
    made.after = std::move(after);
    return made;
}

void Index::publish(Publication made) {
    const std::lock_guard guard(layers_lock_);
    if (published_ != made.before) {
        // Sealed or dropped meanwhile: it merges with the next one.
        auto after = std::make_shared<Published>(*published_);
        after->layers.insert(after->layers.begin(), std::move(made.alone));
        made.after = std::move(after);
    }
    published_ = std::move(made.after);
}

void Index::seal() {
    const std::lock_guard guard(layers_lock_);
    auto published = std::make_shared<Published>(*published_);
    published->sealed = published->layers.size();
    published_ = std::move(published);
}

void Index::drop_sealed() {
    const std::lock_guard guard(layers_lock_);
    auto published = std::make_shared<Published>(*published_);
    published->layers.resize(published->layers.size() - published->sealed);
    published->sealed = 0;
    published_ = std::move(published);
}

void Index::drop_all() {
    const std::lock_guard guard(layers_lock_);
    published_ = std::make_shared<const Published>();
}

Layers Index::Reader::layers() const {
    Layers found;
    found.published.reserve(published_->layers.size());
    for (const auto& layer : published_->layers) found.published.push_back(layer.get());
    return found;
}

void Index::write_rows(LmdbWrite& txn, const std::vector<const Overlay*>& overlays) const {
    struct Row {
        std::string_view key;
        std::size_t batch;
        const std::optional<std::string>* value;
    };
    std::map<std::uint8_t, std::vector<Row>> tables;
    for (std::size_t batch = 0; batch < overlays.size(); ++batch) {
        for (const auto& [number, rows] : overlays[batch]->tables) {
            auto& all = tables[number];
            all.reserve(all.size() + rows.size());
            for (const auto& [key, value] : rows) all.push_back({key, batch, &value});
        }
    }
    const auto in_order = [](const Row& a, const Row& b) {
        return std::tie(a.key, a.batch) < std::tie(b.key, b.batch);
    };
    for (auto& [number, rows] : tables) {
        if (overlays.size() > 1) std::sort(rows.begin(), rows.end(), in_order);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& row = rows[i];
            if (i + 1 < rows.size() && rows[i + 1].key == row.key) continue;  // a newer batch has it too
            if (*row.value)
                txn.put(handles_[number], row.key, **row.value);
            else
                txn.erase(handles_[number], row.key);
        }
    }
}

/// The use of segments is counted batch by batch, as if each were committed alone.
void Index::write_bodies(LmdbWrite& txn, const std::vector<const Overlay*>& overlays, UseChanges& use) const {
    const auto first_new = state_ ? state_->next_body : 0;
    std::map<std::uint64_t, BodyRow> rows;
    for (const auto* overlay : overlays) {
        for (const auto& [id, row] : overlay->bodies) {
            BodyRow old;
            if (const auto known = rows.find(id); known != rows.end()) {
                if (!known->second.gone) old = known->second;
            } else if (id < first_new) {
                if (const auto bytes = lmdb_get(txn.get(), bodies_, big_endian_key(id))) old = decode_body(*bytes);
            }
            const bool moved = old.segment != row.segment || old.offset != row.offset;
            if (old.segment != 0 && (row.gone || moved)) use[old.segment].dead_bytes += old.length;
            if (row.segment != 0 && moved) use[row.segment].body_bytes += row.length;
            if (row.segment != 0 && row.gone && moved) use[row.segment].dead_bytes += row.length;
            rows.insert_or_assign(id, row);
        }
    }
    for (const auto& [id, row] : rows) {
        const auto key = big_endian_key(id);
        if (row.gone)
            txn.erase(bodies_, key);
        else if (id >= first_new)
            txn.append(bodies_, key, encode(row));
        else
            txn.put(bodies_, key, encode(row));
    }
}

void Index::apply(const std::vector<const Overlay*>& overlays, UseChanges use, const IndexState& state) {
    const std::shared_lock guard(env_lock_);
    env().grow_ahead();
    LmdbWrite txn(env());
    write_rows(txn, overlays);
    write_bodies(txn, overlays, use);
    {
        const std::lock_guard use_guard(use_lock_);
        for (auto& [segment, change] : use) {
            const auto known = use_.find(segment);
            if (known == use_.end()) continue;
            change.body_bytes += known->second.body_bytes;
            change.dead_bytes += known->second.dead_bytes;
            change.record_bytes += known->second.record_bytes;
            change.carried_bytes += known->second.carried_bytes;
        }
    }
    for (const auto& [segment, total] : use) txn.put(engine_, use_key(segment), encode(total));
    txn.put(engine_, state_key, encode(state, model_version_));
    if (auto allowed = io_.before_index_commit(); !allowed)
        throw std::system_error(allowed.error().code, "index commit");
    txn.commit();
    state_ = state;
    const std::lock_guard use_guard(use_lock_);
    for (const auto& [segment, total] : use) use_[segment] = total;
}

void Index::drop_unnamed_bodies() {
    Overlay unnamed;
    {
        const auto view = this->view();
        view->scan_bodies([&](BodyId id, const BodyRow& row) {
            if (row.references != 0) return;
            unnamed.bodies[id.value] = row;
            unnamed.bodies[id.value].gone = true;
        });
    }
    if (!unnamed.empty() && state_) apply({&unnamed}, {}, IndexState(*state_));
}

void Index::forget_segment(std::uint64_t segment) {
    const std::shared_lock guard(env_lock_);
    {
        LmdbWrite txn(env());
        txn.erase(engine_, use_key(segment));
        txn.commit();
    }
    const std::lock_guard use_guard(use_lock_);
    use_.erase(segment);
}

std::map<std::uint64_t, SegmentUse> Index::use() const {
    const std::lock_guard guard(use_lock_);
    return use_;
}

void Index::sync() {
    const std::shared_lock guard(env_lock_);
    env().sync();
}

void Index::reopen() {
    const std::unique_lock guard(env_lock_);
    env_.reset();
    open();
    load();
}

std::optional<std::string_view> Index::View::get(Table table, std::string_view key) const {
    const auto handle = index_.handles_[table.number];
    if (std::exchange(asked_table_, table.number) != table.number) {
        asked_.reset();
        return lmdb_get(txn_.get(), handle, key);
    }
    if (!asked_) asked_.emplace(txn_.get(), handle);
    asked_->seek(key);
    if (!asked_->valid() || asked_->key() != key) return std::nullopt;
    return asked_->value();
}

void Index::View::scan(Table table, std::string_view first, std::string_view last, const Visit& visit) const {
    LmdbCursor cursor(txn_.get(), index_.handles_[table.number]);
    for (cursor.seek(first); cursor.valid(); cursor.next()) {
        if (!last.empty() && cursor.key() >= last) return;
        if (!visit(cursor.key(), cursor.value())) return;
    }
}

void Index::View::scan_back(Table table, std::string_view first, std::string_view last, const Visit& visit) const {
    LmdbCursor cursor(txn_.get(), index_.handles_[table.number]);
    for (cursor.seek_before(last); cursor.valid(); cursor.previous()) {
        if (cursor.key() < first) return;
        if (!visit(cursor.key(), cursor.value())) return;
    }
}

std::optional<BodyRow> Index::View::body(BodyId id) const {
    const auto bytes = lmdb_get(txn_.get(), index_.bodies_, big_endian_key(id.value));
    if (!bytes) return std::nullopt;
    return decode_body(*bytes);
}

std::unique_ptr<Snapshot::Cursor> Index::View::cursor(Table table) const {
    return std::make_unique<TableCursor>(txn_.get(), index_.handles_[table.number]);
}

void Index::View::scan_bodies(const std::function<void(BodyId, const BodyRow&)>& visit) const {
    LmdbCursor cursor(txn_.get(), index_.bodies_);
    for (cursor.seek(""); cursor.valid(); cursor.next())
        visit(BodyId{number_of_key(cursor.key())}, decode_body(cursor.value()));
}

std::optional<IndexState> Index::View::state() const {
    return decode_state(lmdb_get(txn_.get(), index_.engine_, state_key), index_.model_version_);
}

}  // namespace helio::storage
