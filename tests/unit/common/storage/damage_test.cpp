#include <fstream>

#include <fcntl.h>
#include <lmdb.h>
#include <unistd.h>

#include "common/base/startup_error.h"
#include "common/storage/format.h"
#include "common/storage/offline.h"
#include "tests/support/catch.h"
#include "tests/support/memory_folder.h"
#include "tests/support/storage_workload.h"

using namespace helio;
using test::MemoryFolder;
using test::TestPartition;

namespace {

constexpr int messages = 6;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string text_of(int number) {
    return test::noise(100 + static_cast<std::size_t>(number) * 40, static_cast<unsigned>(number));
}

/// Six messages, one batch each, in one small segment; closed.
void make_small_log(const storage::Options& options) {
    TestPartition partition(options);
    for (int i = 1; i <= messages; ++i) REQUIRE_OK(partition.append(1, text_of(i)));
    partition.close();
}

storage::Options small_log_options(const std::filesystem::path& folder) {
    auto options = TestPartition::small_options(folder);
    options.segment_bytes = 16u << 10;
    options.index_map_bytes = 16u << 20;
    return options;
}

std::filesystem::path segment_of(const storage::Options& options) {
    return options.folder / "segments" / "0000000000000001.seg";
}

/// Each message is there with its bytes, or its absence or damage is admitted. Gives how many are intact.
int count_intact(TestPartition& partition) {
    int intact = 0;
    for (int i = 1; i <= messages; ++i) {
        const auto text = partition.text(1, static_cast<std::uint32_t>(i));
        if (text) CHECK(*text == text_of(i));
        if (text) ++intact;
    }
    return intact;
}

storage::VerifyReport rebuild(const storage::Options& options) {
    test::MailboxModel model;
    return storage::rebuild(options, model, TestPartition::quiet_log());
}

}  // namespace

TEST_CASE("a flipped bit anywhere costs at most one message, is reported, and never served", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    const auto good = read_file(segment_of(options));
    const auto used = good.find_last_not_of('\0') + 1;
    const std::size_t step = std::getenv("HELIO_LONG") ? 1 : 37;
    for (std::size_t at = 0; at < used; at += step) {
        if (at >= 200 && at < 2048) at = 2048;
        if (at >= 2248 && at < 4096) at = 4096;
        INFO("offset " << at);
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        write_file(segment_of(options), bad);
        const auto report = rebuild(options);
        TestPartition partition(options);
        const int intact = count_intact(partition);
        CHECK(intact >= messages - 1);
        if (intact < messages) CHECK_FALSE(report.problems.empty());
        CHECK(partition.append(2, "goes on").has_value());
        partition.close();
        std::filesystem::remove_all(options.folder);
        std::filesystem::create_directories(options.folder / "segments");
    }
}

TEST_CASE("damage that the index has passed is found by verify and by the reader", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    auto bytes = read_file(segment_of(options));
    const auto place = bytes.find(text_of(2).substr(20, 30));
    REQUIRE(place != std::string::npos);
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    write_file(segment_of(options), bytes);
    TestPartition partition(options);
    CHECK(partition.text(1, 2).error().code == storage::errc::damaged);
    CHECK(*partition.text(1, 3) == text_of(3));
    const auto report = partition.get().verify();
    REQUIRE_FALSE(report.problems.empty());
    CHECK(report.problems.front().find("segment 1 offset 4608") == 0);
    partition.let_go();
    const auto rebuilt = rebuild(options);
    CHECK_FALSE(rebuilt.problems.empty());
    partition.reopen();
    CHECK(count_intact(partition) == messages - 1);
}

TEST_CASE("a log cut off anywhere keeps what lies before the cut", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    const auto good = read_file(segment_of(options));
    const auto used = good.find_last_not_of('\0') + 1;
    const std::size_t step = std::getenv("HELIO_LONG") ? 1 : 61;
    int before = 0;
    for (std::size_t at = storage::segment_header_bytes; at <= used; at += step) {
        INFO("cut at " << at);
        std::filesystem::remove_all(options.folder / "index");
        write_file(segment_of(options), std::string_view(good).substr(0, at));
        TestPartition partition(options);
        const int intact = count_intact(partition);
        CHECK(intact >= before);
        CHECK(partition.box(1).messages == static_cast<std::uint32_t>(intact));
        CHECK(partition.append(1, "goes on").has_value());
        before = intact;
        partition.close();
        for (const auto& entry : std::filesystem::directory_iterator(options.folder / "segments"))
            std::filesystem::remove(entry.path());
    }
    CHECK(before >= messages - 1);
}

