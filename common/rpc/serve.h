// The server's side of the bridge between gRPC's callback API and our coroutines (STYLE S10): a method makes a reactor,
// the handler runs on an executor of the runtime, its status finishes the call. For rpc/ folders only.
//   unary:          return rpc::serve(*call, home, query(*in, *out));
//   server stream:  auto* stream = new rpc::ServerStream<Chunk>(home);
//                   return stream->start(fetch(*in, *stream));        // while (...) co_await stream.write(chunk);
//   client stream:  auto* upload = new rpc::Upload<Chunk>(home);
//                   return upload->start(append(*upload, *out));      // while (auto chunk = co_await upload.read())
//                   ...
// Requests and replies live until the handler has ended; a stream deletes itself after that. The executor must live
// longer than the server: rpc::Server::stop() waits for every call.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "common/base/completion.h"
#include "common/base/event.h"
#include "common/base/task.h"

namespace helio::rpc {

namespace detail {

template <class Reactor>
Task<> finish_with(Reactor* reactor, Task<grpc::Status> handler) {
    const auto status = co_await std::move(handler);
    reactor->Finish(status);
}

/// Runs `handler` on `home`; what it throws is our fault: INTERNAL, without its text.
template <class Reactor>
void run(base::Executor& home, Reactor* reactor, Task<grpc::Status> handler) {
    home.post([reactor, held = std::move(handler)]() mutable {
        base::start(finish_with(reactor, std::move(held)), [reactor](std::exception_ptr failure) {
            if (failure) reactor->Finish(grpc::Status(grpc::StatusCode::INTERNAL, "internal error"));
        });
    });
}

}  // namespace detail

/// A call with one request and one reply.
inline grpc::ServerUnaryReactor* serve(grpc::CallbackServerContext& call, base::Executor& home,
                                       Task<grpc::Status> handler) {
    auto* reactor = call.DefaultReactor();
    detail::run(home, reactor, std::move(handler));
    return reactor;
}

/// The answers of a streaming call. Made with new; gone after the call's end. Lives on `home`.
template <class Message>
class ServerStream final : public grpc::ServerWriteReactor<Message> {
public:
    explicit ServerStream(base::Executor& home) : home_(home) {}

    ServerStream* start(Task<grpc::Status> handler) {
        detail::run(home_, this, std::move(handler));
        return this;
    }
    /// Resumes when gRPC has taken the message (back-pressure); false: the client is gone.
    Task<bool> write(Message message) {
        if (cancelled_) co_return false;
        message_ = std::move(message);
        written_.emplace(home_);
        this->StartWrite(&message_);
        const bool sent = co_await *written_;
        co_return sent;
    }
    bool cancelled() const { return cancelled_; }
    /// Notified when the client cancels or its deadline passes; a handler that waits for other things shares it.
    base::Event& stirred() { return stirred_; }

private:
    // gRPC's threads call these; OnDone comes last, so everything posted before it has run when the object goes.
    void OnWriteDone(bool ok) override { written_->set(ok); }
    void OnCancel() override {
        home_.post([this] {
            cancelled_ = true;
            stirred_.notify();
        });
    }
    // Posted as its owner: it goes with an executor that stops first, too.
    void OnDone() override {
        home_.post([self = std::unique_ptr<ServerStream>(this)] {});
    }

    base::Executor& home_;
    Message message_;
    std::optional<base::Completion<bool>> written_;
    base::Event stirred_;
    bool cancelled_ = false;
};

/// The requests of a call that streams them. Made with new; gone after the call's end. Lives on `home`.
template <class Message>
class Upload final : public grpc::ServerReadReactor<Message> {
public:
    explicit Upload(base::Executor& home) : home_(home) {}

    Upload* start(Task<grpc::Status> handler) {
        detail::run(home_, this, std::move(handler));
        return this;
    }
    /// The next message; nothing at the end or when the client is gone: cancelled() tells which.
    Task<std::optional<Message>> read() {
        message_ = Message();
        read_.emplace(home_);
        this->StartRead(&message_);
        const bool got = co_await *read_;
        if (!got) co_return std::nullopt;
        co_return std::move(message_);
    }
    bool cancelled() const { return cancelled_; }

private:
    void OnReadDone(bool ok) override { read_->set(ok); }
    void OnCancel() override {
        home_.post([this] { cancelled_ = true; });
    }
    // Posted as its owner: it goes with an executor that stops first, too.
    void OnDone() override {
        home_.post([self = std::unique_ptr<Upload>(this)] {});
    }

    base::Executor& home_;
    Message message_;
    std::optional<base::Completion<bool>> read_;
    bool cancelled_ = false;
};

}  // namespace helio::rpc
