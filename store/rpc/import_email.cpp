// ImportEmail: an upload becomes an email of the account (RFC 8621 §4.8).
#include "store/rpc/rpc_service.h"

namespace helio::store {

Task<grpc::Status> RpcService::import_email(RpcCall call, const pb::ImportEmailRequest& in, pb::ImportEmailReply& out) {
    constexpr std::string_view method = "ImportEmail";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    const auto blob = parse_blob_object_id(in.blob_id());
    if (!blob) co_return done(call, method, to_status(Error{errc::no_such_message, ""}));
    auto mailboxes = read_mailbox_ids(in.mailbox_ids());
    if (!mailboxes) co_return done(call, method, to_status(mailboxes.error()));
    auto flags = read_flags(in.flags());
    if (!flags) co_return done(call, method, to_status(flags.error()));
    if (in.has_internal_date() && !is_internal_date(in.internal_date()))
        co_return done(call, method, invalid("internal_date: beyond the years 1 to 9999"));
    const auto quota = co_await store_.known_quota(opened->owner);
    store::ImportEmail request{
        opened->account.owner(), opened->user.user(), *blob, std::move(*mailboxes), std::move(*flags), {}, quota};
    if (in.has_internal_date()) request.internal_date = Date{in.internal_date(), 0};
    const auto email = co_await store_.import_email(std::move(request), opened->actor());
    if (!email) co_return done(call, method, to_status(email.error()));
    out.set_email_id(to_object_id(email->email));
    out.set_thread_id(to_object_id(email->thread));
    out.set_size_bytes(email->size);
    (void)opened->account.read([&out](const UserView& view) { out.set_state(to_state(view)); });
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
