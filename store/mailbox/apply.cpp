#include "store/mailbox/apply.h"

#include <algorithm>

#include "store/mailbox/expunged_row.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/seen_rows.h"
#include "store/mailbox/uid_rows.h"

namespace helio::store {
namespace {

using storage::IndexWriter;

/// The rows that every change of a mailbox touches; written back once by save(). A mailbox with counters and no
/// information is dying: compaction may have carried its messages behind the record of its deletion.
class Counters {
public:
    Counters(IndexWriter& index, MailboxId id)
        : index_(index),
          id_(id),
          before_(read_mailbox(index, id)),
          box(before_.value_or(MailboxRow{})),
          user(read_user(index, id.owner()).value_or(UserRow{})),
          usage_before_(user.usage) {}

    void reached(ModSeq modseq) {
        box.highest_modseq = std::max(box.highest_modseq, modseq);
        user.modseq = std::max(user.modseq, modseq);
    }
    void came(Uid uid) { came_.add(uid); }
    void went(const Message& message) {
        went_.add(message.uid);
        count_out(message);
    }
    void count_in(const Message& message) {
        ++box.messages;
        box.size_bytes += message.size;
        count_flags(message, message.flags, 1);
        ++user.usage.messages;
        user.usage.bytes += message.size;
    }
    void count_out(const Message& message) {
        --box.messages;
        box.size_bytes -= message.size;
        count_flags(message, message.flags, -1);
        --user.usage.messages;
        user.usage.bytes -= message.size;
    }
    /// The message has (`by` 1) or had (-1) these flags.
    void count_flags(const Message& message, Flags flags, int by) {
        if (!flags.has(Flag::seen)) box.unseen = static_cast<std::uint32_t>(static_cast<int>(box.unseen) + by);
        if (!flags.has(Flag::deleted)) return;
        box.deleted = static_cast<std::uint32_t>(static_cast<int>(box.deleted) + by);
        box.deleted_bytes = by > 0 ? box.deleted_bytes + message.size : box.deleted_bytes - message.size;
    }
    void save() {
        index_.put(keys::mailbox, keys::counters(id_), box.encode());
        if (!before_ && !read_info(index_, id_)) index_.put(keys::dying, keys::of_mailbox(id_), "");
        save_uids();
        save_user();
    }
    void save_uids() { update_uids(index_, id_, came_, went_); }
    void save_user() {
        index_.put(keys::mailbox, keys::user_row(id_.owner()), user.encode());
        if (user.usage == usage_before_ || user.domain.empty()) return;
        auto domain = read_domain(index_, user.domain).value_or(DomainRow{});
        domain.usage.bytes += user.usage.bytes - usage_before_.bytes;
        domain.usage.messages += user.usage.messages - usage_before_.messages;
        index_.put(keys::domain, user.domain, domain.encode());
        usage_before_ = user.usage;
    }

private:
    IndexWriter& index_;
    MailboxId id_;
    std::optional<MailboxRow> before_;

public:
    MailboxRow box;
    UserRow user;

private:
    Usage usage_before_;
    UidSet came_;
    UidSet went_;
};

/// Keys of rows in a range, copied so that they may be erased.
std::vector<std::string> keys_between(const IndexWriter& index, storage::Table table, const std::string& first,
                                      const std::string& last) {
    std::vector<std::string> found;
    index.scan(table, first, last, [&](std::string_view key, std::string_view) {
        found.emplace_back(key);
        return true;
    });
    return found;
}

/// Messages of the mailbox with a UID in `uids`, copied.
std::vector<Message> messages_in(const IndexWriter& index, MailboxId id, const UidSet& uids) {
    std::vector<Message> found;
    for (const auto& range : uids.ranges()) {
        const auto last =
            range.last.value == UINT32_MAX ? keys::after_messages(id) : keys::message(id, Uid{range.last.value + 1});
        index.scan(keys::mailbox, keys::message(id, range.first), last,
                   [&](std::string_view key, std::string_view row) {
                       found.push_back(MessageRow::decode(keys::uid_of(key), row));
                       return true;
                   });
    }
    return found;
}

void take_out(IndexWriter& index, Counters& counters, MailboxId id, const Message& message) {
    index.erase(keys::mailbox, keys::message(id, message.uid));
    index.erase(keys::holder, keys::of_holder(message.body, id, message.uid));
    index.release(message.body);
    counters.went(message);
}

void drop_bodies(IndexWriter& index, const std::vector<BodyId>& bodies) {
    for (const auto body : bodies) index.erase(keys::summary, keys::of_body(body));
}

void trim_history(IndexWriter& index, Counters& counters, MailboxId id, ModSeq floor) {
    if (floor <= counters.box.vanished_floor) return;
    counters.box.vanished_floor = floor;
    const auto gone =
        keys_between(index, keys::mailbox, keys::first_vanished(id), keys::vanished(id, ModSeq{floor.value + 1}));
    for (const auto& key : gone) index.erase(keys::mailbox, key);
    counters.box.vanished_rows -= static_cast<std::uint32_t>(gone.size());
}

}  // namespace

void apply(IndexWriter& index, const records::User& record) {
    index.put(keys::user, record.name, keys::of_user(record.id));
    index.put(keys::owner, keys::of_user(record.id), record.name);
    // Compaction may have carried this record behind the user's messages: what they came to counts from here on.
    auto row = read_user(index, record.id).value_or(UserRow{});
    if (!row.domain.empty()) return;
    row.domain = record.name.substr(record.name.rfind('@') + 1);
    auto domain = read_domain(index, row.domain).value_or(DomainRow{});
    ++domain.users;
    domain.usage.bytes += row.usage.bytes;
    domain.usage.messages += row.usage.messages;
    index.put(keys::domain, row.domain, domain.encode());
    index.put(keys::mailbox, keys::user_row(record.id), row.encode());
}

void apply(IndexWriter& index, const records::UserFloor& record) {
    auto row = read_user(index, record.id).value_or(UserRow{});
    row.modseq = std::max(row.modseq, record.modseq);
    row.next_ordinal = std::max(row.next_ordinal, record.next_ordinal);
    row.last_uid_validity = std::max(row.last_uid_validity, record.last_uid_validity);
    row.folders_made = row.folders_made || record.folders_made;
    row.last_deletion = std::max(row.last_deletion, record.last_deletion);
    row.floor = std::max(row.floor, record.modseq);
    index.put(keys::mailbox, keys::user_row(record.id), row.encode());
}

void apply(IndexWriter& index, const records::MailboxSet& record) {
    const auto id = record.mailbox.id;
    Counters counters(index, id);
    const auto info = read_info(index, id);
    if (!info || info->modseq <= record.modseq) {
        if (info && info->name != record.mailbox.name && find_mailbox(index, id.owner(), info->name) == id) {
            index.erase(keys::name, keys::of_user(id.owner(), info->name));
        }
        const InfoRow row{record.mailbox.name,    record.mailbox.uid_validity, record.mailbox.special_use,
                          record.mailbox.created, record.mailbox.born,         record.modseq};
        index.put(keys::mailbox, keys::info(id), row.encode());
        index.put(keys::name, keys::of_user(id.owner(), row.name), keys::of_mailbox(id));
    }
    if (!info) {
        ++counters.user.mailboxes;
        if (index.get(keys::dying, keys::of_mailbox(id))) index.erase(keys::dying, keys::of_mailbox(id));
    }
    counters.user.modseq = std::max(counters.user.modseq, record.modseq);
    counters.user.next_ordinal = std::max(counters.user.next_ordinal, id.ordinal() + 1);
    counters.user.last_uid_validity = std::max(counters.user.last_uid_validity, record.mailbox.uid_validity);
    counters.save();
}

void apply(IndexWriter& index, const records::MailboxDeleted& record) {
    Counters counters(index, record.id);
    if (const auto info = read_info(index, record.id)) {
        if (find_mailbox(index, record.id.owner(), info->name) == record.id) {
            index.erase(keys::name, keys::of_user(record.id.owner(), info->name));
        }
        index.erase(keys::mailbox, keys::info(record.id));
        --counters.user.mailboxes;
    }
    drop_sharing(index, record.id);
    index.erase(keys::quota, QuotaRootId::folder(record.id).key());
    if (read_mailbox(index, record.id)) index.put(keys::dying, keys::of_mailbox(record.id), "");
    counters.user.modseq = std::max(counters.user.modseq, record.modseq);
    counters.user.last_deletion = std::max(counters.user.last_deletion, record.modseq);
    counters.user.next_ordinal = std::max(counters.user.next_ordinal, record.id.ordinal() + 1);
    counters.save_user();
}

void apply(IndexWriter& index, const records::MailboxPurged& record) {
    Counters counters(index, record.id);
    for (const auto& message : messages_in(index, record.id, UidSet::of(Uid{1}, Uid{UINT32_MAX}))) {
        take_out(index, counters, record.id, message);
    }
    for (const auto& key :
         keys_between(index, keys::mailbox, keys::first_keyword(record.id), keys::first_message(record.id))) {
        index.erase(keys::mailbox, key);
    }
    index.erase(keys::mailbox, keys::counters(record.id));
    index.erase(keys::dying, keys::of_mailbox(record.id));
    drop_bodies(index, record.dropped);
    counters.save_uids();
    counters.save_user();
}

void apply(IndexWriter& index, const records::MailboxFloor& record) {
    Counters counters(index, record.id);
    counters.box.uid_next = std::max(counters.box.uid_next, record.uid_next);
    counters.box.last_expunge = std::max(counters.box.last_expunge, record.last_expunge);
    counters.box.floor = std::max(counters.box.floor, record.highest_modseq);
    counters.reached(record.highest_modseq);
    trim_history(index, counters, record.id, record.vanished_floor);
    counters.save();
}

void apply(IndexWriter& index, const records::Messages& record) {
    Counters counters(index, record.mailbox);
    for (const auto& message : record.messages) {
        counters.box.uid_next = std::max(counters.box.uid_next, Uid{message.uid.value + 1});
        counters.reached(message.modseq);
        const auto before = read_message(index, record.mailbox, message.uid);
        if (before && before->modseq > message.modseq) continue;
        if (before) {
            counters.count_out(*before);
        } else {
            index.refer(message.body);
            index.put(keys::holder, keys::of_holder(message.body, record.mailbox, message.uid), "");
            counters.came(message.uid);
        }
        counters.count_in(message);
        index.put(keys::mailbox, keys::message(record.mailbox, message.uid), MessageRow::encode(message));
    }
    counters.save();
}

void apply(IndexWriter& index, const records::FlagsChanged& record) {
    Counters counters(index, record.mailbox);
    counters.reached(record.modseq);
    for (const auto& group : record.groups) {
        for (auto& message : messages_in(index, record.mailbox, group.uids)) {
            if (message.modseq > record.modseq) continue;
            counters.count_flags(message, message.flags, -1);
            counters.count_flags(message, group.flags, 1);
            message.flags = group.flags;
            message.keywords = group.keywords;
            message.modseq = record.modseq;
            index.put(keys::mailbox, keys::message(record.mailbox, message.uid), MessageRow::encode(message));
        }
    }
    counters.save();
}

void apply(IndexWriter& index, const records::Expunged& record) {
    Counters counters(index, record.mailbox);
    counters.reached(record.modseq);
    counters.box.last_expunge = std::max(counters.box.last_expunge, record.modseq);
    for (const auto& message : messages_in(index, record.mailbox, record.uids)) {
        take_out(index, counters, record.mailbox, message);
    }
    forget_seen(index, record.mailbox, record.uids);
    drop_bodies(index, record.dropped);
    if (record.modseq > counters.box.vanished_floor) {
        const auto key = keys::vanished(record.mailbox, record.modseq);
        ExpungedRow history{record.uids, record.emails};
        if (const auto row = index.get(keys::mailbox, key)) {
            history.add(ExpungedRow::decode(*row));
        } else {
            ++counters.box.vanished_rows;
        }
        index.put(keys::mailbox, key, history.encode());
    }
    counters.save();
}

void apply(IndexWriter& index, const records::Summary& record) {
    index.put(keys::summary, keys::of_body(record.body), record.bytes);
}

void apply(IndexWriter& index, const records::Keyword& record) {
    index.put(keys::mailbox, keys::keyword(record.mailbox, record.bit), record.name);
}

void apply(IndexWriter& index, const records::Subscription& record) {
    auto user = read_user(index, record.user).value_or(UserRow{});
    user.modseq = std::max(user.modseq, record.modseq);
    index.put(keys::mailbox, keys::user_row(record.user), user.encode());
    const auto key = keys::of_user(record.user, record.name);
    const auto row = index.get(keys::subscription, key);
    if (row && keys::number_of(*row) > record.modseq.value) return;
    if (record.on) {
        index.put(keys::subscription, key, keys::of_number(record.modseq.value));
    } else {
        index.erase(keys::subscription, key);
    }
}

void apply(IndexWriter& index, const records::QuotaSet& record) {
    if (record.limits.empty()) {
        index.erase(keys::quota, record.root.key());
    } else {
        index.put(keys::quota, record.root.key(), QuotaRow::encode(record.limits));
    }
}

void apply(IndexWriter& index, const records::QuotaNotice& record) {
    auto row = read_user(index, record.user).value_or(UserRow{});
    row.warned_at = record.warned_at;
    row.over_since = record.over_since;
    index.put(keys::mailbox, keys::user_row(record.user), row.encode());
}

void apply(IndexWriter& index, const records::Delivery& record) {
    const DeliveryRow row{record.key, record.time, record.mailbox, record.uid};
    index.put(keys::delivery, keys::of_number(record.number), row.encode());
}

void apply(IndexWriter& index, const records::DeliveriesExpired& record) {
    for (const auto& key : keys_between(index, keys::delivery, {}, keys::of_number(record.last + 1))) {
        index.erase(keys::delivery, key);
    }
}

void apply(IndexWriter& index, const records::Uploaded& record) {
    const auto key = keys::of_upload(record.user, record.upload.body);
    if (!index.get(keys::upload, key)) index.refer(record.upload.body);
    index.put(keys::upload, key, UploadRow::encode(record.upload));
}

void apply(IndexWriter& index, const records::UploadGone& record) {
    const auto key = keys::of_upload(record.user, record.body);
    if (!index.get(keys::upload, key)) return;
    index.erase(keys::upload, key);
    index.release(record.body);
}

}  // namespace helio::store
