#include "store/mailbox/append_changes.h"

#include <algorithm>

#include "common/mail/mime_scanner.h"
#include "common/mail/summary.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/quota.h"
#include "store/mailbox/quota_warning.h"
#include "store/mailbox/thread_id.h"

namespace helio::store {
namespace {

constexpr std::size_t record_overhead_bytes = 300;

BodyId add_body(storage::Decision& decision, const storage::BodySource& source, const std::string& summary) {
    const auto body = decision.add_body(source);
    add_record(decision, records::Summary{body, summary});
    return body;
}

/// As the sender addressed him: a user and a folder of his are two recipients, each of whom gets his copy.
std::string recipient_name(const Recipient& recipient) {
    return recipient.posted && !recipient.folder.empty() ? recipient.user + "+" + recipient.folder : recipient.user;
}

}  // namespace

bool has_uid_left(const storage::IndexReader& index, MailboxId mailbox) {
    return read_mailbox(index, mailbox).value_or(MailboxRow{}).uid_next.value < UINT32_MAX;
}

Message add_message(storage::Decision& decision, MailboxId mailbox, const StoredText& text, Flags flags,
                    const KeywordBits& keywords, std::optional<Date> date, const DecideContext& context) {
    const auto& index = decision.index();
    Message message;
    message.uid = read_mailbox(index, mailbox).value_or(MailboxRow{}).uid_next;
    message.flags = flags;
    message.keywords = keywords;
    message.modseq = next_modseq(index, mailbox.owner());
    message.save_date = context.now();
    message.internal_date = date.value_or(Date{message.save_date, 0});
    message.size = text.size;
    message.body = text.body;
    message.email = EmailId{text.body.value};
    message.thread = text.thread == ThreadId{} ? alone(message.email) : text.thread;
    message.created = message.modseq;
    add_record(decision, records::Messages{mailbox, {message}});
    return message;
}

std::size_t AppendChange::weight_bytes() const {
    std::size_t weight = 0;
    for (const auto& prepared : messages_) {
        weight += prepared.message.body->size() + prepared.digest.summary.size() + record_overhead_bytes;
    }
    return weight;
}

Result<> AppendChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    const auto info = read_info(index, mailbox_);
    const auto allowed = need(decision, mailbox_, Right::insert);
    if (!allowed) return allowed;
    const auto mine = rights(decision, mailbox_);
    const bool own = reader(mailbox_).has_value();  // \Seen is the appending user's, not the owner's
    std::uint64_t bytes = 0;
    for (const auto& prepared : messages_) bytes += prepared.message.body->size();
    const auto fits = check_quota(index, context_.config.quota, mailbox_, quota_, {bytes, messages_.size()});
    if (!fits) return fits;
    auto& happened = event(mailbox_);
    UidSet seen;
    for (const auto& [message, digest] : messages_) {
        if (!has_uid_left(index, mailbox_)) return fail(errc::too_many_messages, "no UID left");
        // Flags that the user may not set are left out, the message is taken (RFC 4314 §4).
        const auto words = mine.has(Right::write) ? message.flags.keywords : std::vector<std::string>();
        const auto keywords =
            keyword_bits(decision, mailbox_, words, NewKeywords::while_room, happened.keywords_changed);
        if (!keywords) return fail(keywords.error());
        const auto flags = allowed_flags(message.flags.flags, mine);
        const StoredText text{add_body(decision, *message.body, digest.summary), message.body->size(), digest.thread};
        const auto added = add_message(decision, mailbox_, text, own ? flags.without(Flag::seen) : flags, *keywords,
                                       message.internal_date, context_);
        if (own && flags.has(Flag::seen)) seen.add(added.uid);
        happened.appended.add(added.uid);
        results_.push_back({mailbox_, info->uid_validity, added.uid, false});
    }
    add_seen(decision, mailbox_, next_modseq(index, mailbox_.owner()), std::move(seen), {});
    return {};
}

std::size_t ReplaceChange::weight_bytes() const {
    return prepared_.message.body->size() + prepared_.digest.summary.size() + 2 * record_overhead_bytes;
}

