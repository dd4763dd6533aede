#include <climits>
#include <random>
#include <thread>

#include <sys/stat.h>

#include "common/base/startup_error.h"
#include "tests/support/catch.h"
#include "tests/support/memory_folder.h"
#include "tests/support/test_partition.h"

using namespace helio;
using test::MemoryFolder;
using test::TestPartition;

namespace {

Task<void> append_many(storage::Partition& partition, std::uint32_t box, int count, int& done) {
    for (int i = 0; i < count; ++i) {
        test::AppendMessage change(box, test::noise(300, box * 1000 + static_cast<std::uint32_t>(i)));
        auto result = co_await partition.submit(change);
        if (result && change.uid == static_cast<std::uint32_t>(i + 1)) ++done;
    }
}

Task<void> collect(storage::Partition& partition, storage::Change& change, std::vector<Result<>>& into) {
    auto result = co_await partition.submit(change);
    into.push_back(std::move(result));
}

/// Adds a message and then fails.
class FailsAfterwards final : public storage::Change {
public:
    Result<> decide(storage::Decision& decision) override {
        test::AppendMessage inner(7, "never");
        std::ignore = inner.decide(decision);
        seen_inside = test::MailboxModel::box(decision.index(), 7).messages;
        return fail(storage::errc::too_large);
    }
    std::size_t weight_bytes() const override { return 100; }
    std::uint32_t seen_inside = 0;
};

}  // namespace

TEST_CASE("a submitted change is visible and its body reads back", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    const auto uid = partition.append(1, "hello");
    REQUIRE_OK(uid);
    CHECK(*uid == 1);
    CHECK(*partition.text(1, 1) == "hello");
    CHECK(partition.box(1).messages == 1);
    CHECK(partition.get().not_ready().empty());
}

TEST_CASE("what was submitted is there after the partition was opened again", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    for (int i = 0; i < 300; ++i)
        REQUIRE_OK(partition.append(1 + static_cast<unsigned>(i) % 7, test::noise(1000, static_cast<unsigned>(i))));
    REQUIRE_OK(partition.set_flags(3, 2, "seen"));
    REQUIRE_OK(partition.expunge(4, 1));
    const auto rows = partition.rows();
    partition.reopen();
    CHECK(partition.rows() == rows);
    CHECK(*partition.text(1, 1) == test::noise(1000, 0));
    CHECK(partition.text(4, 1).error().code == storage::errc::no_such_body);
    CHECK(partition.get().verify().problems.empty());
    CHECK(*partition.append(1, "next") == partition.box(1).next_uid - 1);
}

TEST_CASE("many sessions get ascending UIDs without gaps", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    int done = 0;
    for (std::uint32_t box = 1; box <= 40; ++box)
        partition.executor().start(append_many(partition.get(), box, 20, done));
    partition.executor().run();
    CHECK(done == 800);
    CHECK(partition.get().verify().problems.empty());
}

TEST_CASE("a change that fails leaves nothing", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    REQUIRE_OK(partition.append(7, "one"));
    FailsAfterwards change;
    CHECK(partition.submit(change).error().code == storage::errc::too_large);
    CHECK(change.seen_inside == 2);
    CHECK(partition.box(7).messages == 1);
    CHECK(*partition.append(7, "two") == 2);
    partition.reopen();
    CHECK(partition.box(7).messages == 2);
    CHECK(partition.get().verify().problems.empty());
}

TEST_CASE("bodies of all sizes read back whole and in parts", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    const auto size = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{65535}, std::size_t{65536},
                               std::size_t{65537}, std::size_t{1048576}, std::size_t{1048577}, std::size_t{3000001});
    const auto text = test::noise(size, 5);
    REQUIRE_OK(partition.append(1, text));
    CHECK(*partition.text(1, 1) == text);
    auto body = partition.get().open_body(storage::BodyId{1});
    REQUIRE_OK(body);
    std::string part;
    REQUIRE_OK((*body)->read(size / 2, 70000, part));
    CHECK(part == text.substr(size / 2, 70000));
    part.clear();
    REQUIRE_OK((*body)->read(size, 10, part));
    CHECK(part.empty());
    partition.reopen();
    CHECK(*partition.text(1, 1) == text);
}

TEST_CASE("the limits of body and record are kept to the byte", "[storage]") {
    const MemoryFolder folder;
    auto options = TestPartition::small_options(folder / "p");
    options.body_bytes = 1000;
    options.record_bytes = 40;
    TestPartition partition(options);
    REQUIRE_OK(partition.append(1, std::string(1000, 'x')));
    CHECK(partition.append(1, std::string(1001, 'x')).error().code == storage::errc::too_large);
    REQUIRE_OK(partition.set_flags(1, 1, std::string(16, 'f')));
    CHECK(partition.set_flags(1, 1, std::string(17, 'f')).error().code == storage::errc::too_large);
    CHECK(partition.message(1, 1)->flags == std::string(16, 'f'));
}

