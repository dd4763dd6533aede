#include "tests/support/test_partition.h"

#include <cstdlib>
#include <random>

namespace helio::test {
namespace {

Task<void> submit_one(storage::Partition& partition, storage::Change& change, Result<>& out) {
    out = co_await partition.submit(change);
}

}  // namespace

storage::Options TestPartition::small_options(const std::filesystem::path& folder) {
    storage::Options options;
    options.folder = folder;
    options.segment_bytes = 64u << 10;
    options.index_map_bytes = 256u << 20;
    options.reserve_bytes = 0;
    options.compaction_thread = false;
    options.compaction_bytes_per_second = 1ull << 40;
    // The whole program runs once more with every change written by its caller, however slow the disk.
    if (std::getenv("HELIO_STORAGE_BY_CALLER") != nullptr) {
        options.alone_before_caller = 0;
        options.quick_sync = std::chrono::hours(1);
    }
    return options;
}

TestPartition::TestPartition(const storage::Options& options) : options_(options) { reopen(); }

TestPartition::~TestPartition() = default;

void TestPartition::reopen() {
    partition_.reset();
    partition_ = storage::Partition::open(options_, model_, quiet_log(), metrics_);
}

const logging::Logger& TestPartition::quiet_log() {
    static const logging::Logger log({logging::Level::error, logging::Format::logfmt, "/dev/null"}, "test");
    return log;
}

Result<> TestPartition::submit(storage::Change& change) {
    Result<> out;
    executor_.run(submit_one(*partition_, change, out));
    return out;
}

Result<std::uint32_t> TestPartition::append(std::uint32_t box, std::string text, std::uint32_t copy_to) {
    AppendMessage change(box, std::move(text), copy_to);
    auto done = submit(change);
    if (!done) return fail(done.error());
    return change.uid;
}

Result<> TestPartition::set_flags(std::uint32_t box, std::uint32_t uid, std::string flags) {
    SetFlags change(box, uid, std::move(flags));
    return submit(change);
}

Result<> TestPartition::expunge(std::uint32_t box, std::uint32_t uid) {
    Expunge change(box, uid);
    return submit(change);
}

std::optional<Message> TestPartition::message(std::uint32_t box, std::uint32_t uid) {
    std::optional<Message> found;
    partition_->read([&](const storage::IndexReader& index) { found = MailboxModel::message(index, box, uid); });
    return found;
}

Box TestPartition::box(std::uint32_t number) {
    Box found;
    partition_->read([&](const storage::IndexReader& index) { found = MailboxModel::box(index, number); });
    return found;
}

Result<std::string> TestPartition::text(std::uint32_t box, std::uint32_t uid) {
    const auto found = message(box, uid);
    if (!found) return fail(storage::errc::no_such_body);
    auto body = partition_->open_body(storage::BodyId{found->body});
    if (!body) return fail(body.error());
    std::string text;
    auto read = (*body)->read(0, static_cast<std::size_t>((*body)->size()), text);
    if (!read) return fail(read.error());
    return text;
}

std::map<std::string, std::string> TestPartition::rows() {
    std::map<std::string, std::string> out;
    partition_->read([&](const storage::IndexReader& index) {
        index.scan(MailboxModel::messages, "", "", [&](std::string_view key, std::string_view value) {
            out.emplace(key, value);
            return true;
        });
    });
    return out;
}

std::string noise(std::size_t bytes, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::string out;
    out.reserve(bytes + 8);
    while (out.size() < bytes) storage::append(out, static_cast<std::uint64_t>(random()));
    out.resize(bytes);
    return out;
}

}  // namespace helio::test
