#include <algorithm>
#include <map>
#include <random>

#include "common/storage/layered_index.h"
#include "tests/support/catch.h"

using namespace helio;
using storage::LayeredIndex;
using storage::MergedIndex;
using storage::Overlay;
using storage::PublishedLayer;

namespace {

constexpr storage::Table table{3, "table"};

/// What lies under all layers, as a map.
class MapSnapshot final : public storage::Snapshot {
public:
    Overlay::Rows rows;

    std::optional<std::string_view> get(storage::Table, std::string_view key) const override {
        const auto row = rows.find(key);
        if (row == rows.end()) return std::nullopt;
        return std::string_view(*row->second);
    }
    void scan(storage::Table, std::string_view first, std::string_view last, const Visit& visit) const override {
        for (auto at = rows.lower_bound(first); at != rows.end() && (last.empty() || at->first < last); ++at)
            if (!visit(at->first, *at->second)) return;
    }
    void scan_back(storage::Table, std::string_view first, std::string_view last, const Visit& visit) const override {
        auto at = last.empty() ? rows.end() : rows.lower_bound(last);
        while (at != rows.begin() && (--at)->first >= first)
            if (!visit(at->first, *at->second)) return;
    }
    std::optional<storage::BodyRow> body(storage::BodyId) const override { return std::nullopt; }
    std::unique_ptr<Cursor> cursor(storage::Table) const override { return std::make_unique<MapCursor>(rows); }

private:
    class MapCursor final : public Cursor {
    public:
        explicit MapCursor(const Overlay::Rows& rows) : rows_(rows), at_(rows.end()) {}
        void seek(std::string_view first) override {
            at_ = rows_.lower_bound(first);
            valid_ = at_ != rows_.end();
        }
        void seek_before(std::string_view last) override {
            at_ = last.empty() ? rows_.end() : rows_.lower_bound(last);
            previous();
        }
        void next() override { valid_ = ++at_ != rows_.end(); }
        void previous() override {
            valid_ = at_ != rows_.begin();
            if (valid_) --at_;
        }
        bool valid() const override { return valid_; }
        std::string_view key() const override { return at_->first; }
        std::string_view value() const override { return *at_->second; }

    private:
        const Overlay::Rows& rows_;
        Overlay::Rows::const_iterator at_;
        bool valid_ = false;
    };
};

std::string key_of(std::uint64_t number) { return "k" + std::to_string(100 + number); }

}  // namespace

TEST_CASE("layers over a snapshot read as if all had been put into one map", "[storage]") {
    std::mt19937_64 random(GENERATE(1U, 2U, 3U, 4U));
    for (int round = 0; round < 50; ++round) {
        MapSnapshot base;
        std::map<std::string, std::string> all;
        const auto published = random() % 8;
        std::vector<std::shared_ptr<Overlay>> layers(published + random() % 3);
        for (int i = 0; i < 10; ++i) {
            const auto key = key_of(random() % 30);
            base.rows[key] = "base";
            all[key] = "base";
        }
        storage::Layers newest_first;
        std::vector<std::shared_ptr<const PublishedLayer>> kept;
        for (std::size_t number = 0; number < layers.size(); ++number) {
            auto& layer = layers[number];
            layer = std::make_shared<Overlay>();
            LayeredIndex index(*layer, newest_first, base);
            for (int i = 0; i < 6; ++i) {
                const auto key = key_of(random() % 30);
                if (random() % 3 == 0) {
                    index.erase(table, key);
                    all.erase(key);
                } else {
                    const auto value = std::to_string(random());
                    index.put(table, key, value);
                    all[key] = value;
                }
            }
            if (number >= published) {
                newest_first.decided.insert(newest_first.decided.begin(), layer.get());
                continue;
            }
            auto& shown = newest_first.published;
            kept.push_back(std::make_shared<PublishedLayer>(layer));
            while (!shown.empty() && random() % 2 == 0) {
                kept.push_back(std::make_shared<PublishedLayer>(*shown.front(), *kept.back()));
                shown.erase(shown.begin());
            }
            shown.insert(shown.begin(), kept.back().get());
        }
        const MergedIndex merged(newest_first, base);
        const auto first = key_of(random() % 30);
        const auto last = random() % 4 == 0 ? std::string() : key_of(random() % 31);
        std::vector<std::pair<std::string, std::string>> wanted;
        for (const auto& [key, value] : all)
            if (key >= first && (last.empty() || key < last)) wanted.emplace_back(key, value);
        std::vector<std::pair<std::string, std::string>> up;
        std::vector<std::pair<std::string, std::string>> down;
        const auto into = [](auto& found) {
            return [&found](std::string_view key, std::string_view value) {
                found.emplace_back(key, value);
                return true;
            };
        };
        merged.scan(table, first, last, into(up));
        merged.scan_back(table, first, last, into(down));
        std::ranges::reverse(down);
        CHECK(up == wanted);
        CHECK(down == wanted);
        for (std::uint64_t number = 0; number < 31; ++number) {
            const auto found = merged.get(table, key_of(number));
            const auto known = all.find(key_of(number));
            REQUIRE(found.has_value() == (known != all.end()));
            if (found) CHECK(*found == known->second);
        }
    }
}

TEST_CASE("references of bodies are counted through all layers, whichever batch named them", "[storage]") {
    std::mt19937_64 random(GENERATE(1U, 2U, 3U));
    const MapSnapshot base;
    storage::Layers shown;
    std::vector<std::shared_ptr<const PublishedLayer>> kept;
    std::map<std::uint64_t, std::uint32_t> references;
    for (int batch = 0; batch < 40; ++batch) {
        const auto overlay = std::make_shared<Overlay>();
        LayeredIndex index(*overlay, shown, base);
        for (int i = 0; i < 5; ++i) {
            const auto id = random() % 8 + 1;
            if (references[id] > 0 && random() % 2 == 0) {
                index.release(storage::BodyId{id});
                --references[id];
            } else {
                index.refer(storage::BodyId{id});
                ++references[id];
            }
        }
        kept.push_back(std::make_shared<PublishedLayer>(overlay));
        while (!shown.published.empty() && shown.published.front()->batches() <= kept.back()->batches()) {
            kept.push_back(std::make_shared<PublishedLayer>(*shown.published.front(), *kept.back()));
            shown.published.erase(shown.published.begin());
        }
        shown.published.insert(shown.published.begin(), kept.back().get());
        const MergedIndex merged(shown, base);
        for (const auto& [id, count] : references) {
            const auto row = merged.body(storage::BodyId{id});
            REQUIRE(row.has_value() == (count > 0));
            if (row) CHECK(row->references == count);
        }
    }
    CHECK(shown.published.size() == 2);  // 32 and 8 batches
}
