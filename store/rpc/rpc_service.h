// RpcService: helio.store.v1.StoreService over MailStore. One method per file; what they share is here: who calls, on
// whose behalf, the status of an error, one log line per call.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <variant>

#include "common/rpc/serve.h"
#include "store/mailbox/user_store.h"
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

/// An account and who looks at it.
struct OpenAccount {
    UserStore user;
    AccountAccess account;
    std::string owner;  ///< uid@domain

    /// Who changes it, for the store's change: nobody in particular where it is his own.
    Actor actor() const { return account.actor(); }
};

class RpcService final : public pb::StoreService::CallbackService {
public:
    RpcService(MailStore& store, RpcServer::NextExecutor next, storage::SpoolBudget& spool, const RpcConfig& config,
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

    grpc::ServerUnaryReactor* GetChanges(grpc::CallbackServerContext* call, const pb::GetChangesRequest* in,
                                         pb::GetChangesReply* out) override;
    grpc::ServerUnaryReactor* QueryEmails(grpc::CallbackServerContext* call, const pb::QueryEmailsRequest* in,
                                          pb::QueryEmailsReply* out) override;
    grpc::ServerUnaryReactor* GetEmails(grpc::CallbackServerContext* call, const pb::GetEmailsRequest* in,
                                        pb::GetEmailsReply* out) override;
    grpc::ServerUnaryReactor* GetThreads(grpc::CallbackServerContext* call, const pb::GetThreadsRequest* in,
                                         pb::GetThreadsReply* out) override;
    grpc::ServerUnaryReactor* UpdateEmails(grpc::CallbackServerContext* call, const pb::UpdateEmailsRequest* in,
                                           pb::UpdateEmailsReply* out) override;
    grpc::ServerUnaryReactor* UpdateMailbox(grpc::CallbackServerContext* call, const pb::UpdateMailboxRequest* in,
                                            pb::UpdateMailboxReply* out) override;
    grpc::ServerReadReactor<pb::UploadChunk>* Upload(grpc::CallbackServerContext* call, pb::UploadReply* out) override;
    grpc::ServerWriteReactor<pb::FetchMessageChunk>* FetchBlob(grpc::CallbackServerContext* call,
                                                               const pb::FetchBlobRequest* in) override;
    grpc::ServerUnaryReactor* ImportEmail(grpc::CallbackServerContext* call, const pb::ImportEmailRequest* in,
                                          pb::ImportEmailReply* out) override;
    grpc::ServerUnaryReactor* GetQuota(grpc::CallbackServerContext* call, const pb::GetQuotaRequest* in,
                                       pb::GetQuotaReply* out) override;

private:
    using FetchStream = rpc::ServerStream<pb::FetchMessageChunk>;
    using WatchStream = rpc::ServerStream<pb::ChangeEvent>;
    using AppendUpload = rpc::Upload<pb::AppendChunk>;
    using BlobUpload = rpc::Upload<pb::UploadChunk>;

    Task<grpc::Status> list_mailboxes(RpcCall call, pb::ListMailboxesReply& out);
    Task<grpc::Status> query_messages(RpcCall call, const pb::QueryMessagesRequest& in, pb::QueryMessagesReply& out);
    Task<grpc::Status> fetch_message(RpcCall call, const pb::FetchMessageRequest& in, FetchStream& stream);
    Task<grpc::Status> append(RpcCall call, AppendUpload& upload, pb::AppendReply& out);
    Task<grpc::Status> watch_changes(RpcCall call, const pb::WatchChangesRequest& in, WatchStream& stream);

    Task<grpc::Status> get_changes(RpcCall call, const pb::GetChangesRequest& in, pb::GetChangesReply& out);
    Task<grpc::Status> query_emails(RpcCall call, const pb::QueryEmailsRequest& in, pb::QueryEmailsReply& out);
    Task<grpc::Status> get_emails(RpcCall call, const pb::GetEmailsRequest& in, pb::GetEmailsReply& out);
    Task<grpc::Status> get_threads(RpcCall call, const pb::GetThreadsRequest& in, pb::GetThreadsReply& out);
    Task<grpc::Status> update_emails(RpcCall call, const pb::UpdateEmailsRequest& in, pb::UpdateEmailsReply& out);
    Task<grpc::Status> update_mailbox(RpcCall call, const pb::UpdateMailboxRequest& in, pb::UpdateMailboxReply& out);
    Task<grpc::Status> upload(RpcCall call, BlobUpload& upload, pb::UploadReply& out);
    Task<grpc::Status> fetch_blob(RpcCall call, const pb::FetchBlobRequest& in, FetchStream& stream);
    Task<grpc::Status> import_email(RpcCall call, const pb::ImportEmailRequest& in, pb::ImportEmailReply& out);
    Task<grpc::Status> get_quota(RpcCall call, const pb::GetQuotaRequest& in, pb::GetQuotaReply& out);

    /// Streams a range of a body. Answers when all is sent, or why not.
    Task<grpc::Status> send_body(BodyId body, std::uint64_t offset, std::uint64_t length, std::uint64_t total,
                                 FetchStream& stream);

    /// Who calls and for whom; `call.user` is empty when it may not: refusal() then says why.
    RpcCall identify(const grpc::CallbackServerContext& context) const;
    static grpc::Status refusal(const RpcCall& call);
    /// Logs the call's outcome and gives it back.
    grpc::Status done(const RpcCall& call, std::string_view method, grpc::Status status) const;
    /// The store as the acting user sees it; makes his INBOX when the store has never heard of him. Errors: as
    /// MailStore.
    Task<Result<UserStore>> open_user(const RpcCall& call);
    /// The same and an account that he names ("": his own). Errors: no_such_user besides.
    Task<Result<OpenAccount>> open_account(const RpcCall& call, std::string account);
    /// The mailbox of that id when the user has any right there. Errors: errc no_such_mailbox.
    static Result<MailboxId> find_mailbox(const UserStore& store, std::string_view id);

    /// Gives back at its end what it took.
    struct WatchPlace;

    MailStore& store_;
    RpcServer::NextExecutor next_;
    storage::SpoolBudget& spool_;
    const RpcConfig& config_;
    const logging::Logger& log_;
    base::Counter& calls_ok_;
    base::Counter& calls_failed_;
    std::mutex watch_lock_;
    std::map<std::string, std::size_t> watches_;  // by user
};

/// The status of a store's error; the text is fit for a peer.
grpc::Status to_status(const Error& error);
grpc::Status invalid(std::string_view what);

/// The state of every type of an account: its MODSEQ, printed; with UserView::sight() behind it in another's account.
std::string to_state(ModSeq modseq, std::optional<std::uint64_t> sight);
std::string to_state(const UserView& view);
struct State {
    ModSeq modseq;
    std::optional<std::uint64_t> sight;
};
std::optional<State> parse_state(std::string_view text);
/// What the account's view shows now. Errors: no_such_user.
Result<State> state_of(const AccountAccess& account);
/// "\\Seen", "$Label1" -> flags; words that are neither are left out.
/// Each a flag or a keyword; \Recent is passed over, nobody sets it. Errors: bad_keyword.
Result<FlagList> read_flags(const google::protobuf::RepeatedPtrField<std::string>& names);
/// Of the years 1 to 9999: IMAP prints four digits.
bool is_internal_date(std::int64_t unix_seconds);
/// Errors: bad_name.
Result<std::vector<MailboxId>> read_mailbox_ids(const google::protobuf::RepeatedPtrField<std::string>& ids);

/// Lets others on this worker go first: between the steps of long work.
Task<> give_way();

}  // namespace helio::store
