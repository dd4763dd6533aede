#include "store/mailbox/views.h"

#include <algorithm>

#include "store/mailbox/expunged_row.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/list_entries.h"
#include "store/mailbox/names.h"
#include "store/mailbox/seen_rows.h"
#include "store/mailbox/sharing_rows.h"
#include "store/mailbox/uid_rows.h"

namespace helio::store {

MailboxStatus MailboxView::status() const {
    const auto row = read_mailbox(index_, mailbox_.id).value_or(MailboxRow{});
    MailboxStatus status{row.messages,          row.unseen,         row.deleted,
                         row.size_bytes,        row.deleted_bytes,  row.uid_next,
                         mailbox_.uid_validity, row.highest_modseq, row.last_expunge};
    if (reader_) {
        const auto total = read_seen_total(index_, mailbox_.id, *reader_).value_or(SeenTotal{});
        status.unseen = status.messages - total.seen;
        status.highest_modseq = std::max(status.highest_modseq, total.modseq);
    }
    return status;
}

Keywords MailboxView::keywords() const {
    Keywords table;
    index_.scan(keys::mailbox, keys::first_keyword(mailbox_.id), keys::first_vanished(mailbox_.id),
                [&](std::string_view, std::string_view name) {
                    table.names.emplace_back(name);
                    return true;
                });
    return table;
}

std::optional<Message> MailboxView::find(Uid uid) const {
    auto message = read_message(index_, mailbox_.id, uid);
    if (message) SeenOverlay(index_, mailbox_.id, reader_).show(*message);
    return message;
}

void MailboxView::each(Uid first, Uid last, const Visit& visit) const {
    if (first > last) return;
    SeenOverlay overlay(index_, mailbox_.id, reader_);
    const auto end =
        last.value == UINT32_MAX ? keys::after_messages(mailbox_.id) : keys::message(mailbox_.id, Uid{last.value + 1});
    index_.scan(keys::mailbox, keys::message(mailbox_.id, first), end, [&](std::string_view key, std::string_view row) {
        auto message = MessageRow::decode(keys::uid_of(key), row);
        overlay.show(message);
        return visit(message);
    });
}

void MailboxView::each(const UidSet& uids, const Visit& visit) const {
    bool go_on = true;
    for (const auto& range : uids.ranges()) {
        if (!go_on) return;
        each(range.first, range.last, [&](const Message& message) {
            go_on = visit(message);
            return go_on;
        });
    }
}

UidSet MailboxView::uids() const { return uids_from(Uid{1}); }

UidSet MailboxView::uids_from(Uid first) const { return read_uids(index_, mailbox_.id, first); }

std::optional<Uid> MailboxView::first_unseen() const {
    std::optional<Uid> found;
    if (status().unseen == 0) return found;
    each(Uid{1}, Uid{UINT32_MAX}, [&](const Message& message) {
        if (!message.flags.has(Flag::seen)) found = message.uid;
        return !found;
    });
    return found;
}

UidSet MailboxView::vanished_since(ModSeq since) const {
    const auto row = read_mailbox(index_, mailbox_.id).value_or(MailboxRow{});
    if (row.last_expunge <= since) return {};
    if (since < row.vanished_floor) {
        if (row.uid_next.value == 1) return {};
        auto gone = UidSet::of(Uid{1}, Uid{row.uid_next.value - 1});
        gone.remove(uids());
        return gone;
    }
    std::vector<UidRange> ranges;
    (void)each_expunged_since(since, [&ranges](ModSeq, const ExpungedRow& gone) {
        ranges.insert(ranges.end(), gone.uids.ranges().begin(), gone.uids.ranges().end());
    });
    return UidSet(std::move(ranges));
}

bool MailboxView::each_expunged_since(ModSeq since, const VisitExpunged& visit) const {
    const auto row = read_mailbox(index_, mailbox_.id).value_or(MailboxRow{});
    if (row.last_expunge <= since) return true;
    if (since < row.vanished_floor) return false;
    index_.scan(keys::mailbox, keys::vanished(mailbox_.id, ModSeq{since.value + 1}), keys::first_message(mailbox_.id),
                [&](std::string_view key, std::string_view value) {
                    visit(keys::modseq_of(key), ExpungedRow::decode(value));
                    return true;
                });
    return true;
}

std::optional<std::string_view> MailboxView::summary(BodyId body) const {
    return index_.get(keys::summary, keys::of_body(body));
}

Usage UserView::usage() const { return read_user(index_, user_).value_or(UserRow{}).usage; }

ModSeq UserView::modseq() const { return read_user(index_, user_).value_or(UserRow{}).modseq; }

std::optional<Mailbox> UserView::find(std::string_view name) const {
    const auto id = find_mailbox(index_, user_, canonical_name(name));
    if (!id) return std::nullopt;
    auto info = read_info(index_, *id);
    if (!info) return std::nullopt;
    return to_mailbox(*id, std::move(*info));
}

bool UserView::may_read(MailboxId id) const {
    return viewer_ == nullptr || rights_in(index_, id, *viewer_, *rules_).has(Right::read);
}

std::optional<std::uint64_t> UserView::sight() const {
    if (viewer_ == nullptr) return std::nullopt;
    std::uint64_t digest = 0xcbf29ce484222325;  // FNV-1a
    const auto add = [&digest](std::uint64_t value) {
        for (int byte = 0; byte < 8; ++byte, value >>= 8) digest = (digest ^ (value & 0xff)) * 0x100000001b3;
    };
    auto ids = all_mailboxes();
    std::ranges::sort(ids);  // names don't count
    for (const auto id : ids) {
        const auto rights = rights_in(index_, id, *viewer_, *rules_);
        if (!rights.has_any({Right::lookup, Right::read})) continue;
        add(id.value);
        add(rights.bits);
    }
    return digest;
}

std::vector<MailboxId> UserView::all_mailboxes() const {
    std::vector<MailboxId> ids;
    const auto prefix = keys::of_user(user_);
    index_.scan(keys::name, prefix, keys::after_prefix(prefix), [&](std::string_view, std::string_view value) {
        ids.push_back(keys::mailbox_of(value));
        return true;
    });
    return ids;
}

std::vector<Mailbox> UserView::mailboxes() const {
    auto ids = all_mailboxes();
    if (viewer_ != nullptr) std::erase_if(ids, [this](MailboxId id) { return !may_read(id); });
    std::vector<Mailbox> found;
    found.reserve(ids.size());
    for (const auto id : ids) {
        if (auto info = read_info(index_, id)) found.push_back(to_mailbox(id, std::move(*info)));
    }
    const auto inbox = std::ranges::find_if(found, [](const Mailbox& mailbox) { return mailbox.id.is_inbox(); });
    if (inbox != found.end()) std::rotate(found.begin(), inbox, inbox + 1);
    return found;
}

std::vector<ListEntry> UserView::list() const { return complete_list(mailboxes(), subscriptions()); }

bool UserView::has_children(std::string_view name) const {
    const auto prefix = keys::of_user(user_, canonical_name(name) + hierarchy_separator);
    bool found = false;
    index_.scan(keys::name, prefix, keys::after_prefix(prefix), [&](std::string_view, std::string_view) {
        found = true;
        return false;
    });
    return found;
}

std::vector<std::string> UserView::subscriptions() const {
    std::vector<std::string> names;
    const auto prefix = keys::of_user(user_);
    index_.scan(keys::subscription, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view) {
        names.emplace_back(key.substr(prefix.size()));
        return true;
    });
    return names;
}