TEST_CASE("what an index of another release had seen of the log must be there", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    auto bytes = read_file(segment_of(options));
    const auto last_batch = bytes.find(text_of(messages).substr(0, 30)) / 512 * 512;
    REQUIRE(last_batch > storage::segment_header_bytes);
    const auto how = GENERATE(as<std::string>(), "damaged", "cut", "never written");
    CAPTURE(how);
    if (how == "damaged") bytes[last_batch + 20] = static_cast<char>(bytes[last_batch + 20] ^ 1);
    if (how == "cut") bytes.resize(last_batch + 100);
    if (how == "never written") std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(last_batch), bytes.end(), '\0');
    write_file(segment_of(options), bytes);
    test::MailboxModel newer(2);
    base::Registry metrics;
    const auto open = [&] { return storage::Partition::open(options, newer, TestPartition::quiet_log(), metrics); };
    for (int i = 0; i < 2; ++i) {
        try {
            open();
            FAIL("it opened");
        } catch (const base::StartupError& error) {
            CHECK(std::string(error.what()).find("segment 1 offset") != std::string::npos);
            CHECK(std::string(error.what()).find("--rebuild") != std::string::npos);
        }
    }
    CHECK_FALSE(storage::rebuild(options, newer, TestPartition::quiet_log()).problems.empty());
    const auto opened = open();
    CHECK(opened->not_ready() == "");
    opened->close();
}

TEST_CASE("a start ends what a crash left of putting a new index in its place", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    const auto index = options.folder / "index";
    const auto old = options.folder / "index.old";
    const bool has_new = GENERATE(false, true);
    CAPTURE(has_new);
    if (has_new) {
        std::filesystem::copy(index, old, std::filesystem::copy_options::recursive);
    } else {
        std::filesystem::rename(index, old);
    }
    // The index that comes back knows how far the log reached: it was not made anew.
    write_file(segment_of(options), std::string_view(read_file(segment_of(options))).substr(0, 6000));
    CHECK_THROWS_AS(TestPartition(options), base::StartupError);
    CHECK(std::filesystem::exists(index / "data.mdb"));
    CHECK_FALSE(std::filesystem::exists(old));
}

TEST_CASE("verify and rebuild refuse a folder without a partition", "[storage][damage]") {
    const MemoryFolder folder;
    test::MailboxModel model;
    const auto options = small_log_options(folder / "nothing");
    CHECK_THROWS_AS(storage::print_verified(options, model, TestPartition::quiet_log()), base::StartupError);
    CHECK_THROWS_AS(storage::print_rebuilt(options, model, TestPartition::quiet_log()), base::StartupError);
    CHECK_FALSE(std::filesystem::exists(options.folder / "segments"));
}

TEST_CASE("an index beyond the log's end is refused with place and remedy, and rebuild repairs it",
          "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    const auto good = read_file(segment_of(options));
    write_file(segment_of(options), std::string_view(good).substr(0, 6000));
    try {
        TestPartition partition(options);
        FAIL("it opened");
    } catch (const base::StartupError& error) {
        CHECK(std::string(error.what()).find("segment 1 offset") != std::string::npos);
        CHECK(std::string(error.what()).find("--rebuild") != std::string::npos);
    }
    CHECK_FALSE(rebuild(options).problems.empty());
    TestPartition partition(options);
    CHECK(count_intact(partition) >= 2);
    CHECK(partition.append(1, "goes on").has_value());
    partition.reopen();
}

TEST_CASE("a damaged batch before later ones is damage, not the end of the log", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    auto bytes = read_file(segment_of(options));
    bytes[4608 + 20] = static_cast<char>(bytes[4608 + 20] ^ 1);  // the second batch's header
    write_file(segment_of(options), bytes);
    std::filesystem::remove_all(options.folder / "index");
    CHECK_THROWS_AS(TestPartition(options), base::StartupError);
    const auto report = rebuild(options);
    REQUIRE_FALSE(report.problems.empty());
    CHECK(report.problems.front().find("segment 1 offset 4608") == 0);
    TestPartition partition(options);
    CHECK(count_intact(partition) == messages);  // only its header was hit: the records are intact
    CHECK(partition.get().verify().problems.size() == 1);
}

