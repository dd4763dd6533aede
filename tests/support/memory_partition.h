// MemoryPartition: a storage::Partition without files, for tests of what stands on the storage engine. Changes are
// decided and applied at once. It keeps the log as segments of records, so that a test can compact one through the
// model's carry_forward() and compare the index with a rebuild from what is left of the log.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/storage/partition.h"

namespace helio::test {

class MemoryIndex final : public storage::IndexWriter {
public:
    using Rows = std::map<std::string, std::string, std::less<>>;

    std::optional<std::string_view> get(storage::Table table, std::string_view key) const override;
    void scan(storage::Table table, std::string_view first, std::string_view last, const Visit& visit) const override;
    void scan_back(storage::Table table, std::string_view first, std::string_view last,
                   const Visit& visit) const override;
    void put(storage::Table table, std::string_view key, std::string_view value) override;
    void erase(storage::Table table, std::string_view key) override;
    void refer(storage::BodyId body) override { ++references_[body.value]; }
    void release(storage::BodyId body) override;
    std::uint32_t references(storage::BodyId body) const;

    /// Each difference to `other` as a line; empty when they are the same.
    std::string difference(const MemoryIndex& other) const;

private:
    std::map<std::string, Rows> tables_;
    std::map<std::uint64_t, std::uint32_t> references_;
};

class MemoryPartition final : public storage::Partition {
public:
    explicit MemoryPartition(storage::Model& model) : model_(model) { segments_.emplace_back(); }

    Task<Result<>> submit(storage::Change& change) override;
    void read(const std::function<void(const storage::IndexReader&)>& use) const override { use(index_); }
    Result<std::unique_ptr<storage::Body>> open_body(storage::BodyId id) const override;
    Result<> compact_now() override { return {}; }
    storage::VerifyReport verify() const override { return {}; }
    void close() override {}
    std::string not_ready() const override { return refusal_ ? "disk" : ""; }

    /// Every submit() after this answers the error; nothing: they succeed again.
    void refuse_with(std::optional<Error> error) { refusal_ = std::move(error); }
    /// As refuse_with(), but after the change was decided: as when the disk fails.
    void fail_after_decision(std::optional<Error> error) { late_failure_ = std::move(error); }
    void next_segment() { segments_.emplace_back(); }
    std::size_t segments() const { return segments_.size(); }
    /// Takes segment `number` (not the last) away after the model carried forward what must survive.
    void compact(std::size_t number);
    /// The index made anew from the log.
    /// Each record is applied `times` times (apply() must be idempotent).
    MemoryIndex rebuilt(int times = 1) const;
    const MemoryIndex& index() const { return index_; }
    std::size_t records() const;
    std::size_t bodies() const { return bodies_.size(); }
    std::size_t submits() const { return submits_; }

private:
    struct LoggedRecord {
        storage::RecordType type;
        std::uint8_t version;
        std::string payload;
    };
    class Deciding;

    storage::Model& model_;
    MemoryIndex index_;
    std::vector<std::vector<LoggedRecord>> segments_;
    std::map<std::uint64_t, std::string> bodies_;
    std::uint64_t next_body_ = 1;
    std::optional<Error> refusal_;
    std::optional<Error> late_failure_;
    std::size_t submits_ = 0;
};

}  // namespace helio::test
