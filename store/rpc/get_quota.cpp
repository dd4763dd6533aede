// GetQuota: what the account holds and may hold (RFC 9425).
#include "common/base/text.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {

Task<grpc::Status> RpcService::get_quota(RpcCall call, pb::GetQuotaReply& out) {
    constexpr std::string_view method = "GetQuota";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    const auto limits = co_await store_.known_quota(call.user);
    const auto read = store_.read(*user, [&out](const UserView& view) {
        out.set_used_bytes(view.usage().bytes);
        out.set_used_messages(view.usage().messages);
        out.set_state(to_state(view.modseq()));
    });
    if (!read) co_return done(call, method, to_status(read.error()));
    const auto root = store_.quota_root({QuotaScope::user, base::to_lower(call.user), {}}, limits);
    if (!root) co_return done(call, method, to_status(root.error()));
    if (root->limits.bytes) out.set_limit_bytes(*root->limits.bytes);
    if (root->limits.messages) out.set_limit_messages(*root->limits.messages);
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
