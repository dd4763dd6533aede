// The dump in tests/golden/storage-v1 was written by format version 1 and must stay readable: rows, flags, bodies, and
// the same index from the log alone. How it was made: run the hidden case below with HELIO_GOLDEN_FOLDER set.

#include <cstdlib>
#include <fstream>

#include "common/base/text.h"
#include "common/storage/lmdb_env.h"
#include "tests/support/catch.h"
#include "tests/support/memory_folder.h"
#include "tests/support/storage_workload.h"

using namespace helio;
using test::TestPartition;

namespace {

storage::Options golden_options(const std::filesystem::path& folder) {
    auto options = TestPartition::small_options(folder);
    options.segment_bytes = 16u << 10;
    options.index_map_bytes = 16u << 20;
    return options;
}

/// Every row in hexadecimal, then the text of every message.
std::string describe(TestPartition& partition) {
    std::string out;
    for (const auto& [key, value] : partition.rows())
        out += "row " + base::to_hex(key) + " " + base::to_hex(value) + "\n";
    for (std::uint32_t box = 1; box <= 3; ++box)
        for (std::uint32_t uid = 1; uid < partition.box(box).next_uid; ++uid)
            if (const auto text = partition.text(box, uid))
                out += "text " + std::to_string(box) + "/" + std::to_string(uid) + " " + base::to_hex(*text) + "\n";
    return out;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("make the golden dump", "[.make]") {
    const auto* folder = std::getenv("HELIO_GOLDEN_FOLDER");
    REQUIRE(folder != nullptr);
    const auto options = golden_options(folder);
    {
        TestPartition partition(options);
        for (unsigned i = 0; i < 24; ++i)
            REQUIRE_OK(partition.append(1 + i % 3, test::noise(200 + i * 40, i), i % 6 == 0 ? 3 : 0));
        for (unsigned uid = 1; uid <= 6; ++uid) REQUIRE_OK(partition.expunge(1, uid));
        for (unsigned uid = 2; uid <= 5; ++uid) REQUIRE_OK(partition.set_flags(2, uid, "seen flagged"));
        REQUIRE_OK(partition.get().compact_now());
        REQUIRE_OK(partition.append(2, "the last one"));
        std::ofstream(options.folder / "expected.txt") << describe(partition);
        partition.close();
    }
    std::uint64_t used = 0;
    {
        const storage::LmdbEnv env(options.folder / "index", options.index_map_bytes, storage::Durability::logged);
        MDB_envinfo info{};
        mdb_env_info(env.get(), &info);
        used = (info.me_last_pgno + 1) * 4096;
    }
    std::filesystem::resize_file(options.folder / "index" / "data.mdb", used);
    std::filesystem::remove(options.folder / "index" / "lock.mdb");
    std::filesystem::remove(options.folder / "lock");
}

TEST_CASE("a partition written by format version 1 reads, goes on, and rebuilds to the same rows",
          "[storage][golden]") {
    const std::filesystem::path golden = "tests/golden/storage-v1";
    REQUIRE(std::filesystem::exists(golden / "expected.txt"));
    const test::MemoryFolder folder;
    std::filesystem::copy(golden, folder / "p", std::filesystem::copy_options::recursive);
    const auto expected = read_file(golden / "expected.txt");
    const bool from_log_alone = GENERATE(false, true);
    if (from_log_alone) std::filesystem::remove_all(folder / "p" / "index");
    TestPartition partition(golden_options(folder / "p"));
    CHECK(describe(partition) == expected);
    CHECK(partition.get().verify().problems == std::vector<std::string>());
    CHECK(partition.append(1, "written by this release").has_value());
    partition.reopen();
    CHECK(partition.text(1, partition.box(1).next_uid - 1).value() == "written by this release");
}
