// Append: a message in chunks into a mailbox. Its bytes are held in memory until it is complete; all uploads together
// stay below RpcConfig::upload_memory_bytes.
#include "common/base/text.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

std::optional<std::uint64_t> limit_of(std::optional<std::int64_t> quota) {
    if (!quota || *quota < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*quota);
}

}  // namespace

struct RpcService::UploadRoom {
    explicit UploadRoom(RpcService& its_service) : service(its_service) {}
    UploadRoom(const UploadRoom&) = delete;
    UploadRoom& operator=(const UploadRoom&) = delete;
    ~UploadRoom() { service.upload_bytes_ -= bytes; }
    bool take(std::uint64_t more) {
        if (service.upload_bytes_.fetch_add(more) + more <= service.config_.upload_memory_bytes) {
            bytes += more;
            return true;
        }
        service.upload_bytes_ -= more;
        return false;
    }

    RpcService& service;
    std::uint64_t bytes = 0;
};

Task<Result<QuotaLimits>> RpcService::quota_of(std::string user) {
    if (directory_ == nullptr) co_return QuotaLimits();
    const auto answer = co_await directory_->find_login(std::move(user));
    if (!answer) co_return QuotaLimits();  // as for a proxied login: the last known limits are the directory's business
    co_return QuotaLimits{limit_of(answer->quota_bytes), limit_of(answer->quota_messages)};
}

Task<grpc::Status> RpcService::append(RpcCall call, AppendUpload& upload, pb::AppendReply& out) {
    constexpr std::string_view method = "Append";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    auto first = co_await upload.read();
    if (!first || !first->has_header())
        co_return done(call, method, {grpc::StatusCode::INVALID_ARGUMENT, "the first chunk must be the header"});
    const auto header = first->header();
    const auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    const auto mailbox = find_mailbox(*user, header.mailbox_id());
    if (!mailbox) co_return done(call, method, to_status(mailbox.error()));

    UploadRoom room(*this);
    std::string text;
    for (;;) {
        auto chunk = co_await upload.read();
        if (!chunk) break;
        if (!chunk->has_data()) co_return done(call, method, {grpc::StatusCode::INVALID_ARGUMENT, "a second header"});
        if (text.size() + chunk->data().size() > store_.limits().message_bytes)
            co_return done(call, method, {grpc::StatusCode::RESOURCE_EXHAUSTED, "message too large"});
        if (!room.take(chunk->data().size()))
            co_return done(call, method, {grpc::StatusCode::UNAVAILABLE, "too many uploads at once"});
        text += chunk->data();
    }
    if (upload.cancelled()) co_return done(call, method, grpc::Status::CANCELLED);
    if (text.empty()) co_return done(call, method, {grpc::StatusCode::INVALID_ARGUMENT, "empty message"});

    NewMessage message;
    message.body = storage::body_in_memory(std::move(text));
    std::string words;
    for (const auto& flag : header.flags()) words += flag + " ";
    message.flags = parse_flag_list(words);
    if (header.has_internal_date()) message.internal_date = Date{header.internal_date(), 0};
    std::vector<NewMessage> messages;
    messages.push_back(std::move(message));
    const auto quota = co_await quota_of(call.user);
    if (!quota) co_return done(call, method, to_status(quota.error()));
    const auto appended = co_await store_.append(*mailbox, std::move(messages), *quota);
    if (!appended) co_return done(call, method, to_status(appended.error()));
    out.set_uid(appended->front().uid.value);
    out.set_uid_validity(appended->front().uid_validity.value);
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
