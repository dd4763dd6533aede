// FetchBlob: the bytes of an upload or of an email of an account, or a range of them.
#include <algorithm>

#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

struct Blob {
    BodyId body;
    std::uint64_t size = 0;
};

Result<> find_email(const AccountAccess& account, EmailId email, std::optional<Blob>& found) {
    return account.read([&](const UserView& view) {
        const auto copies = view.copies(email);
        if (!copies.empty()) found = Blob{copies.front().message.body, copies.front().message.size};
    });
}

/// Uploads are their maker's, whatever account is asked for.
Result<> find_upload(const UserStore& user, BodyId body, std::optional<Blob>& found) {
    return user.read([&](const UserView& view) {
        if (const auto upload = view.upload(body)) found = Blob{upload->body, upload->size};
    });
}

Result<> find_blob(const OpenAccount& opened, const std::string& id, std::optional<Blob>& found) {
    if (const auto email = parse_email_object_id(id)) return find_email(opened.account, *email, found);
    if (const auto body = parse_blob_object_id(id)) return find_upload(opened.user, *body, found);
    return {};
}

}  // namespace

Task<grpc::Status> RpcService::fetch_blob(RpcCall call, const pb::FetchBlobRequest& in, FetchStream& stream) {
    constexpr std::string_view method = "FetchBlob";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    std::optional<Blob> blob;
    const auto read = find_blob(*opened, in.blob_id(), blob);
    if (!read) co_return done(call, method, to_status(read.error()));
    if (!blob) co_return done(call, method, {grpc::StatusCode::NOT_FOUND, "no such blob"});
    const auto offset = std::min(in.offset(), blob->size);
    const auto rest = blob->size - offset;
    const auto length = in.length() == 0 ? rest : std::min(in.length(), rest);
    auto sent = co_await send_body(blob->body, offset, length, blob->size, stream);
    co_return done(call, method, std::move(sent));
}

}  // namespace helio::store
