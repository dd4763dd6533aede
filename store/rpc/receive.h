// How calls of the gRPC service take in a stream of bytes: within the daemon's budget, large ones in an unlinked file.
#pragma once

#include "common/storage/body_spool.h"
#include "common/storage/errc.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {

/// What came in, or why not.
using Received = std::variant<std::shared_ptr<const storage::BodySpool>, grpc::Status>;

/// `bytes_of` gives a chunk's bytes, or null when it holds something else.
template <class Chunk, class BytesOf>
Task<Received> receive(rpc::Upload<Chunk>& upload, storage::SpoolBudget& budget, std::uint64_t most_bytes,
                       BytesOf bytes_of) {
    auto text = std::make_shared<storage::BodySpool>(budget);
    for (;;) {
        auto chunk = co_await upload.read();
        if (!chunk) break;
        const std::string* bytes = bytes_of(*chunk);
        if (bytes == nullptr) co_return invalid("a second header");
        if (text->size() + bytes->size() > most_bytes)
            co_return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too large");
        const auto kept = text->append(*bytes);
        if (!kept) co_return to_status(kept.error());
    }
    if (upload.cancelled()) co_return grpc::Status::CANCELLED;
    if (text->size() == 0) co_return invalid("no bytes");
    co_return std::shared_ptr<const storage::BodySpool>(std::move(text));
}

}  // namespace helio::store
