// GetChanges: ids that came, changed or went since a state (RFC 8620 §5.2).
#include <algorithm>

#include "store/mailbox/account_changes.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

constexpr std::size_t most_changes = 10'000;
constexpr std::size_t rows_at_once = 20'000;

AccountChanges::Of subject_of(pb::GetChangesRequest::Type type) {
    switch (type) {
        case pb::GetChangesRequest::THREAD:
            return AccountChanges::Of::threads;
        case pb::GetChangesRequest::MAILBOX:
            return AccountChanges::Of::mailboxes;
        default:
            return AccountChanges::Of::emails;
    }
}

template <class Id>
Result<> fill(const Result<ChangedIds<Id>>& ids, pb::GetChangesReply& out) {
    if (!ids) return fail(ids.error());
    for (const auto id : ids->created) out.add_created(to_object_id(id));
    for (const auto id : ids->updated) out.add_updated(to_object_id(id));
    for (const auto id : ids->destroyed) out.add_destroyed(to_object_id(id));
    return {};
}

Result<> fill(const AccountChanges& changes, AccountChanges::Of of, std::size_t most,
              std::optional<std::uint64_t> sight, pb::GetChangesReply& out) {
    auto state = changes.state();
    bool more = false;
    bool counts_only = false;
    Result<> filled;
    switch (of) {
        case AccountChanges::Of::emails:
            filled = fill(changes.emails(most, state, more), out);
            break;
        case AccountChanges::Of::threads:
            filled = fill(changes.threads(most), out);
            break;
        case AccountChanges::Of::mailboxes:
            filled = fill(changes.mailboxes(most, counts_only), out);
            break;
    }
    out.set_new_state(to_state(state, sight));
    out.set_has_more(more);
    out.set_counts_only(counts_only);
    return filled;
}

}  // namespace

Task<grpc::Status> RpcService::get_changes(RpcCall call, const pb::GetChangesRequest& in, pb::GetChangesReply& out) {
    constexpr std::string_view method = "GetChanges";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto since = parse_state(in.since_state());
    if (!since) co_return done(call, method, invalid("since_state"));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    const auto now = state_of(opened->account);
    if (!now) co_return done(call, method, to_status(now.error()));
    if (since->sight != now->sight) co_return done(call, method, to_status(Error{errc::state_unknown, ""}));
    const auto of = subject_of(in.type());
    auto changes = AccountChanges::begin(opened->account, since->modseq, of);
    if (!changes) co_return done(call, method, to_status(changes.error()));
    while (changes->step(rows_at_once)) co_await give_way();
    const auto most = in.max_changes() == 0 ? most_changes : std::min<std::size_t>(in.max_changes(), most_changes);
    const auto filled = fill(*changes, of, most, now->sight, out);
    co_return done(call, method, filled ? grpc::Status::OK : to_status(filled.error()));
}

}  // namespace helio::store
