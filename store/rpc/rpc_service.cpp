#include "store/rpc/rpc_service.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/rpc/credentials.h"
#include "common/storage/errc.h"

namespace helio::store {
namespace {

constexpr std::size_t user_most = 320;

grpc::StatusCode code_of(errc code) {
    switch (code) {
        case errc::no_such_user:
        case errc::no_such_quota_root:
        case errc::no_such_mailbox:
        case errc::no_such_message:
            return grpc::StatusCode::NOT_FOUND;
        case errc::no_permission:
            return grpc::StatusCode::PERMISSION_DENIED;
        case errc::mailbox_exists:
        case errc::email_exists:
            return grpc::StatusCode::ALREADY_EXISTS;
        case errc::bad_name:
        case errc::bad_keyword:
            return grpc::StatusCode::INVALID_ARGUMENT;
        case errc::not_allowed:
        case errc::has_children:
        case errc::state_changed:
            return grpc::StatusCode::FAILED_PRECONDITION;
        case errc::state_unknown:
            return grpc::StatusCode::OUT_OF_RANGE;
        case errc::over_quota:
        case errc::over_quota_now:
        case errc::too_many_mailboxes:
        case errc::too_many_keywords:
        case errc::too_many_messages:
        case errc::too_many:
        case errc::too_large:
            return grpc::StatusCode::RESOURCE_EXHAUSTED;
    }
    return grpc::StatusCode::INTERNAL;
}

grpc::StatusCode code_of(storage::errc code) {
    switch (code) {
        case storage::errc::no_such_body:
            return grpc::StatusCode::NOT_FOUND;
        case storage::errc::damaged:
            return grpc::StatusCode::DATA_LOSS;
        case storage::errc::too_large:
            return grpc::StatusCode::RESOURCE_EXHAUSTED;
        case storage::errc::stopped:
            return grpc::StatusCode::ABORTED;
        case storage::errc::no_space:
        case storage::errc::io:
        case storage::errc::busy:
            return grpc::StatusCode::UNAVAILABLE;
    }
    return grpc::StatusCode::INTERNAL;
}

}  // namespace

grpc::Status to_status(const Error& error) {
    if (error.code.category() == category())
        return {code_of(static_cast<errc>(error.code.value())), error.code.message()};
    if (error.code.category() == storage::category())
        return {code_of(static_cast<storage::errc>(error.code.value())), error.code.message()};
    return {grpc::StatusCode::INTERNAL, "internal error"};
}

grpc::Status invalid(std::string_view what) { return {grpc::StatusCode::INVALID_ARGUMENT, std::string(what)}; }

std::string to_state(ModSeq modseq, std::optional<std::uint64_t> sight) {
    auto text = std::to_string(modseq.value);
    if (sight) text += "." + std::to_string(*sight);
    return text;
}

std::string to_state(const UserView& view) { return to_state(view.modseq(), view.sight()); }

std::optional<State> parse_state(std::string_view text) {
    const auto dot = text.find('.');
    const auto modseq = base::parse_number(text.substr(0, dot));
    if (!modseq) return std::nullopt;
    if (dot == std::string_view::npos) return State{ModSeq{*modseq}, std::nullopt};
    const auto sight = base::parse_number(text.substr(dot + 1));
    if (!sight) return std::nullopt;
    return State{ModSeq{*modseq}, *sight};
}

Result<State> state_of(const AccountAccess& account) {
    State state;
    const auto read = account.read([&state](const UserView& view) { state = {view.modseq(), view.sight()}; });
    if (!read) return fail(read.error());
    return state;
}

Result<FlagList> read_flags(const google::protobuf::RepeatedPtrField<std::string>& names) {
    std::string words;
    for (const auto& name : names) {
        const bool passed_over = base::equals_ignoring_case(name, "\\Recent");
        if (!passed_over && !parse_flag(name) && !is_keyword(name)) return fail(errc::bad_keyword, name);
        words += name + " ";
    }
    return parse_flag_list(words);
}

bool is_internal_date(std::int64_t unix_seconds) {
    return unix_seconds >= -62'135'596'800 && unix_seconds <= 253'402'300'799;
}

Result<std::vector<MailboxId>> read_mailbox_ids(const google::protobuf::RepeatedPtrField<std::string>& ids) {
    std::vector<MailboxId> read;
    for (const auto& id : ids) {
        const auto mailbox = parse_mailbox_object_id(id);
        if (!mailbox) return fail(errc::no_such_mailbox);
        read.push_back(*mailbox);
    }
    return read;
}

Task<> give_way() {
    base::Completion<bool> turn;
    turn.set(true);
    (void)co_await turn;
}

RpcService::RpcService(MailStore& store, RpcServer::NextExecutor next, storage::SpoolBudget& spool,
                       const RpcConfig& config, const logging::Logger& log, base::Registry& metrics)
    : store_(store),
      next_(std::move(next)),
      spool_(spool),
      config_(config),
      log_(log),
      calls_ok_(metrics.counter("helio_grpc_calls_total", "gRPC calls by result", R"(result="ok")")),
      calls_failed_(metrics.counter("helio_grpc_calls_total", "gRPC calls by result", R"(result="failed")")) {}

RpcCall RpcService::identify(const grpc::CallbackServerContext& context) const {
    RpcCall call;
    call.trace_id = base::printable(rpc::metadata(context, "helio-trace"), 64);
    const auto names = rpc::peer_names(context);
    const auto listed = [this](const std::string& name) {
        return std::ranges::find(config_.trusted_names, name) != config_.trusted_names.end();
    };
    const auto found = std::ranges::find_if(names, listed);
    if (found != names.end()) call.peer = *found;
    if (config_.server.plain && config_.trust_plain) call.peer = "plain";
    if (call.peer.empty()) return call;
    auto user = base::to_lower(rpc::metadata(context, "helio-user"));
    const bool plausible = user.size() <= user_most && user.find('@') != std::string::npos && base::is_utf8(user);
    if (plausible) call.user = std::move(user);
    return call;
}

grpc::Status RpcService::refusal(const RpcCall& call) {
    if (call.peer.empty()) return {grpc::StatusCode::PERMISSION_DENIED, "this client may not act for users"};
    if (call.user.empty()) return {grpc::StatusCode::UNAUTHENTICATED, "helio-user is missing or malformed"};
    return grpc::Status::OK;
}

grpc::Status RpcService::done(const RpcCall& call, std::string_view method, grpc::Status status) const {
    (status.ok() ? calls_ok_ : calls_failed_).add();
    const auto code = static_cast<int>(status.error_code());
    log_.info("grpc.call", {{"method", method},
                            {"user", call.user},
                            {"peer", call.peer},
                            {"trace", call.trace_id},
                            {"code", code},
                            {"detail", status.error_message()}});
    return status;
}

Task<Result<UserStore>> RpcService::open_user(const RpcCall& call) {
    const auto user = co_await store_.open_user(call.user);
    if (!user) co_return fail(user.error());
    auto groups = co_await store_.known_groups(call.user);
    co_return UserStore(store_, *user, call.user, std::move(groups));
}

Task<Result<OpenAccount>> RpcService::open_account(const RpcCall& call, std::string account) {
    auto user = co_await open_user(call);
    if (!user) co_return fail(user.error());
    auto owner = account.empty() ? call.user : base::to_lower(account);
    auto access = user->account(owner);
    if (!access) co_return fail(access.error());
    co_return OpenAccount{std::move(*user), std::move(*access), std::move(owner)};
}

Result<MailboxId> RpcService::find_mailbox(const UserStore& store, std::string_view id) {
    const auto mailbox = parse_mailbox_object_id(id);
    if (!mailbox) return fail(errc::no_such_mailbox);
    const auto mine = store.rights(*mailbox);
    if (!mine) return fail(mine.error());
    return *mailbox;
}

grpc::ServerUnaryReactor* RpcService::ListMailboxes(grpc::CallbackServerContext* call, const pb::ListMailboxesRequest*,
                                                    pb::ListMailboxesReply* out) {
    return rpc::serve(*call, next_(), list_mailboxes(identify(*call), *out));
}

grpc::ServerUnaryReactor* RpcService::QueryMessages(grpc::CallbackServerContext* call,
                                                    const pb::QueryMessagesRequest* in, pb::QueryMessagesReply* out) {
    return rpc::serve(*call, next_(), query_messages(identify(*call), *in, *out));
}

grpc::ServerWriteReactor<pb::FetchMessageChunk>* RpcService::FetchMessage(grpc::CallbackServerContext* call,
                                                                          const pb::FetchMessageRequest* in) {
    auto* stream = new FetchStream(next_());
    return stream->start(fetch_message(identify(*call), *in, *stream));
}

grpc::ServerReadReactor<pb::AppendChunk>* RpcService::Append(grpc::CallbackServerContext* call, pb::AppendReply* out) {
    auto* upload = new AppendUpload(next_());
    return upload->start(append(identify(*call), *upload, *out));
}

grpc::ServerWriteReactor<pb::ChangeEvent>* RpcService::WatchChanges(grpc::CallbackServerContext* call,
                                                                    const pb::WatchChangesRequest* in) {
    auto* stream = new WatchStream(next_());
    return stream->start(watch_changes(identify(*call), *in, *stream));
}

grpc::ServerUnaryReactor* RpcService::GetChanges(grpc::CallbackServerContext* call, const pb::GetChangesRequest* in,
                                                 pb::GetChangesReply* out) {
    return rpc::serve(*call, next_(), get_changes(identify(*call), *in, *out));
}

grpc::ServerUnaryReactor* RpcService::QueryEmails(grpc::CallbackServerContext* call, const pb::QueryEmailsRequest* in,
                                                  pb::QueryEmailsReply* out) {
    return rpc::serve(*call, next_(), query_emails(identify(*call), *in, *out));
}

grpc::ServerUnaryReactor* RpcService::GetEmails(grpc::CallbackServerContext* call, const pb::GetEmailsRequest* in,
                                                pb::GetEmailsReply* out) {
    return rpc::serve(*call, next_(), get_emails(identify(*call), *in, *out));
}

grpc::ServerUnaryReactor* RpcService::GetThreads(grpc::CallbackServerContext* call, const pb::GetThreadsRequest* in,
                                                 pb::GetThreadsReply* out) {
    return rpc::serve(*call, next_(), get_threads(identify(*call), *in, *out));
}

grpc::ServerUnaryReactor* RpcService::UpdateEmails(grpc::CallbackServerContext* call, const pb::UpdateEmailsRequest* in,
                                                   pb::UpdateEmailsReply* out) {
    return rpc::serve(*call, next_(), update_emails(identify(*call), *in, *out));
}

grpc::ServerUnaryReactor* RpcService::UpdateMailbox(grpc::CallbackServerContext* call,
                                                    const pb::UpdateMailboxRequest* in, pb::UpdateMailboxReply* out) {
    return rpc::serve(*call, next_(), update_mailbox(identify(*call), *in, *out));
}

grpc::ServerUnaryReactor* RpcService::ImportEmail(grpc::CallbackServerContext* call, const pb::ImportEmailRequest* in,
                                                  pb::ImportEmailReply* out) {
    return rpc::serve(*call, next_(), import_email(identify(*call), *in, *out));
}

grpc::ServerUnaryReactor* RpcService::GetQuota(grpc::CallbackServerContext* call, const pb::GetQuotaRequest* in,
                                               pb::GetQuotaReply* out) {
    return rpc::serve(*call, next_(), get_quota(identify(*call), *in, *out));
}

grpc::ServerReadReactor<pb::UploadChunk>* RpcService::Upload(grpc::CallbackServerContext* call, pb::UploadReply* out) {
    auto* chunks = new BlobUpload(next_());
    return chunks->start(upload(identify(*call), *chunks, *out));
}

grpc::ServerWriteReactor<pb::FetchMessageChunk>* RpcService::FetchBlob(grpc::CallbackServerContext* call,
                                                                       const pb::FetchBlobRequest* in) {
    auto* stream = new FetchStream(next_());
    return stream->start(fetch_blob(identify(*call), *in, *stream));
}

}  // namespace helio::store
