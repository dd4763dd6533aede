// UpdateMailbox: create, rename, delete or subscribe one mailbox (RFC 8621 §2.5).
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

Task<Result<MailboxId>> create(MailStore& store, const OpenAccount& opened, pb::UpdateMailboxRequest::Create wish) {
    const auto use = parse_special_use(wish.special_use());
    auto made = co_await store.create_mailbox(opened.account.owner(), wish.name(), use.value_or(SpecialUse::none),
                                              opened.actor());
    if (!made) co_return fail(made.error());
    co_return made->id;
}

/// The mailbox of that id in the account, of which the user may know. Errors: no_such_mailbox.
Result<MailboxId> find(const OpenAccount& opened, const std::string& id) {
    const auto mailbox = parse_mailbox_object_id(id);
    if (!mailbox || mailbox->owner() != opened.account.owner()) return fail(errc::no_such_mailbox);
    const auto mine = opened.user.rights(*mailbox);
    if (!mine) return fail(mine.error());
    return *mailbox;
}

Task<Result<>> rename(MailStore& store, const OpenAccount& opened, pb::UpdateMailboxRequest::Rename wish) {
    const auto mailbox = find(opened, wish.mailbox_id());
    if (!mailbox) co_return fail(mailbox.error());
    co_return co_await store.rename_mailbox(*mailbox, wish.name(), opened.actor());
}

Task<Result<>> remove(MailStore& store, const OpenAccount& opened, pb::UpdateMailboxRequest::Delete wish) {
    const auto mailbox = find(opened, wish.mailbox_id());
    if (!mailbox) co_return fail(mailbox.error());
    co_return co_await store.delete_mailbox(*mailbox, wish.with_emails(), opened.actor());
}

}  // namespace

Task<grpc::Status> RpcService::update_mailbox(RpcCall call, const pb::UpdateMailboxRequest& in,
                                              pb::UpdateMailboxReply& out) {
    constexpr std::string_view method = "UpdateMailbox";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    Result<> changed;
    switch (in.change_case()) {
        case pb::UpdateMailboxRequest::kCreate: {
            const auto made = co_await create(store_, *opened, in.create());
            if (made) out.set_mailbox_id(to_object_id(*made));
            if (!made) changed = fail(made.error());
            break;
        }
        case pb::UpdateMailboxRequest::kRename:
            changed = co_await rename(store_, *opened, in.rename());
            break;
        case pb::UpdateMailboxRequest::kDelete:
            changed = co_await remove(store_, *opened, in.delete_());
            break;
        case pb::UpdateMailboxRequest::kSubscribe:
            if (opened->account.is_shared()) co_return done(call, method, invalid("subscriptions are one's own"));
            changed = co_await store_.subscribe(opened->user.user(), in.subscribe().name(), in.subscribe().on());
            break;
        default:
            co_return done(call, method, invalid("no change"));
    }
    if (!changed) co_return done(call, method, to_status(changed.error()));
    (void)opened->account.read([&out](const UserView& view) { out.set_state(to_state(view)); });
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
