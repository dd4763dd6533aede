#include "store/mailbox/uid_rows.h"

#include <algorithm>
#include <optional>

#include "store/mailbox/encoding.h"
#include "store/mailbox/rows.h"

namespace helio::store {
namespace {

UidSet of_part(std::uint32_t part) {
    const auto first = part * keys::part_uids;
    return UidSet::of(Uid{std::max(first, 1u)}, Uid{first + (keys::part_uids - 1)});
}

UidSet decode(std::string_view row) {
    Decoder in(row);
    auto uids = in.uids();
    if (!in.done()) throw CorruptIndex("the index holds a row of UIDs that can't be read");
    return uids;
}

/// Calls change(uids) with the row of each part that `touched` lies in.
void change_rows(storage::IndexWriter& index, MailboxId id, const UidSet& touched,
                 const std::function<void(UidSet& row, const UidSet& some)>& change) {
    each_uid_part(touched, [&](std::uint32_t part, const UidSet& some) {
        const auto key = keys::uid_part(id, part);
        const auto row = index.get(keys::mailbox, key);
        auto uids = row ? decode(*row) : UidSet();
        change(uids, some);
        if (uids.empty()) {
            index.erase(keys::mailbox, key);
        } else {
            index.put(keys::mailbox, key, Encoder().uids(uids).take());
        }
    });
}

}  // namespace

void each_uid_part(const UidSet& uids, const std::function<void(std::uint32_t part, const UidSet& uids)>& use) {
    std::optional<std::uint32_t> last;
    for (const auto& range : uids.ranges()) {
        for (auto part = range.first.value / keys::part_uids; part <= range.last.value / keys::part_uids; ++part) {
            if (last && part <= *last) continue;
            last = part;
            use(part, of_part(part).intersection(uids));
        }
    }
}

void update_uids(storage::IndexWriter& index, MailboxId id, const UidSet& added, const UidSet& removed) {
    change_rows(index, id, removed, [](UidSet& row, const UidSet& some) { row.remove(some); });
    change_rows(index, id, added, [](UidSet& row, const UidSet& some) { row.add(some); });
}

UidSet read_uids(const storage::IndexReader& index, MailboxId id, Uid first) {
    UidSet found;
    index.scan(keys::mailbox, keys::uid_part(id, first.value / keys::part_uids), keys::after_uid_parts(id),
               [&](std::string_view, std::string_view row) {
                   for (const auto& range : decode(row).ranges()) found.add(range.first, range.last);
                   return true;
               });
    return first.value <= 1 ? found : found.within(first, Uid{UINT32_MAX});
}

}  // namespace helio::store
