// Upload: bytes that the front end will name later (RFC 8620 §6.1): an attachment to be, or a message to import.
#include "store/rpc/receive.h"

namespace helio::store {

Task<grpc::Status> RpcService::upload(RpcCall call, BlobUpload& upload, pb::UploadReply& out) {
    constexpr std::string_view method = "Upload";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    const auto bytes_of = [](const pb::UploadChunk& chunk) { return &chunk.data(); };
    auto received = co_await receive(upload, spool_, store_.limits().message_bytes, bytes_of);
    if (const auto* refused = std::get_if<grpc::Status>(&received)) co_return done(call, method, *refused);
    auto body = std::get<std::shared_ptr<const storage::BodySpool>>(std::move(received));
    const auto made = co_await store_.upload(user->user(), std::move(body));
    if (!made) co_return done(call, method, to_status(made.error()));
    out.set_blob_id(to_object_id(made->body));
    out.set_size_bytes(made->size);
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
