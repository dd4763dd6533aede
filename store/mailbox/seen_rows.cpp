#include "store/mailbox/seen_rows.h"

#include <algorithm>

#include "store/mailbox/encoding.h"
#include "store/mailbox/rows.h"
#include "store/mailbox/uid_rows.h"

namespace helio::store {
namespace {

constexpr std::uint8_t version_1 = 1;

Decoder open(std::string_view bytes) {
    Decoder in(bytes);
    if (in.u8() != version_1) in.fault();
    return in;
}

[[noreturn]] void corrupt() { throw CorruptIndex("the index holds a row of seen messages that can't be read"); }

void put_row(storage::IndexWriter& index, const std::string& key, const SeenRow& row) {
    if (row.groups.empty()) {
        index.erase(keys::seen, key);
    } else {
        index.put(keys::seen, key, row.encode());
    }
}

}  // namespace

void SeenRow::set(UidSet uids, bool seen, ModSeq modseq) {
    for (auto& group : groups) {
        if (group.modseq > modseq) {
            uids.remove(group.uids);
        } else {
            group.uids.remove(uids);
        }
    }
    const auto same = [&](const Group& group) { return group.modseq == modseq && group.seen == seen; };
    const auto found = std::ranges::find_if(groups, same);
    if (found != groups.end()) {
        found->uids.add(uids);
    } else {
        groups.push_back({modseq, seen, std::move(uids)});
    }
    std::erase_if(groups, [](const Group& group) { return group.uids.empty(); });
    std::ranges::sort(groups, [](const Group& a, const Group& b) {
        return a.modseq == b.modseq ? a.seen < b.seen : a.modseq < b.modseq;
    });
}

void SeenRow::remove(const UidSet& uids) {
    for (auto& group : groups) group.uids.remove(uids);
    std::erase_if(groups, [](const Group& group) { return group.uids.empty(); });
}

std::size_t SeenRow::seen_count() const {
    std::size_t count = 0;
    for (const auto& group : groups) count += group.seen ? group.uids.size() : 0;
    return count;
}

const SeenRow::Group* SeenRow::find(Uid uid) const {
    const auto found = std::ranges::find_if(groups, [uid](const Group& group) { return group.uids.contains(uid); });
    return found == groups.end() ? nullptr : &*found;
}

std::string SeenRow::encode() const {
    Encoder out;
    out.u8(version_1).number(groups.size());
    for (const auto& group : groups) out.number(group.modseq.value).u8(group.seen ? 1 : 0).uids(group.uids);
    return out.take();
}

SeenRow SeenRow::decode(std::string_view bytes) {
    auto in = open(bytes);
    SeenRow row;
    const auto count = in.count();
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        auto& group = row.groups.emplace_back();
        group.modseq.value = in.number();
        group.seen = in.u8() != 0;
        group.uids = in.uids();
    }
    if (!in.done()) corrupt();
    return row;
}

std::string SeenTotal::encode() const { return Encoder().u8(version_1).number(seen).number(modseq.value).take(); }

SeenTotal SeenTotal::decode(std::string_view bytes) {
    auto in = open(bytes);
    SeenTotal total;
    total.seen = in.number32();
    total.modseq.value = in.number();
    if (!in.done()) corrupt();
    return total;
}

std::optional<SeenTotal> read_seen_total(const storage::IndexReader& index, MailboxId mailbox, UserId user) {
    const auto row = index.get(keys::seen, keys::seen_total(mailbox, user));
    if (!row) return std::nullopt;
    return SeenTotal::decode(*row);
}

SeenRow read_seen(const storage::IndexReader& index, MailboxId mailbox, std::uint32_t part, UserId user) {
    const auto row = index.get(keys::seen, keys::seen_part(mailbox, part, user));
    return row ? SeenRow::decode(*row) : SeenRow();
}

void SeenOverlay::show(Message& message) {
    if (!reader_) return;
    const auto part = message.uid.value / keys::part_uids;
    if (part_ != part) {
        row_ = read_seen(index_, mailbox_, part, *reader_);
        part_ = part;
    }
    const auto* group = row_.find(message.uid);
    message.flags =
        group != nullptr && group->seen ? message.flags.with(Flag::seen) : message.flags.without(Flag::seen);
    if (group != nullptr) message.modseq = std::max(message.modseq, group->modseq);
}

void forget_seen(storage::IndexWriter& index, MailboxId mailbox, const UidSet& uids) {
    struct Found {
        std::string key;
        SeenRow row;
    };
    std::vector<Found> found;
    for (const auto& range : uids.ranges()) {
        const auto first = keys::first_seen(mailbox, range.first.value / keys::part_uids);
        const auto last = keys::first_seen(mailbox, range.last.value / keys::part_uids + 1);
        index.scan(keys::seen, first, last, [&](std::string_view key, std::string_view value) {
            if (found.empty() || found.back().key < key) found.push_back({std::string(key), SeenRow::decode(value)});
            return true;
        });
    }
    for (auto& [key, row] : found) {
        const auto before = row.seen_count();
        row.remove(uids);
        const auto gone = before - row.seen_count();
        put_row(index, key, row);
        const auto user = keys::user_of(std::string_view(key).substr(12));
        auto total = read_seen_total(index, mailbox, user).value_or(SeenTotal{});
        total.seen -= static_cast<std::uint32_t>(gone);
        index.put(keys::seen, keys::seen_total(mailbox, user), total.encode());
    }
}

void drop_seen(storage::IndexWriter& index, MailboxId mailbox) {
    std::vector<std::string> found;
    const auto prefix = keys::of_mailbox(mailbox);
    index.scan(keys::seen, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view) {
        found.emplace_back(key);
        return true;
    });
    for (const auto& key : found) index.erase(keys::seen, key);
}

}  // namespace helio::store
