// What uploads over gRPC share: memory within RpcConfig::upload_memory_bytes, and the loop that takes the bytes.
#pragma once

#include "store/rpc/rpc_service.h"

namespace helio::store {

/// Gives back at its end what it took.
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

/// `bytes_of` gives a chunk's bytes, or null when it holds something else.
template <class Chunk, class BytesOf>
Task<std::variant<std::string, grpc::Status>> RpcService::receive(rpc::Upload<Chunk>& upload, UploadRoom& room,
                                                                  BytesOf bytes_of) {
    std::string text;
    for (;;) {
        auto chunk = co_await upload.read();
        if (!chunk) break;
        const std::string* bytes = bytes_of(*chunk);
        if (bytes == nullptr) co_return invalid("a second header");
        if (text.size() + bytes->size() > store_.limits().message_bytes)
            co_return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too large");
        if (!room.take(bytes->size()))
            co_return grpc::Status(grpc::StatusCode::UNAVAILABLE, "too many uploads at once");
        text += *bytes;
    }
    if (upload.cancelled()) co_return grpc::Status::CANCELLED;
    if (text.empty()) co_return invalid("no bytes");
    co_return text;
}

}  // namespace helio::store
