// GetThreads: the emails of threads, oldest first (RFC 8621 §3). A thread is found by a walk over the account's rows:
// no row is kept for it (store/mailbox/thread_id.h says why), so ask for many at once.
#include <algorithm>
#include <map>
#include <set>

#include "store/mailbox/account_changes.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

constexpr int most_threads = 1'000;
constexpr std::size_t rows_at_once = 20'000;

struct Found {
    std::set<std::pair<std::int64_t, EmailId>> emails;  // by time of arrival
};

void fill(const std::map<ThreadId, Found>& threads, const pb::GetThreadsRequest& in, pb::GetThreadsReply& out) {
    std::set<std::string_view> asked;
    for (const auto& id : in.thread_ids()) {
        if (!asked.insert(id).second) continue;  // RFC 8620 §5.1: an id given twice is answered once
        const auto thread = parse_thread_object_id(id);
        const auto found = thread ? threads.find(*thread) : threads.end();
        if (found == threads.end() || found->second.emails.empty()) {
            out.add_not_found(id);
            continue;
        }
        auto& into = *out.add_threads();
        into.set_thread_id(id);
        for (const auto& [time, email] : found->second.emails) into.add_email_ids(to_object_id(email));
    }
}

}  // namespace

Task<grpc::Status> RpcService::get_threads(RpcCall call, const pb::GetThreadsRequest& in, pb::GetThreadsReply& out) {
    constexpr std::string_view method = "GetThreads";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    if (in.thread_ids_size() > most_threads) co_return done(call, method, invalid("too many ids"));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    std::map<ThreadId, Found> threads;
    for (const auto& id : in.thread_ids())
        if (const auto thread = parse_thread_object_id(id)) threads[*thread];
    (void)opened->account.read([&out](const UserView& view) { out.set_state(to_state(view)); });
    AccountReader reader(opened->account);
    const auto visit = [&threads](const MailboxView&, const Message& message) {
        const auto found = threads.find(message.thread);
        if (found != threads.end()) found->second.emails.emplace(message.internal_date.unix_seconds, message.email);
    };
    while (reader.step(rows_at_once, visit)) co_await give_way();
    fill(threads, in, out);
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
