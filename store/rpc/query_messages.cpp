// QueryMessages: one page of a mailbox, filtered and ordered by UID. A page looks at a bounded number of rows in one
// read; the client goes on from the last UID it got.
#include <algorithm>
#include <limits>

#include "store/rpc/message_info.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

constexpr std::uint32_t usual_page = 100;
constexpr std::uint32_t most_page = 1'000;
constexpr std::size_t most_rows = 20'000;  // looked at for one page, so that a rare flag can't hold the worker
constexpr Uid last_uid{std::numeric_limits<std::uint32_t>::max()};

/// Flag names as bits of this mailbox. `impossible`: a keyword that no message here has.
struct FlagFilter {
    Flags flags;
    KeywordBits keywords;
    bool impossible = false;
};

FlagFilter read_filter(const google::protobuf::RepeatedPtrField<std::string>& names, const Keywords& known) {
    FlagFilter filter;
    for (const auto& name : names) {
        if (const auto flag = parse_flag(name)) {
            filter.flags = filter.flags.with(*flag);
        } else if (const auto bit = known.find(name)) {
            filter.keywords.set(*bit);
        } else {
            filter.impossible = true;
        }
    }
    return filter;
}

bool has_all(const Message& message, const FlagFilter& filter) {
    return !filter.impossible && (message.flags.bits & filter.flags.bits) == filter.flags.bits &&
           (message.keywords & filter.keywords) == filter.keywords;
}

bool has_any(const Message& message, const FlagFilter& filter) {
    return (message.flags.bits & filter.flags.bits) != 0 || (message.keywords & filter.keywords).any();
}

/// The page of one snapshot. UIDs come from `uids`, so that both orders cost the same.
void fill_page(const MailboxView& view, const UidSet& uids, const pb::QueryMessagesRequest& in,
               pb::QueryMessagesReply& out) {
    const auto status = view.status();
    out.set_total(status.messages);
    out.set_uid_validity(status.uid_validity.value);
    out.set_highest_modseq(status.highest_modseq.value);
    const auto keywords = view.keywords();
    const auto with = read_filter(in.with_flags(), keywords);
    const auto without = read_filter(in.without_flags(), keywords);
    const auto limit = static_cast<int>(in.limit() == 0 ? usual_page : std::min(in.limit(), most_page));
    const auto size = uids.size();
    Uid looked_at;
    for (std::size_t i = 0; i < size; ++i) {
        if (out.messages_size() == limit || i == most_rows) {
            out.set_next_after_uid(looked_at.value);
            return;
        }
        looked_at = uids.at(in.newest_first() ? size - 1 - i : i);
        const auto message = view.find(looked_at);
        if (!message || message->modseq.value <= in.changed_since()) continue;
        if (!has_all(*message, with) || has_any(*message, without)) continue;
        fill_message_info(view, *message, keywords, in.with_structure(), *out.add_messages());
    }
}

/// The UIDs that the request's range and page leave.
UidSet candidates(const UidSet& all, const pb::QueryMessagesRequest& in) {
    Uid first{std::max<std::uint32_t>(in.first_uid(), 1)};
    Uid last = in.last_uid() == 0 ? last_uid : Uid{in.last_uid()};
    if (in.after_uid() != 0 && in.newest_first()) last = std::min(last, Uid{in.after_uid() - 1});
    if (in.after_uid() != 0 && !in.newest_first()) {
        if (in.after_uid() == last_uid.value) return {};
        first = std::max(first, Uid{in.after_uid() + 1});
    }
    return first <= last ? all.within(first, last) : UidSet();
}

}  // namespace

Task<grpc::Status> RpcService::query_messages(RpcCall call, const pb::QueryMessagesRequest& in,
                                              pb::QueryMessagesReply& out) {
    constexpr std::string_view method = "QueryMessages";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    const auto& store = *user;
    const auto mailbox = find_mailbox(store, in.mailbox_id());
    if (!mailbox) co_return done(call, method, to_status(mailbox.error()));
    const auto read =
        store.read(*mailbox, [&](const MailboxView& view) { fill_page(view, candidates(view.uids(), in), in, out); });
    co_return done(call, method, read ? grpc::Status::OK : to_status(read.error()));
}

}  // namespace helio::store
