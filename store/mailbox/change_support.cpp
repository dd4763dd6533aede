#include "store/mailbox/change_support.h"

#include <algorithm>

#include "store/mailbox/acl_changes.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/names.h"
#include "store/mailbox/sharing_records.h"

namespace helio::store {

MailboxEvent& StoreChange::event(MailboxId mailbox) {
    const auto [place, is_new] = places_.try_emplace(mailbox, events_.size());
    if (is_new) {
        events_.emplace_back();
        events_.back().mailbox = mailbox;
    }
    return events_[place->second];
}

Rights StoreChange::rights(const storage::Decision& decision, MailboxId mailbox) const {
    return rights_in(decision.index(), mailbox, actor_, context_.config.sharing);
}

Result<> StoreChange::need(const storage::Decision& decision, MailboxId mailbox, Rights needed) const {
    if (!read_info(decision.index(), mailbox)) return fail(errc::no_such_mailbox);
    return check_rights(rights(decision, mailbox), needed);
}

std::optional<UserId> StoreChange::reader(MailboxId mailbox) const {
    return own_seen_reader(mailbox, actor_, context_.config.sharing);
}

void StoreChange::add_seen(storage::Decision& decision, MailboxId mailbox, ModSeq modseq, UidSet seen, UidSet unseen) {
    if (seen.empty() && unseen.empty()) return;
    add(decision, records::SharedSeen{mailbox, actor_.id, modseq, std::move(seen), std::move(unseen)});
    auto& happened = event(mailbox);
    happened.modseq = std::max(happened.modseq, modseq);
}

Result<> StoreChange::need_create(const storage::Decision& decision, UserId owner, std::string_view name) const {
    if (actor_.is_store()) return {};
    const auto parents = parents_of(name);
    for (auto parent = parents.rbegin(); parent != parents.rend(); ++parent) {
        const auto id = find_mailbox(decision.index(), owner, *parent);
        if (!id) continue;
        if (!rights(decision, *id).has(Right::create)) return fail(errc::no_permission);
        return {};
    }
    if (owner != actor_.id) return fail(errc::no_permission);
    return {};
}

Flags allowed_flags(Flags flags, Rights rights) {
    if (!rights.has(Right::seen)) flags = flags.without(Flag::seen);
    if (!rights.has(Right::mark_deleted)) flags = flags.without(Flag::deleted);
    if (!rights.has(Right::write)) flags = flags.without(Flag::answered).without(Flag::flagged).without(Flag::draft);
    return flags;
}

Result<> StoreChange::decide(storage::Decision& decision) {
    auto planned = plan(decision);
    if (!planned) return planned;
    place_ = ++context_.decided;
    for (auto& happened : events_) {
        if (const auto row = read_mailbox(decision.index(), happened.mailbox)) {
            happened.modseq = std::max(happened.modseq, row->highest_modseq);
        }
    }
    return planned;
}

ModSeq next_modseq(const storage::IndexReader& index, UserId user) {
    return ModSeq{read_user(index, user).value_or(UserRow{}).modseq.value + 1};
}

Result<UserId> ensure_user(storage::Decision& decision, std::string_view name, const DecideContext& context) {
    if (const auto known = find_user(decision.index(), name)) return *known;
    constexpr std::size_t longest_user = 400;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    const auto at = name.rfind('@');
    const bool whole = at != std::string_view::npos && at > 0 && at + 1 < name.size();
    if (!whole || name.size() > longest_user || std::ranges::any_of(name, is_control)) {
        return fail(errc::bad_name, "user name");
    }
    UserId id{1};
    decision.index().scan_back(keys::owner, {}, {}, [&](std::string_view key, std::string_view) {
        id.value = keys::user_of(key).value + 1;
        return false;
    });
    if (id.value == 0) return fail(errc::too_many, "users");
    add_record(decision, records::User{id, std::string(name)});
    auto inbox = make_mailbox(decision, id, inbox_name, SpecialUse::none, context);
    if (!inbox) return fail(inbox.error());
    return id;
}

Result<Mailbox> make_mailbox(storage::Decision& decision, UserId user, std::string_view name, SpecialUse use,
                             const DecideContext& context) {
    const auto row = read_user(decision.index(), user).value_or(UserRow{});
    if (row.mailboxes >= context.config.limits.mailboxes || row.next_ordinal == UINT32_MAX) {
        return fail(errc::too_many_mailboxes);
    }
    const auto quota = read_quota(decision.index(), QuotaRootId::user(user));
    if (quota && quota->mailboxes && row.mailboxes >= *quota->mailboxes) return fail(errc::over_quota, "mailboxes");
    const auto now = context.now();
    // Ascending for the user, so that a name made again has a new one (RFC 9051 §2.3.1.1).
    const auto validity = std::max(static_cast<std::uint32_t>(now), row.last_uid_validity.value + 1);
    const ModSeq modseq{row.modseq.value + 1};
    const Mailbox made{
        MailboxId::of(user, row.next_ordinal), std::string(name), UidValidity{validity}, use, now, modseq, modseq};
    add_record(decision, records::MailboxSet{made, modseq});
    inherit_acl(decision, made);
    return made;
}

Result<std::vector<Mailbox>> make_parents(storage::Decision& decision, UserId user, std::string_view name,
                                          const DecideContext& context) {
    std::vector<Mailbox> made;
    for (const auto& parent : parents_of(name)) {
        if (find_mailbox(decision.index(), user, parent)) continue;
        auto mailbox = make_mailbox(decision, user, parent, SpecialUse::none, context);
        if (!mailbox) return fail(mailbox.error());
        made.push_back(std::move(*mailbox));
    }
    return made;
}

Keywords read_keywords(const storage::IndexReader& index, MailboxId mailbox) {
    Keywords table;
    index.scan(keys::mailbox, keys::first_keyword(mailbox), keys::first_vanished(mailbox),
               [&](std::string_view, std::string_view name) {
                   table.names.emplace_back(name);
                   return true;
               });
    return table;
}

Result<> check_keywords(const storage::IndexReader& index, MailboxId mailbox, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    auto table = read_keywords(index, mailbox);
    for (const auto& name : names) {
        if (!is_keyword(name)) return fail(errc::bad_keyword);
        if (!table.find(name)) table.names.push_back(name);
    }
    if (table.names.size() > most_keywords) return fail(errc::too_many_keywords);
    return {};
}

Result<KeywordBits> keyword_bits(storage::Decision& decision, MailboxId mailbox, const std::vector<std::string>& names,
                                 NewKeywords make, bool& grown) {
    KeywordBits bits;
    if (names.empty()) return bits;
    auto table = read_keywords(decision.index(), mailbox);
    for (const auto& name : names) {
        if (!is_keyword(name)) return fail(errc::bad_keyword);
        auto bit = table.find(name);
        const bool has_room = table.names.size() < most_keywords;
        if (!bit && !has_room && make == NewKeywords::all) return fail(errc::too_many_keywords);
        if (!bit && has_room && make != NewKeywords::none) {
            bit = table.names.size();
            table.names.push_back(name);
            add_record(decision, records::Keyword{mailbox, static_cast<std::uint8_t>(*bit), name});
            grown = true;
        }
        if (bit) bits.set(*bit);
    }
    return bits;
}

std::vector<Message> read_messages(const storage::IndexReader& index, MailboxId mailbox, const UidSet& uids,
                                   std::size_t most) {
    std::vector<Message> found;
    for (const auto& range : uids.ranges()) {
        if (found.size() >= most) break;
        const auto last = range.last.value == UINT32_MAX ? keys::after_messages(mailbox)
                                                         : keys::message(mailbox, Uid{range.last.value + 1});
        index.scan(keys::mailbox, keys::message(mailbox, range.first), last,
                   [&](std::string_view key, std::string_view row) {
                       found.push_back(MessageRow::decode(keys::uid_of(key), row));
                       return found.size() < most;
                   });
    }
    return found;
}

namespace {

/// True when every holder of `body` is a message of `mailbox` in `uids`.
bool held_only_by(const storage::IndexReader& index, BodyId body, MailboxId mailbox, const UidSet& uids) {
    const auto prefix = keys::of_body(body);
    bool only = true;
    index.scan(keys::holder, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view) {
        Decoder in(key.substr(prefix.size()));
        const MailboxId holder{in.u64be()};
        const Uid uid{in.u32be()};
        only = holder == mailbox && uids.contains(uid);
        return only;
    });
    return only;
}

std::vector<ExpungedEmail> emails_of(const std::vector<Message>& messages) {
    std::vector<ExpungedEmail> emails;
    emails.reserve(messages.size());
    for (const auto& message : messages) emails.push_back({message.email, message.thread});
    std::ranges::sort(emails);
    const auto doubles = std::ranges::unique(emails);
    emails.erase(doubles.begin(), doubles.end());
    return emails;
}

/// The older half of a long history goes.
void trim_history(storage::Decision& decision, MailboxId mailbox, std::size_t most) {
    const auto row = read_mailbox(decision.index(), mailbox);
    if (!row || row->vanished_rows <= most) return;
    std::size_t left = row->vanished_rows - most / 2;
    ModSeq floor;
    decision.index().scan(keys::mailbox, keys::first_vanished(mailbox), keys::first_message(mailbox),
                          [&](std::string_view key, std::string_view) {
                              floor = keys::modseq_of(key);
                              return --left > 0;
                          });
    add_record(decision, records::MailboxFloor{mailbox, row->uid_next, row->highest_modseq, row->last_expunge, floor});
}

}  // namespace

ModSeq expunge_messages(storage::Decision& decision, MailboxId mailbox, const std::vector<Message>& messages,
                        const DecideContext& context) {
    const auto& index = decision.index();
    records::Expunged record{mailbox, next_modseq(index, mailbox.owner()), {}, {}, {}};
    for (const auto& message : messages) record.uids.add(message.uid);
    for (const auto& message : messages) record.dropped.push_back(message.body);
    std::ranges::sort(record.dropped);
    const auto doubles = std::ranges::unique(record.dropped);
    record.dropped.erase(doubles.begin(), doubles.end());
    // Once for each body: a mailbox may hold thousands of copies of one.
    std::erase_if(record.dropped, [&](BodyId body) { return !held_only_by(index, body, mailbox, record.uids); });
    record.emails = emails_of(messages);
    add_record(decision, record);
    trim_history(decision, mailbox, context.config.limits.vanished_rows);
    return record.modseq;
}

}  // namespace helio::store