Result<> ReplaceChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    const auto info = read_info(index, to_);
    if (!info || !read_info(index, from_)) return fail(errc::no_such_mailbox);
    auto allowed = need(decision, from_, Rights{Right::mark_deleted, Right::expunge});
    if (allowed) allowed = need(decision, to_, Right::insert);
    if (!allowed) return allowed;
    const auto mine = rights(decision, to_);
    const auto old = read_message(index, from_, uid_);
    if (!old) return fail(errc::no_such_message);
    const std::uint64_t bytes = prepared_.message.body->size();
    // Within one user, and within one folder, only what comes on top counts.
    const QuotaNeed whole{bytes, 1};
    const QuotaNeed more{bytes - std::min(bytes, old->size), 0};
    const auto& account = from_.owner() == to_.owner() ? more : whole;
    auto fits = check_account_quota(index, context_.config.quota, to_.owner(), quota_, account);
    if (fits) fits = check_folder_quota(index, to_, from_ == to_ ? more : whole);
    if (!fits && (more.bytes > 0 || from_ != to_)) return fits;
    if (!has_uid_left(index, to_)) return fail(errc::too_many_messages, "no UID left");
    const auto& message = prepared_.message;
    bool grown = false;
    const auto words = mine.has(Right::write) ? message.flags.keywords : std::vector<std::string>();
    const auto keywords = keyword_bits(decision, to_, words, NewKeywords::while_room, grown);
    if (!keywords) return fail(keywords.error());
    result_.before = read_mailbox(index, from_).value_or(MailboxRow{}).highest_modseq;
    const StoredText text{add_body(decision, *message.body, prepared_.digest.summary), bytes, prepared_.digest.thread};
    const bool own = reader(to_).has_value();
    const auto flags = allowed_flags(message.flags.flags, mine);
    const auto added = add_message(decision, to_, text, own ? flags.without(Flag::seen) : flags, *keywords,
                                   message.internal_date, context_);
    if (own && flags.has(Flag::seen)) {
        add_seen(decision, to_, next_modseq(index, to_.owner()), UidSet::of(added.uid), {});
    }
    result_.added = {to_, info->uid_validity, added.uid, false};
    result_.modseq = expunge_messages(decision, from_, {*old}, context_);
    auto& arrived = event(to_);
    arrived.appended.add(added.uid);
    arrived.keywords_changed = grown;
    event(from_).expunged.add(uid_);
    return {};
}

std::size_t DeliverChange::weight_bytes() const {
    return delivery_.body->size() + digest_.summary.size() + record_overhead_bytes * (1 + delivery_.recipients.size());
}

Result<> DeliverChange::plan(storage::Decision& decision) {
    results_.reserve(delivery_.recipients.size());
    for (const auto& recipient : delivery_.recipients) results_.push_back(deliver_to(decision, recipient));
    return {};
}

std::optional<Appended> DeliverChange::known_delivery(storage::Decision& decision, const DeliveryKey& key) const {
    const auto& index = decision.index();
    const auto row = context_.deliveries.find(index, key);
    if (!row) return std::nullopt;
    Appended known{row->mailbox, {}, {}, true};
    if (const auto info = read_info(index, row->mailbox)) known.uid_validity = info->uid_validity;
    if (read_message(index, row->mailbox, row->uid)) known.uid = row->uid;
    return known;
}

/// Where the message goes; empty: INBOX, also for a name that no mailbox can have. A sender's wish counts where he may
/// post (RFC 4314 §2.1, right p).
Result<std::string> DeliverChange::folder_of(storage::Decision& decision, UserId user,
                                             const Recipient& recipient) const {
    if (recipient.folder.empty()) return std::string();
    const auto& index = decision.index();
    const auto name = canonical_name(recipient.folder);
    const auto existing = find_mailbox(index, user, name);
    if (!recipient.posted) {
        const bool can_be = existing || check_own_name(name, names_, context_.config.sharing);
        return can_be ? recipient.folder : std::string();
    }
    if (existing) {
        const auto row = read_acl(index, *existing);
        if (row && strangers_rights(row->acl).has(Right::post)) return recipient.folder;
    }
    // One answer, whether the folder exists or not.
    if (context_.config.sharing.is_public_owner(recipient.user)) return fail(errc::no_permission, "post");
    return std::string();
}

Result<Mailbox> DeliverChange::target_mailbox(storage::Decision& decision, UserId user, const Recipient& recipient,
                                              const std::string& folder) {
    const auto& index = decision.index();
    const auto name = canonical_name(folder.empty() ? inbox_name : std::string_view(folder));
    const auto existing = find_mailbox(index, user, name);
    if (!existing) {
        const auto parents = make_parents(decision, user, name, context_);
        for (const auto& parent : parents.value_or(std::vector<Mailbox>())) event(parent.id).mailbox_changed = true;
        auto made = parents ? make_mailbox(decision, user, name, SpecialUse::none, context_)
                            : Result<Mailbox>(fail(parents.error()));
        if (made) {
            event(made->id).mailbox_changed = true;
            return made;
        }
    }
    const auto id = existing.value_or(MailboxId::of(user, 0));
    // No room for one more mailbox: check_room() did not know that INBOX takes it.
    if (!existing && !recipient.ignore_quota) {
        const auto fits = check_folder_quota(index, id, {delivery_.body->size(), 1});
        if (!fits) return fail(errc::over_quota_now, fits.error().detail);
    }
    auto info = read_info(index, id);
    if (!info) return fail(errc::no_such_mailbox);
    return to_mailbox(id, std::move(*info));
}

