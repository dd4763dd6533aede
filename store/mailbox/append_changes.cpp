#include "store/mailbox/append_changes.h"

#include <algorithm>

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/thread_id.h"

namespace helio::store {
namespace {

constexpr std::size_t record_overhead_bytes = 300;

BodyId add_body(storage::Decision& decision, const storage::BodySource& source, const std::string& summary) {
    const auto body = decision.add_body(source);
    add_record(decision, records::Summary{body, summary});
    return body;
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
    std::uint64_t bytes = 0;
    for (const auto& prepared : messages_) bytes += prepared.message.body->size();
    const auto owner = read_user(index, mailbox_.owner()).value_or(UserRow{});
    if (!fits(owner.usage, quota_, bytes, messages_.size())) return fail(errc::over_quota);
    auto& happened = event(mailbox_);
    for (const auto& [message, digest] : messages_) {
        if (!has_uid_left(index, mailbox_)) return fail(errc::too_many_messages, "no UID left");
        // Flags that the user may not set are left out, the message is taken (RFC 4314 §4).
        const auto words = mine.has(Right::write) ? message.flags.keywords : std::vector<std::string>();
        const auto keywords = keyword_bits(decision, mailbox_, words, true, happened.keywords_changed);
        if (!keywords) return fail(keywords.error());
        const StoredText text{add_body(decision, *message.body, digest.summary), message.body->size(), digest.thread};
        const auto added = add_message(decision, mailbox_, text, allowed_flags(message.flags.flags, mine), *keywords,
                                       message.internal_date, context_);
        happened.appended.add(added.uid);
        results_.push_back({mailbox_, info->uid_validity, added.uid, false});
    }
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
    const bool same_owner = from_.owner() == to_.owner();
    // Within one user only what comes on top counts.
    const std::uint64_t more = same_owner ? bytes - std::min(bytes, old->size) : bytes;
    const auto owner = read_user(index, to_.owner()).value_or(UserRow{});
    if (more > 0 && !fits(owner.usage, quota_, more, same_owner ? 0 : 1)) return fail(errc::over_quota);
    if (!has_uid_left(index, to_)) return fail(errc::too_many_messages, "no UID left");
    const auto& message = prepared_.message;
    bool grown = false;
    const auto words = mine.has(Right::write) ? message.flags.keywords : std::vector<std::string>();
    const auto keywords = keyword_bits(decision, to_, words, true, grown);
    if (!keywords) return fail(keywords.error());
    result_.before = read_mailbox(index, from_).value_or(MailboxRow{}).highest_modseq;
    const StoredText text{add_body(decision, *message.body, prepared_.digest.summary), bytes, prepared_.digest.thread};
    const auto added = add_message(decision, to_, text, allowed_flags(message.flags.flags, mine), *keywords,
                                   message.internal_date, context_);
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

Result<Mailbox> DeliverChange::target_mailbox(storage::Decision& decision, UserId user, const std::string& folder) {
    const auto& index = decision.index();
    const auto name = canonical_name(folder.empty() ? inbox_name : std::string_view(folder));
    const auto existing = find_mailbox(index, user, name);
    if (!existing && check_name(name, names_)) {
        const auto parents = make_parents(decision, user, name, context_);
        auto made = parents ? make_mailbox(decision, user, name, SpecialUse::none, context_)
                            : Result<Mailbox>(fail(parents.error()));
        if (made) {
            event(made->id).mailbox_changed = true;
            return made;
        }
    }
    const auto id = existing.value_or(MailboxId::of(user, 0));
    auto info = read_info(index, id);
    if (!info) return fail(errc::no_such_mailbox);
    return to_mailbox(id, std::move(*info));
}

Result<Appended> DeliverChange::deliver_to(storage::Decision& decision, const Recipient& recipient) {
    const auto key = delivery_key(recipient.delivery_id, recipient.user);
    if (!recipient.delivery_id.empty()) {
        if (const auto known = known_delivery(decision, key)) return *known;
    }
    const auto user = ensure_user(decision, recipient.user, context_);
    if (!user) return fail(user.error());
    const auto& index = decision.index();
    const auto usage = read_user(index, *user).value_or(UserRow{}).usage;
    if (!recipient.ignore_quota && !fits(usage, recipient.quota, delivery_.body->size(), 1)) {
        return fail(errc::over_quota, recipient.user);
    }
    const auto mailbox = target_mailbox(decision, *user, recipient.folder);
    if (!mailbox) return fail(mailbox.error());
    if (!has_uid_left(index, mailbox->id)) return fail(errc::too_many_messages, "no UID left");
    auto& happened = event(mailbox->id);
    // Keywords are a wish: a delivery does not fail for them.
    const auto keywords =
        keyword_bits(decision, mailbox->id, recipient.flags.keywords, true, happened.keywords_changed);
    if (!body_) body_ = add_body(decision, *delivery_.body, digest_.summary);
    const StoredText text{*body_, delivery_.body->size(), digest_.thread};
    const auto added = add_message(decision, mailbox->id, text, recipient.flags.flags, keywords.value_or(KeywordBits{}),
                                   delivery_.internal_date, context_);
    happened.appended.add(added.uid);
    if (!recipient.delivery_id.empty()) {
        context_.deliveries.remember(decision, {key, context_.now(), mailbox->id, added.uid});
    }
    return Appended{mailbox->id, mailbox->uid_validity, added.uid, false};
}

}  // namespace helio::store
