// FetchBlob: the bytes of an upload or of an email of this account, or a range of them.
#include <algorithm>

#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

struct Blob {
    BodyId body;
    std::uint64_t size = 0;
};

std::optional<Blob> find_blob(const UserView& view, const std::string& id) {
    if (const auto email = parse_email_object_id(id)) {
        const auto copies = view.copies(*email);
        if (copies.empty()) return std::nullopt;
        return Blob{copies.front().message.body, copies.front().message.size};
    }
    const auto body = parse_blob_object_id(id);
    const auto upload = body ? view.upload(*body) : std::nullopt;
    if (!upload) return std::nullopt;
    return Blob{upload->body, upload->size};
}

}  // namespace

Task<grpc::Status> RpcService::fetch_blob(RpcCall call, const pb::FetchBlobRequest& in, FetchStream& stream) {
    constexpr std::string_view method = "FetchBlob";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    std::optional<Blob> blob;
    const auto read = store_.read(*user, [&](const UserView& view) { blob = find_blob(view, in.blob_id()); });
    if (!read) co_return done(call, method, to_status(read.error()));
    if (!blob) co_return done(call, method, {grpc::StatusCode::NOT_FOUND, "no such blob"});
    const auto offset = std::min(in.offset(), blob->size);
    const auto rest = blob->size - offset;
    const auto length = in.length() == 0 ? rest : std::min(in.length(), rest);
    auto sent = co_await send_body(blob->body, offset, length, blob->size, stream);
    co_return done(call, method, std::move(sent));
}

}  // namespace helio::store
