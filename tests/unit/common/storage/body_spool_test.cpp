#include "common/storage/body_spool.h"

#include "common/storage/errc.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;

namespace {

std::string read_all(const storage::BodySpool& spool) {
    std::string text;
    REQUIRE_OK(spool.read(0, static_cast<std::size_t>(spool.size()), text));
    return text;
}

}  // namespace

TEST_CASE("a small message stays in memory, a larger one moves to a file", "[storage][spool]") {
    const test::TempFolder folder;
    storage::SpoolBudget budget({folder.path(), 10, 100, 1000});
    {
        storage::BodySpool spool(budget);
        REQUIRE_OK(spool.append("0123456789"));
        CHECK_FALSE(spool.in_file());
        CHECK(budget.memory_bytes() == 10);
        REQUIRE_OK(spool.append("x"));
        CHECK(spool.in_file());
        CHECK(budget.memory_bytes() == 0);
        CHECK(budget.file_bytes() == 11);
        spool.set_prefix("head:");
        CHECK(read_all(spool) == "head:0123456789x");
        std::string middle;
        REQUIRE_OK(spool.read(3, 5, middle));
        CHECK(middle == "d:012");
        std::string beyond;
        CHECK_FALSE(spool.read(10, 100, beyond).has_value());
    }
    CHECK(budget.file_bytes() == 0);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("when all memory is taken messages go to files, and when those are full too they are refused",
          "[storage][spool]") {
    const test::TempFolder folder;
    storage::SpoolBudget budget({folder.path(), 100, 15, 20});
    storage::BodySpool first(budget);
    REQUIRE_OK(first.append("0123456789"));
    storage::BodySpool second(budget);
    REQUIRE_OK(second.append("0123456789"));
    CHECK(second.in_file());
    REQUIRE_OK(second.append("0123456789"));
    const auto full = second.append("x");
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error().code == storage::errc::no_space);
}
