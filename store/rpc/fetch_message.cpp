// FetchMessage: a message, a part of it, or a range, streamed; the part's place comes from the stored summary.
#include <algorithm>

#include "common/base/text.h"
#include "common/mail/summary.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

constexpr std::uint64_t chunk_bytes = 256 * 1024;
constexpr int part_depth_most = 100;

struct Span {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

std::optional<Span> piece_of(const mail::SummaryView& summary, const pb::FetchMessageRequest& in) {
    const std::vector<std::uint32_t> path(in.part().begin(), in.part().end());
    using Request = pb::FetchMessageRequest;
    const bool inside = in.piece() == Request::HEADER || in.piece() == Request::TEXT;
    const auto place = inside ? summary.find_message(path) : summary.find_part(path);
    if (!place) return std::nullopt;
    switch (in.piece()) {
        case Request::HEADER:
        case Request::MIME:
            return Span{place->header_offset, place->header_bytes};
        case Request::TEXT:
            return Span{place->body_offset, place->body_bytes};
        default:
            return path.empty() ? Span{0, summary.message_bytes()} : Span{place->body_offset, place->body_bytes};
    }
}

/// The requested range within the piece.
Span range_of(Span piece, const pb::FetchMessageRequest& in) {
    const auto skipped = std::min(in.offset(), piece.length);
    const auto rest = piece.length - skipped;
    return {piece.offset + skipped, in.length() == 0 ? rest : std::min(in.length(), rest)};
}

}  // namespace

Task<grpc::Status> RpcService::fetch_message(RpcCall call, const pb::FetchMessageRequest& in, FetchStream& stream) {
    constexpr std::string_view method = "FetchMessage";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    if (in.part_size() > part_depth_most)
        co_return done(call, method, {grpc::StatusCode::INVALID_ARGUMENT, "part number too deep"});
    auto user = co_await open_user(call);
    if (!user) co_return done(call, method, to_status(user.error()));
    const auto& store = *user;
    const auto mailbox = find_mailbox(store, in.mailbox_id());
    if (!mailbox) co_return done(call, method, to_status(mailbox.error()));

    std::optional<Message> message;
    const auto read = store.read(*mailbox, [&](const MailboxView& view) { message = view.find(Uid{in.uid()}); });
    if (!read) co_return done(call, method, to_status(read.error()));
    if (!message) co_return done(call, method, {grpc::StatusCode::NOT_FOUND, "no such message"});
    Span piece{0, message->size};
    if (in.part_size() > 0 || in.piece() != pb::FetchMessageRequest::WHOLE) {
        const auto bytes = store_.summary(message->body);
        if (!bytes) co_return done(call, method, to_status(bytes.error()));
        const auto summary = mail::SummaryView::open(*bytes);
        const auto found = summary ? piece_of(*summary, in) : std::nullopt;
        if (!found) co_return done(call, method, {grpc::StatusCode::NOT_FOUND, "no such part"});
        piece = *found;
    }
    const auto range = range_of(piece, in);
    auto sent = co_await send_body(message->body, range.offset, range.length, piece.length, stream);
    co_return done(call, method, std::move(sent));
}

Task<grpc::Status> RpcService::send_body(BodyId id, std::uint64_t offset, std::uint64_t length, std::uint64_t total,
                                         FetchStream& stream) {
    const auto body = store_.open_body(id);
    if (!body) co_return to_status(body.error());
    pb::FetchMessageChunk chunk;
    chunk.set_total_bytes(total);
    do {
        const auto now = std::min(length, chunk_bytes);
        const auto got = (*body)->read(offset, static_cast<std::size_t>(now), *chunk.mutable_data());
        if (!got) co_return to_status(got.error());
        const bool sent = co_await stream.write(std::move(chunk));
        if (!sent) co_return grpc::Status::CANCELLED;
        chunk = {};
        offset += now;
        length -= now;
    } while (length > 0);
    co_return grpc::Status::OK;
}

}  // namespace helio::store
