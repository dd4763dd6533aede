// RpcService: helio.store.v1.StoreService over MailStore. One method per file; what they share is here: who calls, on
// whose behalf, the status of an error, one log line per call.
#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "common/rpc/serve.h"
#include "store/mailbox/mail_store.h"
#include "store/rpc/rpc_server.h"
#include "store/v1/store.grpc.pb.h"  // generated

namespace helio::store {

namespace pb = v1;

/// A call as the handlers get it: values only, so nothing of gRPC's is touched after the client is gone.
struct RpcCall {
    std::string user;      ///< acting user, lower case
    std::string trace_id;  ///< from `helio-trace`, cleaned for the log
    std::string peer;      ///< certificate name, or "plain"
};

class RpcService final : public pb::StoreService::CallbackService {
public:
    RpcService(MailStore& store, ldap::Directory* directory, RpcServer::NextExecutor next, const RpcConfig& config,
               const logging::Logger& log, base::Registry& metrics);

    grpc::ServerUnaryReactor* ListMailboxes(grpc::CallbackServerContext* call, const pb::ListMailboxesRequest* in,
                                            pb::ListMailboxesReply* out) override;
    grpc::ServerUnaryReactor* QueryMessages(grpc::CallbackServerContext* call, const pb::QueryMessagesRequest* in,
                                            pb::QueryMessagesReply* out) override;
    grpc::ServerWriteReactor<pb::FetchMessageChunk>* FetchMessage(grpc::CallbackServerContext* call,
                                                                  const pb::FetchMessageRequest* in) override;
    grpc::ServerReadReactor<pb::AppendChunk>* Append(grpc::CallbackServerContext* call, pb::AppendReply* out) override;
    grpc::ServerWriteReactor<pb::ChangeEvent>* WatchChanges(grpc::CallbackServerContext* call,
                                                            const pb::WatchChangesRequest* in) override;

private:
    using FetchStream = rpc::ServerStream<pb::FetchMessageChunk>;
    using WatchStream = rpc::ServerStream<pb::ChangeEvent>;
    using AppendUpload = rpc::Upload<pb::AppendChunk>;

    Task<grpc::Status> list_mailboxes(RpcCall call, pb::ListMailboxesReply& out);
    Task<grpc::Status> query_messages(RpcCall call, const pb::QueryMessagesRequest& in, pb::QueryMessagesReply& out);
    Task<grpc::Status> fetch_message(RpcCall call, const pb::FetchMessageRequest& in, FetchStream& stream);
    Task<grpc::Status> append(RpcCall call, AppendUpload& upload, pb::AppendReply& out);
    Task<grpc::Status> watch_changes(RpcCall call, const pb::WatchChangesRequest& in, WatchStream& stream);

    Task<Result<QuotaLimits>> quota_of(std::string user);

    /// Who calls and for whom; `call.user` is empty when it may not: refusal() then says why.
    RpcCall identify(const grpc::CallbackServerContext& context) const;
    static grpc::Status refusal(const RpcCall& call);
    /// Logs the call's outcome and gives it back.
    grpc::Status done(const RpcCall& call, std::string_view method, grpc::Status status) const;
    /// Makes the user's INBOX when the store has never heard of it. Errors: as MailStore.
    Task<Result<UserId>> open_user(const RpcCall& call);
    /// The mailbox of that id when it is the user's. Errors: errc no_such_mailbox.
    Result<MailboxId> find_mailbox(UserId user, std::string_view id) const;

    // Both give back at their end what they took.
    struct UploadRoom;
    struct WatchPlace;

    MailStore& store_;
    ldap::Directory* directory_;
    RpcServer::NextExecutor next_;
    const RpcConfig& config_;
    const logging::Logger& log_;
    base::Counter& calls_ok_;
    base::Counter& calls_failed_;
    std::atomic<std::uint64_t> upload_bytes_ = 0;
    std::mutex watch_lock_;
    std::map<std::string, std::size_t> watches_;  // by user
};

/// The status of a store's error; the text is fit for a peer.
grpc::Status to_status(const Error& error);

}  // namespace helio::store
