// What MailStore changes: each makes its changes durable before it answers.
#include "common/base/text.h"
#include "common/mail/summary.h"
#include "store/mailbox/acl_changes.h"
#include "store/mailbox/annotation_changes.h"
#include "store/mailbox/append_changes.h"
#include "store/mailbox/copy_changes.h"
#include "store/mailbox/email_changes.h"
#include "store/mailbox/expunge_changes.h"
#include "store/mailbox/flag_changes.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/mail_store_impl.h"
#include "store/mailbox/quota_changes.h"
#include "store/mailbox/thread_id.h"
#include "store/mailbox/upload_changes.h"
#include "store/mailbox/user_changes.h"

namespace helio::store {

namespace {

/// What the writer needs of a text that may be too large to hold.
template <class Body>  // a BodySource on its way in, or a stored Body
Result<Digest> digest_of(const Body& body) {
    constexpr std::size_t at_once = 256u << 10;
    mail::MimeScanner scanner;
    std::string chunk;
    for (std::uint64_t at = 0; at < body.size(); at += chunk.size()) {
        chunk.clear();
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(at_once, body.size() - at));
        const auto read = body.read(at, length, chunk);
        if (!read) return fail(read.error());
        scanner.feed(chunk);
    }
    Digest digest{mail::encode_summary(scanner.finish()), {}};
    if (const auto summary = mail::SummaryView::open(digest.summary)) digest.thread = thread_of(*summary);
    return digest;
}

/// `set` in parts of at most `most` UIDs.
std::vector<UidSet> in_steps(const UidSet& set, std::size_t most) {
    std::vector<UidSet> steps;
    const auto size = set.size();
    for (std::size_t at = 0; at < size; at += most) {
        steps.push_back(set.within(set.at(at), set.at(std::min(at + most, size) - 1)));
    }
    return steps;
}

}  // namespace

Task<Result<UserId>> MailStore::open_user(std::string user) {
    user = base::to_lower(user);
    std::optional<UserId> ready;
    impl_->partition->read([&](const storage::IndexReader& index) {
        const auto id = store::find_user(index, user);
        if (id && read_user(index, *id).value_or(UserRow{}).folders_made) ready = id;
    });
    if (ready) co_return *ready;
    OpenUserChange change(impl_->context, std::move(user));
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.user();
}

Task<Result<Mailbox>> MailStore::create_mailbox(UserId user, std::string name, SpecialUse use, Actor actor) {
    name = canonical_name(name);
    const auto checked = check_own_name(name, impl_->names, impl_->config.sharing);
    if (!checked) co_return fail(checked.error());
    CreateMailboxChange change(impl_->context, user, std::move(name), use);
    change.act_for(std::move(actor));
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.made();
}

Task<Result<>> MailStore::delete_mailbox(UserId user, std::string name, Actor actor) {
    DeleteMailboxChange change(impl_->context, user, canonical_name(name));
    change.act_for(std::move(actor));
    co_return co_await impl_->remove(change);
}

Task<Result<>> MailStore::delete_mailbox(MailboxId mailbox, bool with_messages, Actor actor) {
    DeleteMailboxChange change(impl_->context, mailbox, with_messages);
    change.act_for(std::move(actor));
    co_return co_await impl_->remove(change);
}

Task<Result<>> MailStore::Impl::remove(DeleteMailboxChange& change) {
    auto done = co_await commit(change);
    if (!done || change.purged()) co_return done;
    // The deletion itself is done; what is left to take away also goes after a crash (finish_deletions()).
    const auto purged = co_await purge(change.id());
    if (!purged) log.warning("store.purge_failed", {{"error", to_string(purged.error())}});
    co_return done;
}

Task<Result<>> MailStore::Impl::purge(MailboxId mailbox) {
    for (;;) {
        PurgeChange change(context, mailbox);
        auto done = co_await commit(change);
        if (!done || change.purged()) co_return done;
    }
}

Task<Result<>> MailStore::finish_deletions() {
    std::vector<MailboxId> dying;
    impl_->partition->read([&](const storage::IndexReader& index) {
        index.scan(keys::dying, {}, {}, [&](std::string_view key, std::string_view) {
            dying.push_back(keys::mailbox_of(key));
            return true;
        });
    });
    for (const auto mailbox : dying) {
        auto purged = co_await impl_->purge(mailbox);
        if (!purged) co_return purged;
    }
    co_return Result<>();
}

