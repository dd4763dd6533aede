#include "tests/support/memory_partition.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/storage/errc.h"

namespace helio::test {
namespace {

class MemoryBody final : public storage::Body {
public:
    explicit MemoryBody(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_.size(); }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override {
        if (offset > bytes_.size() || length > bytes_.size() - offset) return fail(storage::errc::io, "range");
        into.append(bytes_, offset, length);
        return {};
    }

private:
    std::string bytes_;
};

class Sink final : public storage::RecordSink {
public:
    using Add = std::function<void(storage::RecordType, std::string_view, std::uint8_t)>;
    explicit Sink(Add add) : add_(std::move(add)) {}
    void add(storage::RecordType type, std::string_view payload, std::uint8_t version) override {
        add_(type, payload, version);
    }

private:
    Add add_;
};

}  // namespace

std::optional<std::string_view> MemoryIndex::get(storage::Table table, std::string_view key) const {
    const auto rows = tables_.find(std::string(table.name));
    if (rows == tables_.end()) return std::nullopt;
    const auto row = rows->second.find(key);
    if (row == rows->second.end()) return std::nullopt;
    return row->second;
}

void MemoryIndex::scan(storage::Table table, std::string_view first, std::string_view last, const Visit& visit) const {
    const auto rows = tables_.find(std::string(table.name));
    if (rows == tables_.end()) return;
    for (auto row = rows->second.lower_bound(first); row != rows->second.end(); ++row) {
        if (!last.empty() && row->first >= last) return;
        if (!visit(row->first, row->second)) return;
    }
}

void MemoryIndex::scan_back(storage::Table table, std::string_view first, std::string_view last,
                            const Visit& visit) const {
    const auto rows = tables_.find(std::string(table.name));
    if (rows == tables_.end()) return;
    auto row = last.empty() ? rows->second.end() : rows->second.lower_bound(last);
    while (row != rows->second.begin()) {
        --row;
        if (row->first < first || !visit(row->first, row->second)) return;
    }
}

void MemoryIndex::put(storage::Table table, std::string_view key, std::string_view value) {
    tables_[std::string(table.name)].insert_or_assign(std::string(key), std::string(value));
}

void MemoryIndex::erase(storage::Table table, std::string_view key) {
    auto& rows = tables_[std::string(table.name)];
    const auto row = rows.find(key);
    if (row != rows.end()) rows.erase(row);
}

void MemoryIndex::release(storage::BodyId body) {
    const auto found = references_.find(body.value);
    if (found == references_.end()) throw std::logic_error("a body is released more often than referred to");
    if (--found->second == 0) references_.erase(found);
}

std::uint32_t MemoryIndex::references(storage::BodyId body) const {
    const auto found = references_.find(body.value);
    return found == references_.end() ? 0 : found->second;
}

std::string MemoryIndex::difference(const MemoryIndex& other) const {
    std::string out;
    const auto compare = [&out](const MemoryIndex& one, const MemoryIndex& two, const char* what) {
        for (const auto& [name, rows] : one.tables_) {
            for (const auto& [key, value] : rows) {
                const auto found = two.get({0, name}, key);
                if (found && *found == value) continue;
                out += std::string(what) + " " + name + " " + base::to_hex(key) + " = " + base::to_hex(value) + "\n";
            }
        }
    };
    compare(*this, other, "only here: ");
    compare(other, *this, "only there:");
    if (references_ != other.references_) out += "the references of bodies differ\n";
    return out;
}

class MemoryPartition::Deciding final : public storage::Decision {
public:
    explicit Deciding(MemoryPartition& partition) : partition_(partition) {}
    const storage::IndexReader& index() const override { return partition_.index_; }
    void add(storage::RecordType type, std::string_view payload, std::uint8_t version) override {
        partition_.segments_.back().push_back({type, version, std::string(payload)});
        partition_.model_.apply(partition_.index_, {type, version, payload});
    }
    storage::BodyId add_body(const storage::BodySource& body) override {
        const storage::BodyId id{partition_.next_body_++};
        std::string bytes;
        if (!body.read(0, static_cast<std::size_t>(body.size()), bytes)) throw std::logic_error("body source");
        partition_.bodies_[id.value] = std::move(bytes);
        return id;
    }

private:
    MemoryPartition& partition_;
};

Task<Result<>> MemoryPartition::submit(storage::Change& change) {
    ++submits_;
    if (refusal_) co_return fail(*refusal_);
    const auto index_before = index_;
    const auto records_before = segments_.back().size();
    const auto bodies_before = next_body_;
    Deciding deciding(*this);
    auto decided = change.decide(deciding);
    if (decided && late_failure_) decided = fail(*late_failure_);
    if (!decided) {
        index_ = index_before;
        segments_.back().resize(records_before);
        for (auto body = bodies_before; body < next_body_; ++body) bodies_.erase(body);
        next_body_ = bodies_before;
    }
    co_return decided;
}

Result<std::unique_ptr<storage::Body>> MemoryPartition::open_body(storage::BodyId id) const {
    const auto found = bodies_.find(id.value);
    if (found == bodies_.end() || index_.references(id) == 0) return fail(storage::errc::no_such_body);
    return std::make_unique<MemoryBody>(found->second);
}

void MemoryPartition::compact(std::size_t number) {
    const auto old = std::move(segments_.at(number));
    segments_.at(number).clear();
    const bool oldest_stays = std::any_of(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(number),
                                          [](const auto& segment) { return !segment.empty(); });
    for (const auto& record : old) {
        Sink sink([&](storage::RecordType type, std::string_view payload, std::uint8_t version) {
            segments_.back().push_back({type, version, std::string(payload)});
            const auto added = segments_.back().back();
            model_.apply(index_, {added.type, added.version, added.payload});
        });
        model_.carry_forward(index_, {record.type, record.version, record.payload}, oldest_stays, sink);
    }
}

MemoryIndex MemoryPartition::rebuilt(int times) const {
    MemoryIndex index;
    for (const auto& segment : segments_) {
        for (const auto& record : segment) {
            for (int i = 0; i < times; ++i) model_.apply(index, {record.type, record.version, record.payload});
        }
    }
    return index;
}

std::size_t MemoryPartition::records() const {
    std::size_t count = 0;
    for (const auto& segment : segments_) count += segment.size();
    return count;
}

}  // namespace helio::test