/// Mail that does not fit is held by the relay for a time of grace, from the first that was refused; the refusal is
/// noted in the same change. Mail that fits ends it.
Result<> DeliverChange::check_room(storage::Decision& decision, UserId user, const Recipient& recipient,
                                   const std::string& folder) {
    if (recipient.ignore_quota) return {};
    const auto& index = decision.index();
    const auto& config = context_.config.quota;
    const QuotaNeed need{delivery_.body->size(), 1};
    auto fits = recipient.over_quota ? Result<>(fail(errc::over_quota, "status"))
                                     : check_account_quota(index, config, user, recipient.quota, need);
    if (fits && !folder.empty()) {
        if (const auto mailbox = find_mailbox(index, user, canonical_name(folder))) {
            fits = check_folder_quota(index, *mailbox, need);
        }
    } else if (fits) {
        fits = check_folder_quota(index, MailboxId::of(user, 0), need);
    }
    const auto row = read_user(index, user).value_or(UserRow{});
    if (fits) {
        if (row.over_since != 0) add(decision, records::QuotaNotice{user, row.warned_at, 0});
        return {};
    }
    const auto now = context_.now();
    const auto since = row.over_since != 0 ? row.over_since : now;
    if (row.over_since == 0) add(decision, records::QuotaNotice{user, row.warned_at, now});
    const bool grace = now - since < config.grace.count();
    return fail(grace ? errc::over_quota_now : errc::over_quota, recipient.user + ": " + fits.error().detail);
}

/// Tells the user, once in an interval, that the mailbox is nearly full; over any quota.
void DeliverChange::warn(storage::Decision& decision, UserId user, const Recipient& recipient) {
    const auto& config = context_.config.quota;
    if (config.warning_percent == 0) return;
    const auto& index = decision.index();
    const auto row = read_user(index, user).value_or(UserRow{});
    const auto now = context_.now();
    if (row.warned_at != 0 && now - row.warned_at < config.warning_interval.count()) return;
    const auto limits = user_limits(index, config, user, recipient.quota);
    if (used_percent(row.usage, limits) < config.warning_percent) return;
    const auto inbox = MailboxId::of(user, 0);
    if (!read_info(index, inbox) || !has_uid_left(index, inbox)) return;
    const auto text = compose_quota_warning(config, recipient.user, row.usage, limits, now);
    mail::MimeScanner scanner;
    scanner.feed(text);
    const auto body = add_body(decision, *storage::body_in_memory(text), mail::encode_summary(scanner.finish()));
    const auto added = add_message(decision, inbox, {body, text.size(), {}}, {}, {}, std::nullopt, context_);
    event(inbox).appended.add(added.uid);
    add(decision, records::QuotaNotice{user, now, row.over_since});
}

Result<Appended> DeliverChange::deliver_to(storage::Decision& decision, const Recipient& recipient) {
    const auto key = delivery_key(recipient.delivery_id, recipient_name(recipient));
    if (!recipient.delivery_id.empty()) {
        if (const auto known = known_delivery(decision, key)) return *known;
    }
    const auto user = ensure_user(decision, recipient.user, context_);
    if (!user) return fail(user.error());
    const auto folder = folder_of(decision, *user, recipient);
    if (!folder) return fail(folder.error());
    const auto room = check_room(decision, *user, recipient, *folder);
    if (!room) {
        warn(decision, *user, recipient);
        return fail(room.error());
    }
    const auto mailbox = target_mailbox(decision, *user, recipient, *folder);
    if (!mailbox) return fail(mailbox.error());
    auto stored = store_in(decision, *mailbox, recipient);
    if (stored && !recipient.delivery_id.empty()) {
        context_.deliveries.remember(decision, {key, context_.now(), mailbox->id, stored->uid});
    }
    if (stored) warn(decision, *user, recipient);
    return stored;
}

Result<Appended> DeliverChange::store_in(storage::Decision& decision, const Mailbox& mailbox,
                                         const Recipient& recipient) {
    if (!has_uid_left(decision.index(), mailbox.id)) return fail(errc::too_many_messages, "no UID left");
    auto& happened = event(mailbox.id);
    // Keywords are a wish: a delivery does not fail for them.
    const auto keywords = keyword_bits(decision, mailbox.id, recipient.flags.keywords, NewKeywords::while_room,
                                       happened.keywords_changed);
    if (!body_) body_ = add_body(decision, *delivery_.body, digest_.summary);
    const StoredText text{*body_, delivery_.body->size(), digest_.thread};
    const auto added = add_message(decision, mailbox.id, text, recipient.flags.flags, keywords.value_or(KeywordBits{}),
                                   delivery_.internal_date, context_);
    happened.appended.add(added.uid);
    return Appended{mailbox.id, mailbox.uid_validity, added.uid, false};
}

}  // namespace helio::store
