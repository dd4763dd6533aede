// ListMailboxes: names, attributes and counters of all mailboxes in one snapshot; then those that others share.
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

pb::Mailbox& add(const ListEntry& entry, std::string_view owner, Rights rights, pb::ListMailboxesReply& out) {
    auto& mailbox = *out.add_mailboxes();
    mailbox.set_id(to_object_id(entry.mailbox->id));
    mailbox.set_name(entry.name);
    mailbox.set_special_use(std::string(to_string(entry.mailbox->special_use)));
    mailbox.set_subscribed(entry.subscribed);
    mailbox.set_has_children(entry.has_children);
    mailbox.set_owner(std::string(owner));
    mailbox.set_my_rights(to_string(rights));
    return mailbox;
}

void fill(const MailboxView& view, pb::Mailbox& mailbox) {
    const auto status = view.status();
    mailbox.set_uid_validity(status.uid_validity.value);
    mailbox.set_uid_next(status.uid_next.value);
    mailbox.set_messages(status.messages);
    mailbox.set_unseen(status.unseen);
    mailbox.set_size_bytes(status.size_bytes);
    mailbox.set_highest_modseq(status.highest_modseq.value);
}

void fill(const UserView& view, const UserStore& store, pb::ListMailboxesReply& out) {
    out.set_modseq(view.modseq().value);
    out.set_used_bytes(view.usage().bytes);
    out.set_used_messages(view.usage().messages);
    for (const auto& entry : view.list()) {
        if (!entry.mailbox) continue;
        auto& mailbox = add(entry, store.name(), store.rights(entry.mailbox->id).value_or(Rights()), out);
        if (const auto box = view.mailbox(entry.mailbox->id)) fill(*box, mailbox);
    }
}

Result<> add_shared(const UserStore& store, pb::ListMailboxesReply& out) {
    const auto entries = store.list();
    if (!entries) return fail(entries.error());
    for (const auto& entry : *entries) {
        if (!entry.mailbox || entry.mailbox->id.owner() == store.user()) continue;
        const auto rights = store.rights(entry.mailbox->id);
        if (!rights) continue;  // taken back meanwhile
        auto& mailbox = add(entry, store.owner_of(entry.mailbox->id), *rights, out);
        (void)store.read(entry.mailbox->id, [&mailbox](const MailboxView& view) { fill(view, mailbox); });
    }
    return {};
}

}  // namespace

Task<grpc::Status> RpcService::list_mailboxes(RpcCall call, pb::ListMailboxesReply& out) {
    constexpr std::string_view method = "ListMailboxes";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    const auto& store = *user;
    auto read = store.read([&](const UserView& view) { fill(view, store, out); });
    if (read) read = add_shared(store, out);
    co_return done(call, method, read ? grpc::Status::OK : to_status(read.error()));
}

}  // namespace helio::store
