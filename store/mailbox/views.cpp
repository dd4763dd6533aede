#include "store/mailbox/views.h"

#include <algorithm>

#include "store/mailbox/expunged_row.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/list_entries.h"
#include "store/mailbox/names.h"

namespace helio::store {

MailboxStatus MailboxView::status() const {
    const auto row = read_mailbox(index_, mailbox_.id).value_or(MailboxRow{});
    return {row.messages,          row.unseen,         row.deleted,     row.size_bytes, row.deleted_bytes, row.uid_next,
            mailbox_.uid_validity, row.highest_modseq, row.last_expunge};
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

std::optional<Message> MailboxView::find(Uid uid) const { return read_message(index_, mailbox_.id, uid); }

void MailboxView::each(Uid first, Uid last, const Visit& visit) const {
    if (first > last) return;
    const auto end =
        last.value == UINT32_MAX ? keys::after_messages(mailbox_.id) : keys::message(mailbox_.id, Uid{last.value + 1});
    index_.scan(keys::mailbox, keys::message(mailbox_.id, first), end, [&](std::string_view key, std::string_view row) {
        return visit(MessageRow::decode(keys::uid_of(key), row));
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

UidSet MailboxView::uids_from(Uid first) const {
    UidSet found;
    index_.scan(keys::mailbox, keys::message(mailbox_.id, first), keys::after_messages(mailbox_.id),
                [&](std::string_view key, std::string_view) {
                    found.add(keys::uid_of(key));
                    return true;
                });
    return found;
}

std::optional<Uid> MailboxView::first_unseen() const {
    std::optional<Uid> found;
    const auto row = read_mailbox(index_, mailbox_.id);
    if (!row || row->unseen == 0) return found;
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

std::vector<Mailbox> UserView::mailboxes() const {
    std::vector<MailboxId> ids;
    const auto prefix = keys::of_user(user_);
    index_.scan(keys::name, prefix, keys::after_prefix(prefix), [&](std::string_view, std::string_view value) {
        ids.push_back(keys::mailbox_of(value));
        return true;
    });
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

std::vector<EmailCopy> UserView::copies(EmailId email) const { return read_copies(index_, user_, email); }

ModSeq UserView::last_deletion() const { return read_user(index_, user_).value_or(UserRow{}).last_deletion; }

std::optional<Upload> UserView::upload(BodyId body) const {
    const auto key = keys::of_upload(user_, body);
    const auto row = index_.get(keys::upload, key);
    if (!row) return std::nullopt;
    return UploadRow::decode(key, *row);
}

std::optional<MailboxView> UserView::mailbox(MailboxId id) const {
    if (id.owner() != user_) return std::nullopt;
    auto info = read_info(index_, id);
    if (!info) return std::nullopt;
    return MailboxView(index_, to_mailbox(id, std::move(*info)));
}

}  // namespace helio::store
