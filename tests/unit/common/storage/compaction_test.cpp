#include "tests/support/catch.h"
#include "tests/support/memory_folder.h"
#include "tests/support/storage_workload.h"

using namespace helio;
using test::Expected;
using test::MemoryFolder;
using test::StorageWorkload;
using test::TestPartition;

namespace {

// The spare of the next segment comes whenever its thread gets to it: it does not count.
std::uint64_t segment_bytes_on_disk(const std::filesystem::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "segments"))
        if (entry.path().extension() == ".seg") bytes += entry.file_size();
    return bytes;
}

Task<void> compact_while(storage::Partition& partition, std::uint32_t box, int count, int& done) {
    for (int i = 0; i < count; ++i) {
        test::AppendMessage add(box, test::noise(3000, box * 77 + static_cast<std::uint32_t>(i)));
        auto added = co_await partition.submit(add);
        if (added) ++done;
        test::Expunge remove(box, add.uid);
        auto removed = co_await partition.submit(remove);
        if (removed && i % 2 == 0) ++done;
    }
}

}  // namespace

TEST_CASE("compaction returns the space of dead bodies and keeps every row and body", "[storage][compaction]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    for (unsigned i = 0; i < 200; ++i)
        REQUIRE_OK(partition.append(1 + i % 4, test::noise(3000, i), i % 7 == 0 ? 9 : 0));
    for (unsigned box = 1; box <= 4; ++box)
        for (unsigned uid = 1; uid <= 45; ++uid) REQUIRE_OK(partition.expunge(box, uid));
    const auto rows = partition.rows();
    const auto before = segment_bytes_on_disk(folder / "p");
    REQUIRE_OK(partition.get().compact_now());
    CHECK(segment_bytes_on_disk(folder / "p") < before / 2);
    CHECK(partition.rows() == rows);
    CHECK(*partition.text(1, 46) == test::noise(3000, 180));
    CHECK(*partition.text(9, 1) == test::noise(3000, 0));
    CHECK(partition.get().verify().problems == std::vector<std::string>());
}

TEST_CASE("the index rebuilt after compaction is the same, key by key", "[storage][compaction]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    Expected expected;
    StorageWorkload workload(GENERATE(1u, 2u, 3u));
    for (int round = 0; round < 4; ++round) {
        workload.run(partition, expected, 120);
        REQUIRE_OK(partition.get().compact_now());
    }
    const auto rows = partition.rows();
    CHECK(expected.check(partition) == "");
    CHECK(partition.get().verify().problems == std::vector<std::string>());
    partition.close();
    std::filesystem::remove_all(folder.path() / "p" / "index");
    partition.reopen();
    CHECK(partition.rows() == rows);
    CHECK(expected.check(partition) == "");
}

TEST_CASE("a copied message keeps its body when the first name went before its row was carried",
          "[storage][compaction]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    REQUIRE_OK(partition.append(1, "kept"));
    test::CopyMessage copy(1, 1, 2);
    REQUIRE_OK(partition.append(3, test::noise(70'000, 1)));  // the copy's record lies in a segment of its own
    REQUIRE_OK(partition.submit(copy));
    REQUIRE_OK(partition.append(3, test::noise(70'000, 2)));
    REQUIRE_OK(partition.expunge(1, 1));
    REQUIRE_OK(partition.expunge(3, 1));
    REQUIRE_OK(partition.expunge(3, 2));
    REQUIRE_OK(partition.append(3, test::noise(70'000, 3)));
    REQUIRE_OK(partition.get().compact_now());
    const auto rows = partition.rows();
    CHECK(*partition.text(2, 1) == "kept");
    partition.close();
    std::filesystem::remove_all(folder.path() / "p" / "index");
    partition.reopen();
    CHECK(partition.rows() == rows);
    CHECK(*partition.text(2, 1) == "kept");
    CHECK(partition.get().verify().problems == std::vector<std::string>());
}

TEST_CASE("a segment stays while a body of it is being read", "[storage][compaction]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    const auto large = test::noise(2'000'000, 1);
    REQUIRE_OK(partition.append(1, large));
    REQUIRE_OK(partition.append(1, test::noise(70'000, 2)));
    auto body = partition.get().open_body(storage::BodyId{1});
    REQUIRE_OK(body);
    REQUIRE_OK(partition.expunge(1, 1));
    REQUIRE_OK(partition.get().compact_now());
    const auto segment = folder.path() / "p" / "segments" / "0000000000000002.seg";
    CHECK(std::filesystem::exists(segment));
    std::string text;
    REQUIRE_OK((*body)->read(0, large.size(), text));
    CHECK(text == large);
    body->reset();
    REQUIRE_OK(partition.get().compact_now());
    CHECK_FALSE(std::filesystem::exists(segment));
}

TEST_CASE("compaction beside writers and readers keeps the log and the index the same", "[storage][compaction]") {
    const MemoryFolder folder;
    auto options = TestPartition::small_options(folder / "p");
    TestPartition partition(options);
    REQUIRE_OK(partition.append(99, test::noise(500'000, 99)));
    const auto* reads = "reads";
    std::atomic<bool> stop = false;
    int wrong = 0;
    std::thread compactor([&] {
        while (!stop) std::ignore = partition.get().compact_now();
    });
    std::thread reader([&] {
        while (!stop) {
            auto body = partition.get().open_body(storage::BodyId{1});
            std::string text;
            if (!body || !(*body)->read(0, 500'000, text) || text != test::noise(500'000, 99)) ++wrong;
        }
    });
    int done = 0;
    for (std::uint32_t box = 1; box <= 8; ++box)
        partition.executor().start(compact_while(partition.get(), box, 40, done));
    partition.executor().run();
    stop = true;
    compactor.join();
    reader.join();
    INFO(reads);
    CHECK(wrong == 0);
    CHECK(done == 8 * 60);
    CHECK(partition.get().verify().problems == std::vector<std::string>());
    const auto rows = partition.rows();
    partition.close();
    std::filesystem::remove_all(folder.path() / "p" / "index");
    partition.reopen();
    CHECK(partition.rows() == rows);
}

TEST_CASE("nothing is compacted that is not worth it", "[storage][compaction]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    for (unsigned i = 0; i < 60; ++i) REQUIRE_OK(partition.append(1, test::noise(5000, i)));
    const auto before = segment_bytes_on_disk(folder / "p");
    REQUIRE_OK(partition.get().compact_now());
    CHECK(segment_bytes_on_disk(folder / "p") == before);
}
