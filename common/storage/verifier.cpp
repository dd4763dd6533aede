#include "common/storage/verifier.h"

#include "common/base/ids.h"
#include "common/base/startup_error.h"
#include "common/base/text.h"
#include "common/storage/engine.h"
#include "common/storage/replayer.h"

namespace helio::storage {
namespace {

constexpr std::size_t problems_most = 1000;

/// A folder of its own that goes away again.
class ScratchFolder {
public:
    explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {
        std::filesystem::create_directories(path_);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::string describe(const BodyRow& row) {
    return "segment " + std::to_string(row.segment) + " offset " + std::to_string(row.offset) + " length " +
           std::to_string(row.length) + " references " + std::to_string(row.references);
}

}  // namespace

Verifier::Verifier(const Options& options, Model& model, const SegmentSet& segments, const logging::Logger& log)
    : options_(options), model_(model), segments_(segments), logger_(log) {}

void Verifier::problem(std::string what) {
    logger_.error("storage.damage", {{"folder", options_.folder.string()}, {"place", what}});
    if (report_.problems.size() < problems_most) report_.problems.push_back(std::move(what));
}

VerifyReport Verifier::run(const Index& index) {
    report_ = {};
    const auto held = index.view();
    const auto state = held->state();
    if (!state) {
        problem("the index is empty");
        return report_;
    }
    for (const auto& segment : segments_.all())
        if (segment.header_copy_damaged)
            problem("segment " + std::to_string(segment.header.number) +
                    " offset 0: one copy of the header is damaged");
    const ScratchFolder scratch(options_.folder / ("verify-" + base::new_id()));
    Index fresh(scratch.path(), options_.index_map_bytes, model_, system_io(), Durability::none);
    replay(fresh, *state);
    compare(*held, *fresh.view());
    logger_.info("storage.verified", {{"folder", options_.folder.string()},
                                      {"records", report_.records},
                                      {"bodies", report_.bodies},
                                      {"problems", report_.problems.size()}});
    return report_;
}

void Verifier::replay(Index& fresh, const IndexState& until) {
    IndexState start;
    start.partition = until.partition;
    std::vector<std::string> unapplied;
    Replayer replayer(fresh, model_, start, ReplayOf::whole_log, &unapplied);
    const auto walked = LogWalker(segments_, OnDamage::go_on, replayer, until.position).walk({}, &until.position);
    replayer.finish(until.position);
    report_.records = replayer.records();
    report_.bodies = replayer.bodies();
    for (const auto& what : walked.problems) problem(what);
    for (auto& what : unapplied) problem(std::move(what));
}

void Verifier::compare(const Index::View& held, const Index::View& fresh) {
    for (const auto& table : model_.tables()) compare_table(table, held, fresh);
    compare_bodies(held, fresh);
}

void Verifier::compare_table(const Table& table, const Index::View& held, const Index::View& fresh) {
    const auto place = [&](std::string_view key) {
        return "table " + std::string(table.name) + " key " + base::to_hex(key.substr(0, 100));
    };
    const auto a = held.cursor(table);
    const auto b = fresh.cursor(table);
    a->seek("");
    b->seek("");
    while (a->valid() || b->valid()) {
        if (!b->valid() || (a->valid() && a->key() < b->key())) {
            problem(place(a->key()) + ": in the index, not in the log");
            a->next();
        } else if (!a->valid() || b->key() < a->key()) {
            problem(place(b->key()) + ": in the log, not in the index");
            b->next();
        } else {
            if (a->value() != b->value()) problem(place(a->key()) + ": index and log differ");
            a->next();
            b->next();
        }
    }
}

void Verifier::compare_bodies(const Index::View& held, const Index::View& fresh) {
    const auto place = [](BodyId id) { return "body " + std::to_string(id.value); };
    held.scan_bodies([&](BodyId id, const BodyRow& row) {
        if (row.references == 0) return;
        const auto other = fresh.body(id);
        if (!other || other->references == 0)
            problem(place(id) + ": in the index, not in the log");
        else if (*other != row)
            problem(place(id) + ": index has " + describe(row) + ", log has " + describe(*other));
        else if (row.segment == 0)
            problem(place(id) + ": named by the index, its record is not in the log");
    });
    fresh.scan_bodies([&](BodyId id, const BodyRow& row) {
        const auto other = held.body(id);
        if (row.references > 0 && (!other || other->references == 0))
            problem(place(id) + ": in the log, not in the index");
    });
}

}  // namespace helio::storage