std::vector<EmailCopy> UserView::copies(EmailId email) const {
    auto copies = read_copies(index_, user_, email);
    if (viewer_ == nullptr) return copies;
    std::erase_if(copies, [this](const EmailCopy& copy) { return !may_read(copy.mailbox); });
    for (auto& copy : copies) {
        SeenOverlay(index_, copy.mailbox, own_seen_reader(copy.mailbox, *viewer_, *rules_)).show(copy.message);
    }
    return copies;
}

ModSeq UserView::last_deletion() const { return read_user(index_, user_).value_or(UserRow{}).last_deletion; }

std::optional<Upload> UserView::upload(BodyId body) const {
    if (viewer_ != nullptr) return std::nullopt;
    const auto key = keys::of_upload(user_, body);
    const auto row = index_.get(keys::upload, key);
    if (!row) return std::nullopt;
    return UploadRow::decode(key, *row);
}

std::optional<MailboxView> UserView::mailbox(MailboxId id) const {
    if (id.owner() != user_ || !may_read(id)) return std::nullopt;
    auto info = read_info(index_, id);
    if (!info) return std::nullopt;
    const auto reader = viewer_ == nullptr ? std::nullopt : own_seen_reader(id, *viewer_, *rules_);
    return MailboxView(index_, to_mailbox(id, std::move(*info)), reader);
}

}  // namespace helio::store
