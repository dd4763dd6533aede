// GetQuota: what the account holds and may hold (RFC 9425).
#include "store/rpc/rpc_service.h"

namespace helio::store {

Task<grpc::Status> RpcService::get_quota(RpcCall call, const pb::GetQuotaRequest& in, pb::GetQuotaReply& out) {
    constexpr std::string_view method = "GetQuota";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    const auto limits = co_await store_.known_quota(opened->owner);
    const auto read = opened->account.read([&out](const UserView& view) {
        out.set_used_bytes(view.usage().bytes);
        out.set_used_messages(view.usage().messages);
        out.set_state(to_state(view));
    });
    if (!read) co_return done(call, method, to_status(read.error()));
    const auto root = store_.quota_root({QuotaScope::user, opened->owner, {}}, limits);
    if (!root) co_return done(call, method, to_status(root.error()));
    if (root->limits.bytes) out.set_limit_bytes(*root->limits.bytes);
    if (root->limits.messages) out.set_limit_messages(*root->limits.messages);
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