Task<Result<>> MailStore::rename_mailbox(UserId user, std::string from, std::string to, Actor actor) {
    to = canonical_name(to);
    const auto checked = check_own_name(to, impl_->names, impl_->config.sharing);
    if (!checked) co_return fail(checked.error());
    RenameMailboxChange change(impl_->context, user, canonical_name(from), std::move(to), impl_->names);
    change.act_for(std::move(actor));
    co_return co_await impl_->commit(change);
}

Task<Result<>> MailStore::rename_mailbox(MailboxId mailbox, std::string to, Actor actor) {
    to = canonical_name(to);
    const auto checked = check_own_name(to, impl_->names, impl_->config.sharing);
    if (!checked) co_return fail(checked.error());
    RenameMailboxChange change(impl_->context, mailbox, std::move(to), impl_->names);
    change.act_for(std::move(actor));
    co_return co_await impl_->commit(change);
}

Task<Result<>> MailStore::subscribe(UserId user, std::string name, bool on) {
    name = canonical_name(name);
    const auto checked = check_name(name, impl_->names);
    if (!checked) co_return fail(checked.error());
    SubscribeChange change(impl_->context, user, std::move(name), on);
    co_return co_await impl_->commit(change);
}

Task<Result<>> MailStore::set_annotations(std::optional<MailboxId> mailbox, std::vector<AnnotationValue> values,
                                          Actor actor) {
    SetAnnotationsChange change(impl_->context, mailbox, std::move(values));
    change.act_for(std::move(actor));
    co_return co_await impl_->commit(change);
}

Task<Result<>> MailStore::set_acl(MailboxId mailbox, std::string identifier, AclAction action, Rights rights,
                                  Actor actor) {
    SetAclChange change(impl_->context, mailbox, std::move(identifier), action, rights);
    change.act_for(std::move(actor));
    co_return co_await impl_->commit(change);
}

Task<Result<std::vector<Appended>>> MailStore::append(MailboxId mailbox, std::vector<NewMessage> messages,
                                                      QuotaLimits quota, Actor actor) {
    std::vector<PreparedMessage> prepared;
    prepared.reserve(messages.size());
    for (auto& message : messages) {
        if (message.body->size() > impl_->config.limits.message_bytes) co_return fail(errc::too_large);
        auto digest = digest_of(*message.body);
        if (!digest) co_return fail(digest.error());
        prepared.push_back({std::move(message), std::move(*digest)});
    }
    AppendChange change(impl_->context, mailbox, std::move(prepared), quota);
    change.act_for(std::move(actor));
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.take_results();
}

Task<Result<Replaced>> MailStore::replace(MailboxId from, Uid uid, MailboxId to, NewMessage message, QuotaLimits quota,
                                          Actor actor) {
    if (message.body->size() > impl_->config.limits.message_bytes) co_return fail(errc::too_large);
    auto digest = digest_of(*message.body);
    if (!digest) co_return fail(digest.error());
    ReplaceChange change(impl_->context, from, uid, to, {std::move(message), std::move(*digest)}, quota);
    change.act_for(std::move(actor));
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.take_result();
}

Task<Result<DeliveryResults>> MailStore::deliver(Delivery delivery) {
    // The relay's limit was kept by lmtpd; trace fields may come on top.
    if (delivery.body->size() > impl_->config.storage.body_bytes) co_return fail(errc::too_large);
    for (auto& recipient : delivery.recipients) recipient.user = base::to_lower(recipient.user);
    auto digest = digest_of(*delivery.body);
    if (!digest) co_return fail(digest.error());
    DeliverChange change(impl_->context, std::move(delivery), std::move(*digest), impl_->names);
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.take_results();
}

Task<Result<FlagsStored>> MailStore::store_flags(StoreFlags request, Actor actor) {
    const auto existing = impl_->uids(request.mailbox);
    if (!existing) co_return fail(existing.error());
    FlagsStored all;
    auto steps = in_steps((*existing)->intersection(request.uids), impl_->config.limits.batch_messages);
    if (steps.empty()) steps.emplace_back();
    for (auto& step : steps) {
        StoreFlagsChange change(impl_->context, request, std::move(step));
        change.act_for(actor);
        const auto done = co_await impl_->commit(change);
        if (!done) co_return fail(done.error());
        auto result = change.take_result();
        all.changed.add(result.changed);
        all.modified.add(result.modified);
        all.modseq = std::max(all.modseq, result.modseq);
        all.newer.insert(all.newer.end(), result.newer.begin(), result.newer.end());
        if (!result.changed.empty()) all.steps.push_back({std::move(result.changed), result.modseq});
    }
    co_return all;
}

