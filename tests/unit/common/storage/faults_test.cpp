#include <cerrno>
#include <cstdlib>

#include "common/base/startup_error.h"
#include "tests/support/catch.h"
#include "tests/support/faulty_io.h"
#include "tests/support/memory_folder.h"
#include "tests/support/storage_workload.h"

using namespace helio;
using test::Call;
using test::Expected;
using test::FaultyIo;
using test::MemoryFolder;
using test::StorageWorkload;
using test::TestPartition;

namespace {

bool is_long() { return std::getenv("HELIO_LONG") != nullptr; }

storage::Options options_with(FaultyIo& io, const std::filesystem::path& folder) {
    auto options = TestPartition::small_options(folder);
    options.io = &io;
    return options;
}

/// Runs changes with one failing call, goes on, opens again; nothing acknowledged may be lost, nothing failed be there.
void run_with_fault(Call call, int number, int error) {
    INFO("call " << static_cast<int>(call) << " number " << number << " errno " << error);
    const MemoryFolder folder;
    INFO(folder.path().string());
    FaultyIo io;
    TestPartition partition(options_with(io, folder / "p"));
    Expected expected;
    StorageWorkload workload(static_cast<std::uint64_t>(number) * 100 + static_cast<std::uint64_t>(error));
    workload.run(partition, expected, 10);
    io.fail(call, number, error);
    workload.run(partition, expected, 40);
    std::ignore = partition.get().compact_now();
    io.heal();
    workload.run(partition, expected, 10);
    INFO("before the restart");
    CHECK(expected.check(partition) == "");
    CHECK(partition.append(9, "after").has_value());  // healed without a restart
    expected.acknowledged({test::Step::Kind::append, 9, 1, 0, 0, {}});
    partition.reopen();
    CHECK(*partition.text(9, 1) == "after");
    CHECK(partition.get().verify().problems == std::vector<std::string>());
}

}  // namespace

TEST_CASE("an error of any call loses nothing acknowledged and leaves nothing refused", "[storage][faults]") {
    const auto call = GENERATE(Call::open, Call::write, Call::allocate, Call::sync, Call::sync_folder, Call::truncate,
                               Call::rename, Call::unlink, Call::index_commit);
    const int most = is_long() ? 120 : 20;
    for (int number = 0; number < most; ++number)
        for (const int error : {EIO, ENOSPC}) run_with_fault(call, number, error);
}

TEST_CASE("a failed fdatasync seals the segment and is not repeated on it", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    TestPartition partition(options_with(io, folder / "p"));
    REQUIRE_OK(partition.append(1, "first"));
    io.fail(Call::sync, 0, EIO);
    CHECK(partition.append(1, "second").error().code == storage::errc::io);
    CHECK(std::filesystem::exists(folder.path() / "p" / "segments" / "0000000000000002.seg"));
    CHECK(*partition.append(1, "third") == 2);
    partition.reopen();
    CHECK(partition.box(1).messages == 2);
    CHECK(*partition.text(1, 2) == "third");
    CHECK(partition.get().verify().problems.empty());
}

TEST_CASE("when the void can't be made durable the outcome is unknown, and it heals later", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    TestPartition partition(options_with(io, folder / "p"));
    REQUIRE_OK(partition.append(1, "first"));
    io.fail(Call::sync, 0, EIO, 2);
    CHECK(partition.append(1, "second").error().code == storage::errc::stopped);
    CHECK(*partition.append(1, "third") == 2);
    partition.reopen();
    CHECK(*partition.text(1, 2) == "third");
    CHECK(partition.box(1).messages == 2);
}

TEST_CASE("a failed index commit is replayed; what was answered stays visible", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    TestPartition partition(options_with(io, folder / "p"));
    REQUIRE_OK(partition.append(1, "first"));
    io.fail(Call::index_commit, 0, EIO);
    CHECK(*partition.append(1, "second") == 2);
    while (!io.struck()) REQUIRE_OK(partition.append(2, "more"));
    CHECK(*partition.text(1, 2) == "second");
    CHECK(*partition.append(1, "third") == 3);
    partition.reopen();
    CHECK(*partition.text(1, 3) == "third");
    CHECK(partition.get().verify().problems.empty());
}

TEST_CASE("an index that can't be written refuses, shows what was answered, and recovers", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    TestPartition partition(options_with(io, folder / "p"));
    REQUIRE_OK(partition.append(1, "first"));
    io.fail(Call::index_commit, 0, ENOSPC, 1'000'000);
    std::uint32_t last = 1;
    Result<std::uint32_t> uid = partition.append(1, "taken");
    while (uid) {
        last = *uid;
        uid = partition.append(1, "taken");
    }
    CHECK(uid.error().code == storage::errc::io);
    CHECK_FALSE(partition.get().not_ready().empty());
    CHECK(partition.box(1).messages == last);
    CHECK(*partition.text(1, last) == (last == 1 ? "first" : "taken"));
    io.heal();
    while (!uid && uid.error().code == storage::errc::io) uid = partition.append(1, "after");
    REQUIRE_OK(uid);
    CHECK(*uid == last + 1);
    CHECK(partition.get().not_ready().empty());
    partition.reopen();
    CHECK(partition.box(1).messages == last + 1);
    CHECK(partition.get().verify().problems.empty());
}

TEST_CASE("no more than the limit of batches is durable and not in LMDB", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    auto options = options_with(io, folder / "p");
    options.uncommitted_batches = 1;
    TestPartition partition(options);
    Expected expected;
    StorageWorkload workload(7);
    workload.run(partition, expected, 60);
    CHECK(expected.check(partition) == "");
    io.fail(Call::index_commit, 0, EIO, 1'000'000);
    int taken = 0;
    while (partition.append(1, "x")) ++taken;
    CHECK(taken <= 2);  // the one that fails to be committed, and one that was decided before the failure was known
}

TEST_CASE("below the reserve bodies are refused, expunges still work, and space heals it", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    auto options = options_with(io, folder / "p");
    options.reserve_bytes = 1000;
    TestPartition partition(options);
    io.set_free_bytes(1000);
    REQUIRE_OK(partition.append(1, "at the limit"));
    io.set_free_bytes(999);
    CHECK(partition.append(1, "x").error().code == storage::errc::no_space);
    CHECK_FALSE(partition.get().not_ready().empty());
    REQUIRE_OK(partition.expunge(1, 1));
    io.set_free_bytes(499);
    CHECK(partition.set_flags(1, 1, "x").error().code == storage::errc::no_such_body);
    io.set_free_bytes(5000);
    CHECK(*partition.append(1, "healed") == 2);
    CHECK(partition.get().not_ready().empty());
}

TEST_CASE("a full disk when a segment is needed refuses the change and heals", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    TestPartition partition(options_with(io, folder / "p"));
    REQUIRE_OK(partition.append(1, "small"));
    io.fail(Call::allocate, 0, ENOSPC);
    CHECK(partition.append(1, test::noise(100'000, 1)).error().code == storage::errc::no_space);
    CHECK(*partition.append(1, "healed") == 2);
    CHECK(partition.get().verify().problems.empty());
}

TEST_CASE("a read error is answered with io and nothing is served", "[storage][faults]") {
    const MemoryFolder folder;
    FaultyIo io;
    TestPartition partition(options_with(io, folder / "p"));
    REQUIRE_OK(partition.append(1, "hello"));
    io.fail(Call::read, 0, EIO);
    CHECK(partition.text(1, 1).error().code == storage::errc::io);
    CHECK(*partition.text(1, 1) == "hello");
}
