// WatchChanges: durable changes of some or all mailboxes of a user, as they happen. Events that come while one is being
// sent are merged by mailbox, so a slow client costs bounded memory.
#include <algorithm>
#include <map>

#include "common/base/text.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

constexpr int mailboxes_most = 1'000;

/// What waits to be sent, and the wake-up of the sender. Lives on the stream's executor.
class Pending {
public:
    explicit Pending(base::Event& stirred) : stirred_(stirred) {}

    void add(const MailboxEvent& event) {
        const bool has_room = by_mailbox_.size() < mailboxes_most || by_mailbox_.contains(event.mailbox);
        lost_ = lost_ || event.mailboxes_lost || !has_room;
        if (lost_) return stirred_.notify();
        auto& waiting = by_mailbox_[event.mailbox];
        waiting.mailbox = event.mailbox;
        waiting.appended.add(event.appended);
        waiting.flags_changed.add(event.flags_changed);
        waiting.expunged.add(event.expunged);
        waiting.modseq = std::max(waiting.modseq, event.modseq);
        waiting.mailbox_changed |= event.mailbox_changed || event.subscriptions_changed;
        waiting.rescan |= event.rescan || too_long(waiting);
        if (waiting.rescan) drop_sets(waiting);
        stirred_.notify();
    }
    std::optional<MailboxEvent> take() {
        if (std::exchange(lost_, false)) {
            by_mailbox_.clear();
            MailboxEvent all;
            all.mailboxes_lost = all.rescan = true;
            return all;
        }
        if (by_mailbox_.empty()) return std::nullopt;
        auto event = std::move(by_mailbox_.begin()->second);
        by_mailbox_.erase(by_mailbox_.begin());
        return event;
    }

private:
    static constexpr std::size_t ranges_most = 1'000;

    static bool too_long(const MailboxEvent& event) {
        return event.appended.ranges().size() > ranges_most || event.flags_changed.ranges().size() > ranges_most ||
               event.expunged.ranges().size() > ranges_most;
    }
    static void drop_sets(MailboxEvent& event) { event.appended = event.flags_changed = event.expunged = UidSet(); }

    base::Event& stirred_;
    std::map<MailboxId, MailboxEvent> by_mailbox_;
    bool lost_ = false;  // more happened than fits: one event says so, instead of all that wait
};

pb::ChangeEvent to_pb(const MailboxEvent& event) {
    pb::ChangeEvent out;
    if (!event.mailboxes_lost) out.set_mailbox_id(to_object_id(event.mailbox));
    out.set_appended(event.appended.to_string());
    out.set_flags_changed(event.flags_changed.to_string());
    out.set_expunged(event.expunged.to_string());
    out.set_modseq(event.modseq.value);
    out.set_mailbox_changed(event.mailbox_changed);
    out.set_rescan(event.rescan);
    return out;
}

}  // namespace

/// A user's place among RpcConfig::watches_per_user.
struct RpcService::WatchPlace {
    WatchPlace(RpcService& its_service, std::string its_user) : service(its_service), user(std::move(its_user)) {
        const std::lock_guard guard(service.watch_lock_);
        auto& count = service.watches_[user];
        taken = count < service.config_.watches_per_user;
        if (taken) ++count;
    }
    WatchPlace(const WatchPlace&) = delete;
    WatchPlace& operator=(const WatchPlace&) = delete;
    ~WatchPlace() {
        if (!taken) return;
        const std::lock_guard guard(service.watch_lock_);
        const auto found = service.watches_.find(user);
        if (--found->second == 0) service.watches_.erase(found);
    }

    RpcService& service;
    std::string user;
    bool taken = false;
};

Task<grpc::Status> RpcService::watch_changes(RpcCall call, const pb::WatchChangesRequest& in, WatchStream& stream) {
    constexpr std::string_view method = "WatchChanges";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    if (in.mailbox_ids_size() > mailboxes_most)
        co_return done(call, method, {grpc::StatusCode::INVALID_ARGUMENT, "too many mailboxes"});
    const WatchPlace place(*this, call.user);
    if (!place.taken) co_return done(call, method, to_status(Error{errc::too_many, ""}));
    auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));

    Pending pending(stream.stirred());
    const auto on_event = [&pending](const MailboxEvent& event) { pending.add(event); };
    std::vector<Watch> watches;
    if (in.mailbox_ids().empty()) {
        auto watch = store_.watch(user->user(), on_event);
        if (!watch) co_return done(call, method, to_status(watch.error()));
        watches.push_back(std::move(*watch));
    }
    for (const auto& id : in.mailbox_ids()) {
        const auto mailbox = find_mailbox(*user, id);
        if (!mailbox) co_return done(call, method, to_status(mailbox.error()));
        auto watch = user->watch(*mailbox, on_event);
        if (!watch) co_return done(call, method, to_status(watch.error()));
        watches.push_back(std::move(*watch));
    }
    bool sent = co_await stream.write(pb::ChangeEvent());
    while (sent && !stream.cancelled()) {
        if (auto event = pending.take()) {
            // What he may see of another's mailbox can be taken back meanwhile.
            if (!event->mailboxes_lost && event->mailbox.owner() != user->user()) {
                const auto status = user->status(event->mailbox);
                if (!status) co_return done(call, method, to_status(status.error()));
            }
            sent = co_await stream.write(to_pb(*event));
            continue;
        }
        co_await stream.stirred().wait();
    }
    co_return done(call, method, grpc::Status::CANCELLED);
}

}  // namespace helio::store
