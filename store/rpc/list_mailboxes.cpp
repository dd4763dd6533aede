// ListMailboxes: names, attributes and counters of all mailboxes in one snapshot.
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

void fill(const UserView& view, pb::ListMailboxesReply& out) {
    out.set_modseq(view.modseq().value);
    out.set_used_bytes(view.usage().bytes);
    out.set_used_messages(view.usage().messages);
    for (const auto& entry : view.list()) {
        if (!entry.mailbox) continue;
        auto& mailbox = *out.add_mailboxes();
        mailbox.set_id(to_object_id(entry.mailbox->id));
        mailbox.set_name(entry.name);
        mailbox.set_special_use(std::string(to_string(entry.mailbox->special_use)));
        mailbox.set_subscribed(entry.subscribed);
        mailbox.set_has_children(entry.has_children);
        const auto box = view.mailbox(entry.mailbox->id);
        if (!box) continue;
        const auto status = box->status();
        mailbox.set_uid_validity(status.uid_validity.value);
        mailbox.set_uid_next(status.uid_next.value);
        mailbox.set_messages(status.messages);
        mailbox.set_unseen(status.unseen);
        mailbox.set_size_bytes(status.size_bytes);
        mailbox.set_highest_modseq(status.highest_modseq.value);
    }
}

}  // namespace

Task<grpc::Status> RpcService::list_mailboxes(RpcCall call, pb::ListMailboxesReply& out) {
    constexpr std::string_view method = "ListMailboxes";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    const auto read = store_.read(*user, [&out](const UserView& view) { fill(view, out); });
    co_return done(call, method, read ? grpc::Status::OK : to_status(read.error()));
}

}  // namespace helio::store
