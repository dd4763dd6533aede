// UpdateEmails: flags and mailboxes of emails, all in one atomic change (RFC 8621 §4.6).
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

Result<EmailUpdate> read_update(const pb::EmailUpdate& in) {
    EmailUpdate wish;
    const auto email = parse_email_object_id(in.email_id());
    if (!email) return fail(errc::no_such_message);
    wish.email = *email;
    auto flags = read_flags(in.flags().flags());
    auto added = read_flags(in.add_flags());
    auto removed = read_flags(in.remove_flags());
    for (const auto* list : {&flags, &added, &removed})
        if (!*list) return fail(list->error());
    if (in.has_flags()) wish.flags = std::move(*flags);
    wish.add_flags = std::move(*added);
    wish.remove_flags = std::move(*removed);
    if (in.has_mailboxes()) {
        auto ids = read_mailbox_ids(in.mailboxes().mailbox_ids());
        if (!ids) return fail(ids.error());
        wish.mailboxes = std::move(*ids);
    }
    auto add = read_mailbox_ids(in.add_mailbox_ids());
    if (!add) return fail(add.error());
    wish.add_mailboxes = std::move(*add);
    auto remove = read_mailbox_ids(in.remove_mailbox_ids());
    if (!remove) return fail(remove.error());
    wish.remove_mailboxes = std::move(*remove);
    wish.destroy = in.destroy();
    return wish;
}

void fill(const Result<>& result, pb::UpdateResult& out) {
    if (result) return;
    const auto status = to_status(result.error());
    out.set_code(static_cast<int>(status.error_code()));
    out.set_detail(status.error_message());
}

}  // namespace

Task<grpc::Status> RpcService::update_emails(RpcCall call, const pb::UpdateEmailsRequest& in,
                                             pb::UpdateEmailsReply& out) {
    constexpr std::string_view method = "UpdateEmails";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    const auto quota = co_await store_.known_quota(opened->owner);
    store::UpdateEmails request{opened->account.owner(), {}, {}, quota};
    const auto now = state_of(opened->account);
    if (!now) co_return done(call, method, to_status(now.error()));
    if (!in.if_state().empty()) {
        const auto wanted = parse_state(in.if_state());
        if (!wanted) co_return done(call, method, invalid("if_state"));
        if (wanted->sight != now->sight) co_return done(call, method, to_status(Error{errc::state_changed, ""}));
        request.if_state = wanted->modseq;
    }
    std::vector<Result<>> results;
    std::vector<std::size_t> asked;  // places in `results` that the store answers
    for (const auto& update : in.updates()) {
        auto wish = read_update(update);
        if (wish) asked.push_back(results.size());
        results.push_back(wish ? Result<>() : fail(wish.error()));
        if (wish) request.updates.push_back(std::move(*wish));
    }
    auto updated = co_await store_.update_emails(std::move(request), opened->actor());
    if (!updated) co_return done(call, method, to_status(updated.error()));
    for (std::size_t i = 0; i < asked.size(); ++i) results[asked[i]] = std::move(updated->results[i]);
    for (const auto& result : results) fill(result, *out.add_results());
    out.set_old_state(to_state(updated->before, now->sight));
    out.set_new_state(to_state(updated->after, now->sight));
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