TEST_CASE("submit answers busy above the limit of waiting changes", "[storage]") {
    const MemoryFolder folder;
    auto options = TestPartition::small_options(folder / "p");
    options.waiting_changes = 0;
    options.alone_before_caller = UINT_MAX;  // all must wait
    TestPartition partition(options);
    CHECK(partition.append(1, "x").error().code == storage::errc::busy);
}

TEST_CASE("a body lives while something names it", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    REQUIRE_OK(partition.append(1, "shared", 2));
    REQUIRE_OK(partition.expunge(1, 1));
    CHECK(*partition.text(2, 1) == "shared");
    REQUIRE_OK(partition.expunge(2, 1));
    CHECK(partition.get().open_body(storage::BodyId{1}).error().code == storage::errc::no_such_body);
}

TEST_CASE("a submit after close is answered with stopped", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    partition.close();
    CHECK(partition.append(1, "x").error().code == storage::errc::stopped);
    CHECK_FALSE(partition.get().not_ready().empty());
}

TEST_CASE("a second opening of the same folder is refused", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    CHECK_THROWS_AS(TestPartition(folder / "p"), base::StartupError);
}

TEST_CASE("changes that wait together are decided in order and answered each", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    REQUIRE_OK(partition.append(1, "x"));
    test::SetFlags first(1, 1, "a");
    test::Expunge second(1, 1);
    test::SetFlags third(1, 1, "b");
    std::vector<Result<>> results;
    partition.executor().start(collect(partition.get(), first, results));
    partition.executor().start(collect(partition.get(), second, results));
    partition.executor().start(collect(partition.get(), third, results));
    partition.executor().run();
    REQUIRE(results.size() == 3);
    CHECK(std::count_if(results.begin(), results.end(), [](const auto& r) { return !r; }) == 1);
    CHECK(partition.box(1).messages == 0);
}

TEST_CASE("deleting the index and opening gives the same rows", "[storage]") {
    const MemoryFolder folder;
    TestPartition partition(folder / "p");
    for (unsigned i = 0; i < 100; ++i)
        REQUIRE_OK(partition.append(1 + i % 3, test::noise(2000, i), i % 5 == 0 ? 9 : 0));
    for (unsigned i = 1; i < 20; ++i) REQUIRE_OK(partition.expunge(1, i));
    for (unsigned i = 1; i < 20; ++i) REQUIRE_OK(partition.set_flags(2, i, "seen"));
    const auto rows = partition.rows();
    partition.close();
    std::filesystem::remove_all(folder.path() / "p" / "index");
    partition.reopen();
    CHECK(partition.rows() == rows);
    CHECK(partition.get().verify().problems.empty());
}

TEST_CASE("an index of another release is made anew from the log, one of this release is kept", "[storage]") {
    const MemoryFolder folder;
    const auto inode = [&] {
        struct stat status{};
        REQUIRE(::stat((folder.path() / "p" / "index" / "data.mdb").c_str(), &status) == 0);
        return status.st_ino;
    };
    TestPartition partition(folder / "p");
    for (unsigned i = 0; i < 20; ++i) REQUIRE_OK(partition.append(1 + i % 3, test::noise(2000, i)));
    const auto rows = partition.rows();
    const auto first = inode();
    partition.reopen();
    CHECK(inode() == first);
    partition.let_go();
    {
        test::MailboxModel newer(2);
        base::Registry metrics;
        const auto opened = storage::Partition::open(partition.options(), newer, TestPartition::quiet_log(), metrics);
        CHECK(inode() != first);
        CHECK(opened->verify().problems.empty());
        opened->close();
    }
    partition.reopen();
    CHECK(partition.rows() == rows);
    CHECK(partition.get().verify().problems.empty());
}

namespace {

/// Remembers the thread that decided it.
class WhoDecides final : public storage::Change {
public:
    explicit WhoDecides(bool quick) : quick_(quick) {}
    Result<> decide(storage::Decision& decision) override {
        thread = std::this_thread::get_id();
        return append_.decide(decision);
    }
    std::size_t weight_bytes() const override { return append_.weight_bytes(); }
    bool is_quick() const override { return quick_; }
    std::thread::id thread;

private:
    test::AppendMessage append_{1, "x"};
    bool quick_;
};

}  // namespace

TEST_CASE("a quick change that comes alone is decided by its caller, others by the writer", "[storage]") {
    const test::TempFolder folder;
    auto options = test::TestPartition::small_options(folder.path());
    options.alone_before_caller = 3;
    options.quick_sync = std::chrono::hours(1);
    test::TestPartition partition(options);
    std::size_t mine = 0;
    for (int i = 0; i < 200; ++i) {
        WhoDecides change(true);
        REQUIRE(partition.submit(change));
        if (change.thread == std::this_thread::get_id()) ++mine;
        WhoDecides slow(false);
        if (i % 10 == 0) REQUIRE(partition.submit(slow));
        if (i % 10 == 0) CHECK(slow.thread != std::this_thread::get_id());
    }
    // Not the first, and one in 64 goes to the writer all the same.
    CHECK(mine > 100);
    CHECK(mine < 197);
}