Task<Result<Expunged>> MailStore::Impl::expunge(MailboxId mailbox, UidSet wanted, bool deleted_only, Actor actor) {
    const auto existing = uids(mailbox);
    if (!existing) co_return fail(existing.error());
    Expunged all;
    auto steps = in_steps((*existing)->intersection(wanted), config.limits.batch_messages);
    if (steps.empty()) steps.emplace_back();
    for (auto& step : steps) {
        ExpungeChange change(context, mailbox, std::move(step), deleted_only);
        change.act_for(actor);
        const auto done = co_await commit(change);
        if (!done) co_return fail(done.error());
        const auto result = change.take_result();
        if (result.before > all.modseq) all.before = result.before;
        all.uids.add(result.uids);
        all.modseq = std::max(all.modseq, result.modseq);
    }
    co_return all;
}

Task<Result<Expunged>> MailStore::expunge_deleted(MailboxId mailbox, std::optional<UidSet> uids, Actor actor) {
    const auto now = status(mailbox);
    if (!now) co_return fail(now.error());
    if (now->deleted == 0) co_return Expunged{{}, now->highest_modseq, now->highest_modseq};
    UidSet marked;
    const auto wanted = uids ? std::move(*uids) : UidSet::of(Uid{1}, Uid{UINT32_MAX});
    const auto read_marked = read(mailbox, [&](const MailboxView& view) {
        std::uint32_t left = now->deleted;
        view.each(wanted, [&](const Message& message) {
            if (message.flags.has(Flag::deleted)) {
                marked.add(message.uid);
                --left;
            }
            return left > 0;
        });
    });
    if (!read_marked) co_return fail(read_marked.error());
    co_return co_await impl_->expunge(mailbox, std::move(marked), true, std::move(actor));
}

Task<Result<Expunged>> MailStore::expunge(MailboxId mailbox, UidSet uids, Actor actor) {
    co_return co_await impl_->expunge(mailbox, std::move(uids), false, std::move(actor));
}

Task<Result<Copied>> MailStore::Impl::copy(MailboxId from, UidSet wanted, MailboxId to, QuotaLimits quota, bool move,
                                           Actor actor) {
    const auto existing = uids(from);
    if (!existing) co_return fail(existing.error());
    wanted = (*existing)->intersection(wanted);
    if (wanted.size() > config.limits.change_messages) co_return fail(errc::too_many_messages);
    CopyChange change(context, from, std::move(wanted), to, quota, move);
    change.act_for(std::move(actor));
    const auto done = co_await commit(change);
    if (!done) co_return fail(done.error());
    co_return change.take_result();
}

Task<Result<Copied>> MailStore::copy(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota, Actor actor) {
    co_return co_await impl_->copy(from, std::move(uids), to, quota, false, std::move(actor));
}

Task<Result<Copied>> MailStore::move(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota, Actor actor) {
    co_return co_await impl_->copy(from, std::move(uids), to, quota, true, std::move(actor));
}

Task<Result<EmailsUpdated>> MailStore::update_emails(UpdateEmails request, Actor actor) {
    if (request.updates.size() > impl_->config.limits.change_emails) co_return fail(errc::too_many);
    UpdateEmailsChange change(impl_->context, std::move(request));
    change.act_for(std::move(actor));
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.take_result();
}

Task<Result<Upload>> MailStore::upload(UserId user, std::shared_ptr<const storage::BodySource> body) {
    if (body->size() > impl_->config.limits.message_bytes) co_return fail(errc::too_large);
    UploadChange change(impl_->context, user, std::move(body));
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.result();
}

Task<Result<Message>> MailStore::import_email(ImportEmail request, Actor actor) {
    std::optional<Upload> upload;
    const auto found = read(request.uploader, [&](const UserView& view) { upload = view.upload(request.upload); });
    if (!found) co_return fail(found.error());
    if (!upload) co_return fail(errc::no_such_message, "no such upload");
    const auto body = open_body(upload->body);
    if (!body) co_return fail(body.error());
    auto digest = digest_of(**body);
    if (!digest) co_return fail(digest.error());
    ImportEmailChange change(impl_->context, std::move(request), std::move(*digest));
    change.act_for(std::move(actor));
    const auto done = co_await impl_->commit(change);
    if (!done) co_return fail(done.error());
    co_return change.message();
}

Task<Result<>> MailStore::expire_uploads() {
    ExpireUploadsChange change(impl_->context);
    co_return co_await impl_->commit(change);
}

Task<Result<>> MailStore::set_quota(QuotaRootName name, QuotaLimits limits) {
    SetQuotaChange change(impl_->context, std::move(name), limits);
    auto done = co_await impl_->commit(change);
    if (done) ++impl_->quotas_set;
    co_return done;
}

}  // namespace helio::store
