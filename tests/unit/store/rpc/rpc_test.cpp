// The gRPC service over a real server and real channels on loopback; the store is in memory.
#include <future>

#include "common/rpc/call.h"
#include "common/rpc/credentials.h"
#include "tests/support/catch.h"
#include "tests/support/certificates.h"
#include "tests/support/rpc_bench.h"

using namespace helio;
using test::alice;
using test::Call;
using test::RpcBench;
namespace pb = store::v1;

namespace {

const std::string letter =
    "From: =?utf-8?Q?Gr=C3=BCn?= <g@x.test>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@x.test>\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst\r\n--b\r\nContent-Type: "
    "text/html\r\n\r\n<p>\r\n--b--\r\n";

std::string inbox_id(pb::StoreService::Stub& stub, const std::string& user = alice) {
    Call call(user);
    pb::ListMailboxesReply reply;
    const auto status = stub.ListMailboxes(&call.context, {}, &reply);
    REQUIRE(status.ok());
    for (const auto& mailbox : reply.mailboxes())
        if (mailbox.name() == "INBOX") return mailbox.id();
    FAIL("no INBOX");
    return {};
}

grpc::Status append(pb::StoreService::Stub& stub, const std::string& mailbox, const std::string& text,
                    pb::AppendReply& reply, const std::vector<std::string>& flags = {}) {
    Call call;
    const auto writer = stub.Append(&call.context, &reply);
    pb::AppendChunk chunk;
    chunk.mutable_header()->set_mailbox_id(mailbox);
    for (const auto& flag : flags) chunk.mutable_header()->add_flags(flag);
    chunk.mutable_header()->set_internal_date(1'795'296'934);
    writer->Write(chunk);
    for (std::size_t at = 0; at < text.size(); at += 50) {
        chunk.set_data(text.substr(at, 50));
        writer->Write(chunk);
    }
    writer->WritesDone();
    return writer->Finish();
}

struct Fetched {
    grpc::Status status;
    std::string data;
    std::uint64_t total = 0;
};
Fetched fetch(pb::StoreService::Stub& stub, pb::FetchMessageRequest request) {
    Call call;
    const auto reader = stub.FetchMessage(&call.context, request);
    Fetched fetched;
    pb::FetchMessageChunk chunk;
    while (reader->Read(&chunk)) {
        if (chunk.total_bytes() != 0) fetched.total = chunk.total_bytes();
        fetched.data += chunk.data();
    }
    fetched.status = reader->Finish();
    return fetched;
}

pb::QueryMessagesReply query(pb::StoreService::Stub& stub, pb::QueryMessagesRequest request) {
    Call call;
    pb::QueryMessagesReply reply;
    const auto status = stub.QueryMessages(&call.context, request, &reply);
    CAPTURE(status.error_message());
    REQUIRE(status.ok());
    return reply;
}

std::string uids(const pb::QueryMessagesReply& reply) {
    std::string text;
    for (const auto& message : reply.messages()) text += std::to_string(message.uid()) + " ";
    return text + (reply.next_after_uid() != 0 ? "more" : "end");
}

}  // namespace

TEST_CASE("a message goes in and comes out whole, by part and by range", "[store][rpc]") {
    RpcBench bench;
    const auto stub = bench.stub();
    const auto inbox = inbox_id(*stub);
    pb::AppendReply appended;
    REQUIRE(append(*stub, inbox, letter, appended, {"\\Seen", "$Label1"}).ok());
    CHECK(appended.uid() == 1);

    pb::QueryMessagesRequest all;
    all.set_mailbox_id(inbox);
    all.set_with_structure(true);
    const auto page = query(*stub, all);
    REQUIRE(page.messages_size() == 1);
    const auto& info = page.messages(0);
    CHECK(info.size_bytes() == letter.size());
    CHECK(info.subject() == "Grüße");
    CHECK(info.from() == "Grün <g@x.test>");
    CHECK(info.message_id() == "<1@x.test>");
    CHECK(info.internal_date() == 1'795'296'934);
    CHECK(std::vector<std::string>(info.flags().begin(), info.flags().end()) ==
          std::vector<std::string>{"\\Seen", "$Label1"});
    CHECK(info.body_structure().find("\"html\"") != std::string::npos);

    pb::FetchMessageRequest request;
    request.set_mailbox_id(inbox);
    request.set_uid(1);
    CHECK(fetch(*stub, request).data == letter);
    CHECK(fetch(*stub, request).total == letter.size());
    request.set_offset(6);
    request.set_length(4);
    CHECK(fetch(*stub, request).data == letter.substr(6, 4));
    request.set_offset(letter.size() + 5);
    CHECK(fetch(*stub, request).data.empty());
    request.set_offset(0);
    request.set_length(0);
    request.set_piece(pb::FetchMessageRequest::HEADER);
    CHECK(fetch(*stub, request).data == letter.substr(0, letter.find("\r\n\r\n") + 4));
    request.add_part(2);
    CHECK(fetch(*stub, request).status.error_code() == grpc::StatusCode::NOT_FOUND);
    request.set_piece(pb::FetchMessageRequest::WHOLE);
    CHECK(fetch(*stub, request).data == "<p>");
    request.set_piece(pb::FetchMessageRequest::MIME);
    CHECK(fetch(*stub, request).data == "Content-Type: text/html\r\n\r\n");
    request.set_uid(7);
    CHECK(fetch(*stub, request).status.error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("queries filter by flag, page in both orders and tell what follows", "[store][rpc]") {
    RpcBench bench;
    const auto stub = bench.stub();
    const auto inbox = inbox_id(*stub);
    pb::AppendReply appended;
    for (int i = 1; i <= 5; ++i)
        REQUIRE(append(*stub, inbox, "Subject: x\r\n\r\n", appended,
                       i % 2 ? std::vector<std::string>{"\\Seen"} : std::vector<std::string>{"Work"})
                    .ok());
    pb::QueryMessagesRequest request;
    request.set_mailbox_id(inbox);
    CHECK(uids(query(*stub, request)) == "1 2 3 4 5 end");
    request.set_limit(2);
    CHECK(uids(query(*stub, request)) == "1 2 more");
    request.set_after_uid(4);
    CHECK(uids(query(*stub, request)) == "5 end");
    request.set_newest_first(true);
    CHECK(uids(query(*stub, request)) == "3 2 more");
    request.set_after_uid(0);
    request.set_limit(0);
    request.add_with_flags("\\seen");
    CHECK(uids(query(*stub, request)) == "5 3 1 end");
    request.add_without_flags("\\Seen");
    CHECK(uids(query(*stub, request)) == "end");
    request.clear_with_flags();
    CHECK(uids(query(*stub, request)) == "4 2 end");
    request.clear_without_flags();
    request.add_with_flags("never-used");
    CHECK(uids(query(*stub, request)) == "end");
    request.clear_with_flags();
    request.set_changed_since(query(*stub, request).messages(1).modseq());
    CHECK(uids(query(*stub, request)) == "5 end");
}

TEST_CASE("a watcher learns of a change", "[store][rpc]") {
    RpcBench bench;
    const auto stub = bench.stub();
    const auto inbox = inbox_id(*stub);
    Call call;
    const auto watch = stub->WatchChanges(&call.context, {});
    pb::ChangeEvent event;
    REQUIRE(watch->Read(&event));
    CHECK(event.mailbox_id().empty());
    pb::AppendReply appended;
    REQUIRE(append(*stub, inbox, letter, appended).ok());
    REQUIRE(watch->Read(&event));
    CHECK(event.mailbox_id() == inbox);
    CHECK(event.appended() == "1");
    call.context.TryCancel();
    CHECK_FALSE(watch->Read(&event));
    CHECK(watch->Finish().error_code() == grpc::StatusCode::CANCELLED);
}

TEST_CASE("a watcher learns that more happened than he can be told one by one", "[store][rpc]") {
    RpcBench bench;
    const auto stub = bench.stub();
    (void)inbox_id(*stub);
    auto& store = bench.fixture.store;
    const auto user = store.find_user(alice).value();
    for (int i = 0; i < 70; ++i) REQUIRE_OK(test::wait(store.create_mailbox(user, "top/" + std::to_string(i))));
    Call call;
    const auto watch = stub->WatchChanges(&call.context, {});
    pb::ChangeEvent event;
    REQUIRE(watch->Read(&event));
    CHECK_FALSE(event.rescan());
    REQUIRE_OK(test::wait(store.rename_mailbox(user, "top", "new")));
    bool told_all = false;
    while (!told_all && watch->Read(&event)) told_all = event.mailbox_id().empty() && event.rescan();
    CHECK(told_all);
    call.context.TryCancel();
    (void)watch->Finish();
}

TEST_CASE("a shared mailbox is listed with owner and rights, which are kept", "[store][rpc]") {
    RpcBench bench;
    const auto stub = bench.stub();
    const auto inbox = inbox_id(*stub, "bob@example.test");
    pb::AppendReply appended;
    CHECK(append(*stub, inbox, letter, appended).error_code() == grpc::StatusCode::NOT_FOUND);
    const auto share = [&](const std::string& letters) {
        const auto mailbox = store::parse_mailbox_object_id(inbox).value();
        const auto rights = store::parse_rights(letters).value();
        REQUIRE_OK(test::wait(bench.fixture.store.set_acl(mailbox, alice, store::AclAction::replace, rights)));
    };
    share("lri");
    Call call;
    pb::ListMailboxesReply reply;
    REQUIRE(stub->ListMailboxes(&call.context, {}, &reply).ok());
    const auto& last = reply.mailboxes(reply.mailboxes_size() - 1);
    CHECK(last.id() == inbox);
    CHECK(last.name() == "Other Users/bob/INBOX");
    CHECK(last.owner() == "bob@example.test");
    CHECK(last.my_rights() == "lri");
    CHECK(reply.mailboxes(0).owner() == alice);
    CHECK(append(*stub, inbox, letter, appended, {"\\Flagged"}).ok());
    pb::QueryMessagesRequest request;
    request.set_mailbox_id(inbox);
    const auto found = query(*stub, request);
    REQUIRE(found.messages_size() == 1);
    CHECK(found.messages(0).flags().empty());
    share("l");
    Call denied;
    pb::QueryMessagesReply none;
    CHECK(stub->QueryMessages(&denied.context, request, &none).error_code() == grpc::StatusCode::PERMISSION_DENIED);
    CHECK(append(*stub, inbox, letter, appended).error_code() == grpc::StatusCode::PERMISSION_DENIED);
}

TEST_CASE("one user's mailbox does not exist for another", "[store][rpc]") {
    RpcBench bench;
    const auto stub = bench.stub();
    pb::QueryMessagesRequest request;
    request.set_mailbox_id(inbox_id(*stub, "bob@example.test"));
    for (const auto& id : {request.mailbox_id(), std::string("F1"), std::string()}) {
        request.set_mailbox_id(id);
        Call call;
        pb::QueryMessagesReply reply;
        CHECK(stub->QueryMessages(&call.context, request, &reply).error_code() == grpc::StatusCode::NOT_FOUND);
    }
}

TEST_CASE("uploads without header, without bytes or beyond the limits are refused", "[store][rpc]") {
    const auto folder = std::filesystem::temp_directory_path();
    RpcBench bench(RpcBench::plain_config(),
                   {.folder = folder, .message_memory_bytes = 400, .memory_bytes = 1'000, .file_bytes = 1'000});
    const auto stub = bench.stub();
    const auto inbox = inbox_id(*stub);
    pb::AppendReply reply;
    CHECK(append(*stub, inbox, "", reply).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    // Small ones stay in memory, larger ones go to a file; both have their budget.
    CHECK(append(*stub, inbox, std::string(1'001, 'x'), reply).error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(append(*stub, inbox, std::string(400, 'x'), reply).ok());
    CHECK(append(*stub, inbox, std::string(1'000, 'x'), reply).ok());
    CHECK(append(*stub, "F9", letter, reply).error_code() == grpc::StatusCode::NOT_FOUND);
    Call call;
    const auto writer = stub->Append(&call.context, &reply);
    pb::AppendChunk chunk;
    chunk.set_data("x");
    writer->Write(chunk);
    writer->WritesDone();
    CHECK(writer->Finish().error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("only a listed certificate may act for a user", "[store][rpc][tls]") {
    test::Certificates certificates;
    auto config = RpcBench::plain_config();
    config.server.plain = false;
    config.server.files = certificates.issue({"store-a.example.test"});
    config.server.ca_file = certificates.ca_file();
    config.trusted_names = {"mem.example.test"};
    RpcBench bench(config);
    const auto status_of = [&bench](std::shared_ptr<grpc::ChannelCredentials> credentials, const std::string& user) {
        const auto stub = bench.stub(credentials);
        Call call(user);
        pb::ListMailboxesReply reply;
        return stub->ListMailboxes(&call.context, {}, &reply).error_code();
    };
    const auto mem = rpc::client_credentials(certificates.issue({"mem.example.test"}), certificates.ca_file());
    const auto other = rpc::client_credentials(certificates.issue({"other.example.test"}), certificates.ca_file());
    CHECK(status_of(mem, alice) == grpc::StatusCode::OK);
    CHECK(status_of(mem, "") == grpc::StatusCode::UNAUTHENTICATED);
    CHECK(status_of(mem, "no-domain") == grpc::StatusCode::UNAUTHENTICATED);
    CHECK(status_of(other, alice) == grpc::StatusCode::PERMISSION_DENIED);
    CHECK(status_of(grpc::InsecureChannelCredentials(), alice) == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("the coroutine client gets replies, errors and deadlines as results", "[store][rpc]") {
    RpcBench bench;
    const auto stub = bench.stub();
    using Answer = std::promise<Result<pb::ListMailboxesReply>>;
    const auto ask = [](pb::StoreService::Stub& its_stub, rpc::CallOptions options,
                        std::shared_ptr<Answer> answer) -> Task<> {
        const auto start = [&its_stub](auto* context, auto* in, auto* out, auto done) {
            its_stub.async()->ListMailboxes(context, in, out, std::move(done));
        };
        auto reply = co_await rpc::call<pb::ListMailboxesReply>(start, pb::ListMailboxesRequest(), std::move(options));
        answer->set_value(std::move(reply));
    };
    const auto result_of = [&](rpc::CallOptions options) {
        const auto answer = std::make_shared<Answer>();
        auto future = answer->get_future();
        bench.worker().post(
            [&, options, answer] { base::start(ask(*stub, options, answer), [](std::exception_ptr) {}); });
        return future.get();
    };
    CHECK(result_of({.timeout = std::chrono::seconds(20), .user = alice, .trace_id = {}})->mailboxes_size() >= 1);
    CHECK(result_of({.timeout = std::chrono::seconds(20), .user = {}, .trace_id = {}}).error().code ==
          rpc::errc::unauthenticated);
    const auto late = result_of({.timeout = std::chrono::milliseconds(-1000), .user = alice, .trace_id = {}});
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == rpc::errc::deadline_exceeded);
}
