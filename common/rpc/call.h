// The client's side of the bridge: one unary call as a coroutine, always with a deadline. For rpc/ folders only.
//   const auto start = [&stub](auto* context, auto* in, auto* out, auto done) { stub.async()->Query(context, in, out,
//   std::move(done)); }; auto reply = co_await rpc::call<pb::QueryReply>(start, request, {.timeout = 5s, .user =
//   "alice@example.test"});
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "common/base/completion.h"
#include "common/base/result.h"
#include "common/base/task.h"
#include "common/rpc/errc.h"

namespace helio::rpc {

struct CallOptions {
    std::chrono::milliseconds timeout{5'000};
    std::string user;      ///< acting user: metadata `helio-user`; empty: none
    std::string trace_id;  ///< metadata `helio-trace`; empty: none
};

inline void apply(const CallOptions& options, grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + options.timeout);
    if (!options.user.empty()) context.AddMetadata("helio-user", options.user);
    if (!options.trace_id.empty()) context.AddMetadata("helio-trace", options.trace_id);
}

inline Error to_error(const grpc::Status& status) {
    return {make_error_code(static_cast<errc>(status.error_code())), status.error_message()};
}

/// `start` is a plain function that begins the call on a stub's async(). Errors: rpc::errc, the server's text as
/// detail.
template <class Reply, class Request, class Start>
Task<Result<Reply>> call(Start start, Request request, CallOptions options) {
    grpc::ClientContext context;
    apply(options, context);
    Reply reply;
    base::Completion<grpc::Status> ended;
    std::function<void(grpc::Status)> done = [&ended](grpc::Status status) { ended.set(std::move(status)); };
    start(&context, &request, &reply, std::move(done));
    const auto status = co_await ended;
    if (!status.ok()) co_return fail(to_error(status));
    co_return reply;
}

}  // namespace helio::rpc