TEST_CASE("the end of the log that the index has seen is damage too, and its intact records survive",
          "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    auto bytes = read_file(segment_of(options));
    const auto place = bytes.find(text_of(messages).substr(20, 30));
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    write_file(segment_of(options), bytes);
    CHECK_THROWS_AS(TestPartition(options), base::StartupError);
    CHECK_FALSE(rebuild(options).problems.empty());
    TestPartition partition(options);
    CHECK(count_intact(partition) == messages - 1);
    CHECK(partition.message(1, messages).has_value());  // its row survives, its body is admitted to be lost
    CHECK(partition.text(1, messages).error().code == storage::errc::damaged);
    CHECK(*partition.append(1, "goes on") == messages + 1);
    partition.reopen();
    CHECK(*partition.text(1, messages + 1) == "goes on");
}

TEST_CASE("a segment whose header is lost is set aside by rebuild", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = TestPartition::small_options(folder / "p");
    {
        TestPartition partition(options);
        for (unsigned i = 0; i < 60; ++i) REQUIRE_OK(partition.append(1, test::noise(3000, i)));
        partition.close();
    }
    auto bytes = read_file(segment_of(options));
    bytes.replace(0, 4096, 4096, '\0');
    write_file(segment_of(options), bytes);
    CHECK_THROWS_AS(TestPartition(options), base::StartupError);
    CHECK_FALSE(rebuild(options).problems.empty());
    TestPartition partition(options);
    CHECK(std::filesystem::exists(segment_of(options).string() + ".damaged"));
    CHECK(*partition.text(1, 60) == test::noise(3000, 59));
}

TEST_CASE("verify names a row that was planted, changed or removed in the index", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    MDB_env* env = nullptr;
    mdb_env_create(&env);
    mdb_env_set_maxdbs(env, 10);
    mdb_env_set_mapsize(env, options.index_map_bytes);
    REQUIRE(mdb_env_open(env, (options.folder / "index").c_str(), 0, 0600) == 0);
    MDB_txn* txn = nullptr;
    mdb_txn_begin(env, nullptr, 0, &txn);
    MDB_dbi table = 0;
    REQUIRE(mdb_dbi_open(txn, "messages", 0, &table) == 0);
    auto key = test::MailboxModel::key(1, 3);
    MDB_val k{key.size(), key.data()};
    REQUIRE(mdb_del(txn, table, &k, nullptr) == 0);
    auto row = test::MailboxModel::encode({1, 4, 4, 4, "changed"});
    key = test::MailboxModel::key(1, 4);
    k = {key.size(), key.data()};
    MDB_val v{row.size(), row.data()};
    REQUIRE(mdb_put(txn, table, &k, &v, 0) == 0);
    key = test::MailboxModel::key(8, 8);
    k = {key.size(), key.data()};
    REQUIRE(mdb_put(txn, table, &k, &v, 0) == 0);
    REQUIRE(mdb_txn_commit(txn) == 0);
    mdb_env_close(env);

    test::MailboxModel model;
    const auto report = storage::verify_offline(options, model, TestPartition::quiet_log());
    REQUIRE(report.problems.size() == 3);
    CHECK(report.problems[0] == "table messages key 000000010100000003: in the log, not in the index");
    CHECK(report.problems[1] == "table messages key 000000010100000004: index and log differ");
    CHECK(report.problems[2] == "table messages key 000000080100000008: in the index, not in the log");
    CHECK(rebuild(options).problems.empty());
    CHECK(storage::verify_offline(options, model, TestPartition::quiet_log()).problems.empty());
}

TEST_CASE("a truncated index is refused, not mapped", "[storage][damage]") {
    const MemoryFolder folder;
    const auto options = small_log_options(folder / "p");
    make_small_log(options);
    std::filesystem::resize_file(options.folder / "index" / "data.mdb", 12288);
    CHECK_THROWS_AS(TestPartition(options), base::StartupError);
    CHECK(rebuild(options).problems.empty());
    TestPartition partition(options);
    CHECK(count_intact(partition) == messages);
}
