// Append: a message in chunks into a mailbox.
#include "store/rpc/receive.h"

namespace helio::store {

Task<grpc::Status> RpcService::append(RpcCall call, AppendUpload& upload, pb::AppendReply& out) {
    constexpr std::string_view method = "Append";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    auto first = co_await upload.read();
    if (!first || !first->has_header())
        co_return done(call, method, {grpc::StatusCode::INVALID_ARGUMENT, "the first chunk must be the header"});
    const auto header = first->header();
    auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    auto& store = *user;
    const auto mailbox = find_mailbox(store, header.mailbox_id());
    if (!mailbox) co_return done(call, method, to_status(mailbox.error()));

    auto flags = read_flags(header.flags());
    if (!flags) co_return done(call, method, to_status(flags.error()));
    if (header.has_internal_date() && !is_internal_date(header.internal_date()))
        co_return done(call, method, invalid("internal_date: beyond the years 1 to 9999"));

    const auto bytes_of = [](const pb::AppendChunk& chunk) { return chunk.has_data() ? &chunk.data() : nullptr; };
    auto received = co_await receive(upload, spool_, store_.limits().message_bytes, bytes_of);
    if (const auto* refused = std::get_if<grpc::Status>(&received)) co_return done(call, method, *refused);

    NewMessage message;
    message.body = std::get<std::shared_ptr<const storage::BodySpool>>(std::move(received));
    message.flags = std::move(*flags);
    if (header.has_internal_date()) message.internal_date = Date{header.internal_date(), 0};
    std::vector<NewMessage> messages;
    messages.push_back(std::move(message));
    const auto quota = co_await store_.known_quota(call.user);
    const auto appended = co_await store.append(*mailbox, std::move(messages), quota);
    if (!appended) co_return done(call, method, to_status(appended.error()));
    out.set_uid(appended->front().uid.value);
    out.set_uid_validity(appended->front().uid_validity.value);
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
