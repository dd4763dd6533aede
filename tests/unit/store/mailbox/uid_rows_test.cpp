#include "store/mailbox/uid_rows.h"

#include "store/mailbox/rows.h"
#include "tests/support/catch.h"
#include "tests/support/memory_partition.h"

using namespace helio;
using namespace helio::store;

namespace {

const MailboxId box = MailboxId::of(UserId{7}, 3);
const MailboxId next_box = MailboxId::of(UserId{7}, 4);

std::size_t rows_of(const test::MemoryIndex& index) {
    std::size_t count = 0;
    index.scan(keys::mailbox, keys::uid_part(box, 0), keys::after_uid_parts(box),
               [&](std::string_view, std::string_view) {
                   ++count;
                   return true;
               });
    return count;
}

}  // namespace

TEST_CASE("rows of UIDs hold what came and lose what went, across their edges", "[store]") {
    test::MemoryIndex index;
    update_uids(index, next_box, UidSet::of(Uid{5}), {});
    update_uids(index, box, UidSet::of(Uid{1000}, Uid{3100}), {});
    update_uids(index, box, UidSet::of(Uid{UINT32_MAX}), UidSet::of(Uid{1023}, Uid{1024}));
    CHECK(read_uids(index, box, Uid{1}).to_string() == "1000:1022,1025:3100,4294967295");
    CHECK(read_uids(index, box, Uid{1024}).to_string() == "1025:3100,4294967295");
    CHECK(read_uids(index, box, Uid{2000}).to_string() == "2000:3100,4294967295");
    CHECK(read_uids(index, box, Uid{3101}).to_string() == "4294967295");
    CHECK(rows_of(index) == 5);
    update_uids(index, box, {}, UidSet::of(Uid{1}, Uid{2047}));
    CHECK(rows_of(index) == 3);
    update_uids(index, box, {}, UidSet::of(Uid{2048}, Uid{3100}));
    update_uids(index, box, {}, UidSet::of(Uid{UINT32_MAX}));
    CHECK(rows_of(index) == 0);
    CHECK(read_uids(index, next_box, Uid{1}).to_string() == "5");
}

TEST_CASE("a row with a gap at each second UID stays small enough for its page", "[store]") {
    test::MemoryIndex index;
    UidSet every_second;
    for (std::uint32_t uid = 1024; uid < 2048; uid += 2) every_second.add(Uid{uid});
    update_uids(index, box, every_second, {});
    CHECK(read_uids(index, box, Uid{1}) == every_second);
    CHECK(index.get(keys::mailbox, keys::uid_part(box, 1))->size() < 1100);
}

TEST_CASE("a damaged row of UIDs is told, not served", "[store]") {
    test::MemoryIndex index;
    for (const std::string_view bytes :
         {std::string_view("\x02\x05", 2), std::string_view("\x01\x05\x01\x01", 4), std::string_view("", 0)}) {
        index.put(keys::mailbox, keys::uid_part(box, 0), bytes);
        CHECK_THROWS_AS(read_uids(index, box, Uid{1}), CorruptIndex);
    }
}
