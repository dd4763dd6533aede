// Calls on emails in another's account, over a real server on loopback: what the rights of RFC 4314 open, and that
// nothing else can be seen or changed.
#include "store/mailbox/user_store.h"
#include "tests/support/catch.h"
#include "tests/support/rpc_bench.h"

using namespace helio;
using test::Call;
using test::RpcBench;
namespace pb = store::v1;

namespace {

using Stub = pb::StoreService::Stub;
using Ids = std::vector<std::string>;
const std::string bob = "bob@example.test";

template <class Repeated>
Ids list(const Repeated& ids) {
    return Ids(ids.begin(), ids.end());
}

/// Alice shares Work with Bob as `letters` say; Private is hers alone. Bob asks.
struct Sharing {
    explicit Sharing(const std::string& letters) {
        auto& fixture = bench.fixture;
        const auto id = fixture.user(test::alice);
        store::UserStore alice(fixture.store, id, test::alice);
        work = test::wait(alice.create_mailbox("Work")).value().id;
        priv = test::wait(alice.create_mailbox("Private")).value().id;
        (void)fixture.user(bob);
        allow(letters);
        first = put(work, "Subject: first\r\n\r\none\r\n");
        secret = put(priv, "Subject: secret\r\n\r\ntwo\r\n");
    }
    void allow(const std::string& letters, const std::string& who = "bob") {
        auto& fixture = bench.fixture;
        store::UserStore alice(fixture.store, fixture.user(test::alice), test::alice);
        REQUIRE_OK(test::wait(alice.set_acl(work, who, store::AclAction::replace, *store::parse_rights(letters))));
    }
    std::string put(store::MailboxId mailbox, const std::string& text) {
        const auto uid = bench.fixture.append(mailbox, text);
        return to_object_id(bench.fixture.message(mailbox, uid).email);
    }
    template <class Reply, class Request>
    Reply ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*), Request request,
              const std::string& account = test::alice) {
        request.set_account(account);
        Call call(bob);
        Reply reply;
        status = (stub.get()->*method)(&call.context, request, &reply);
        return reply;
    }
    pb::GetEmailsReply get(const Ids& ids) {
        pb::GetEmailsRequest request;
        for (const auto& id : ids) request.add_email_ids(id);
        return ask(&Stub::GetEmails, request);
    }
    Ids query(pb::QueryEmailsRequest request = {}) { return list(ask(&Stub::QueryEmails, request).email_ids()); }
    std::string state() { return get({}).state(); }
    pb::GetChangesReply changes(const std::string& since,
                                pb::GetChangesRequest::Type type = pb::GetChangesRequest::EMAIL) {
        pb::GetChangesRequest request;
        request.set_since_state(since);
        request.set_type(type);
        return ask(&Stub::GetChanges, request);
    }
    /// The code of the one update.
    int update(pb::EmailUpdate wish, const std::string& if_state = {}) {
        pb::UpdateEmailsRequest request;
        request.set_if_state(if_state);
        *request.add_updates() = std::move(wish);
        const auto reply = ask(&Stub::UpdateEmails, request);
        return status.ok() ? reply.results(0).code() : -status.error_code();
    }
    std::string fetch(const std::string& blob) {
        pb::FetchBlobRequest request;
        request.set_blob_id(blob);
        request.set_account(test::alice);
        Call call(bob);
        const auto reader = stub->FetchBlob(&call.context, request);
        pb::FetchMessageChunk chunk;
        std::string data;
        while (reader->Read(&chunk)) data += chunk.data();
        status = reader->Finish();
        return data;
    }
    std::string upload(const std::string& text, const std::string& user = bob) {
        Call call(user);
        pb::UploadReply reply;
        const auto writer = stub->Upload(&call.context, &reply);
        pb::UploadChunk chunk;
        chunk.set_data(text);
        writer->Write(chunk);
        writer->WritesDone();
        status = writer->Finish();
        return reply.blob_id();
    }
    pb::EmailUpdate wish(const std::string& email) {
        pb::EmailUpdate update;
        update.set_email_id(email);
        return update;
    }

    RpcBench bench;
    std::unique_ptr<Stub> stub = bench.stub();
    grpc::Status status;
    store::MailboxId work;
    store::MailboxId priv;
    std::string first;
    std::string secret;
};

constexpr int denied = grpc::StatusCode::PERMISSION_DENIED;
constexpr int not_found = grpc::StatusCode::NOT_FOUND;

}  // namespace

TEST_CASE("an account of which one may see nothing is as if it were not there", "[store][rpc][acl]") {
    Sharing s("");
    for (const std::string& account : {test::alice, std::string("nobody@example.test"), std::string("x")}) {
        CAPTURE(account);
        (void)s.ask(&Stub::GetEmails, pb::GetEmailsRequest(), account);
        CHECK(s.status.error_code() == not_found);
        CHECK(s.status.error_message() == "no such user");
        (void)s.ask(&Stub::QueryEmails, pb::QueryEmailsRequest(), account);
        CHECK(s.status.error_code() == not_found);
        (void)s.ask(&Stub::GetThreads, pb::GetThreadsRequest(), account);
        CHECK(s.status.error_code() == not_found);
        (void)s.ask(&Stub::GetQuota, pb::GetQuotaRequest(), account);
        CHECK(s.status.error_code() == not_found);
        (void)s.ask(&Stub::UpdateEmails, pb::UpdateEmailsRequest(), account);
        CHECK(s.status.error_code() == not_found);
        (void)s.ask(&Stub::ImportEmail, pb::ImportEmailRequest(), account);
        CHECK(s.status.error_code() == not_found);
        (void)s.ask(&Stub::UpdateMailbox, pb::UpdateMailboxRequest(), account);
        CHECK(s.status.error_code() == not_found);
    }
    CHECK(s.changes("1").created().empty());
    CHECK(s.status.error_code() == not_found);
    CHECK(s.fetch(s.first).empty());
    CHECK(s.status.error_code() == not_found);
    // One's own by name is one's own.
    (void)s.ask(&Stub::GetEmails, pb::GetEmailsRequest(), "Bob@Example.Test");
    CHECK(s.status.ok());
}

TEST_CASE("in another's account one sees what lies in mailboxes that he may read, and nothing of the rest",
          "[store][rpc][acl]") {
    Sharing s("lr");
    const auto found = s.get({s.first, s.secret});
    REQUIRE(found.emails_size() == 1);
    CHECK(list(found.emails(0).mailbox_ids()) == Ids{to_object_id(s.work)});
    CHECK(list(found.not_found()) == Ids{s.secret});
    CHECK(s.query() == Ids{s.first});
    pb::QueryEmailsRequest hidden;
    hidden.mutable_filter()->set_in_mailbox(to_object_id(s.priv));
    CHECK(s.query(hidden).empty());
    CHECK(s.status.error_code() == not_found);
    pb::QueryEmailsRequest text;
    text.mutable_filter()->set_text("two");
    CHECK(s.query(text).empty());
    CHECK(s.status.ok());
    CHECK(s.fetch(s.first).find("one") != std::string::npos);
    CHECK(s.fetch(s.secret).empty());
    CHECK(s.status.error_code() == not_found);
    pb::GetThreadsRequest threads;
    threads.add_thread_ids(found.emails(0).thread_id());
    CHECK(s.ask(&Stub::GetThreads, threads).threads_size() == 1);
    // A copy in a hidden mailbox is not told of.
    auto& store = s.bench.fixture.store;
    REQUIRE(test::wait(store.copy(s.work, store::UidSet::of(store::Uid{1}), s.priv, {})));
    CHECK(s.get({s.first}).emails(0).mailbox_ids_size() == 1);
    // Uploads are their maker's.
    const auto hers = s.upload("x", test::alice);
    CHECK(s.fetch(hers).empty());
    CHECK(s.status.error_code() == not_found);
}

TEST_CASE("changes of another's account need the rights that IMAP asks for, each of them", "[store][rpc][acl]") {
    Sharing s("lr");
    auto flag = s.wish(s.first);
    flag.add_add_flags("\\Flagged");
    auto word = s.wish(s.first);
    word.add_add_flags("$Note");
    auto seen = s.wish(s.first);
    seen.add_add_flags("\\Seen");
    auto away = s.wish(s.first);
    away.set_destroy(true);
    auto into = s.wish(s.first);
    into.add_add_mailbox_ids(to_object_id(s.priv));
    auto hidden = s.wish(s.secret);
    hidden.set_destroy(true);
    for (const auto& wish : {flag, word, seen, away}) CHECK(s.update(wish) == denied);
    CHECK(s.update(into) == not_found);
    CHECK(s.update(hidden) == not_found);
    auto nothing = s.wish(s.first);
    nothing.add_remove_flags("$Never");  // changes nothing, so it needs no right
    CHECK(s.update(nothing) == 0);

    auto& fixture = s.bench.fixture;
    s.allow("lrs");
    CHECK(s.update(flag) == denied);
    CHECK(s.update(seen) == 0);
    CHECK(list(s.get({s.first}).emails(0).info().flags()) == Ids{"\\Seen"});
    CHECK_FALSE(fixture.message(s.work, store::Uid{1}).flags.has(store::Flag::seen));  // the owner's is hers
    s.allow("lrw");
    CHECK(s.update(flag) == 0);
    CHECK(s.update(word) == 0);
    CHECK(fixture.message(s.work, store::Uid{1}).flags == store::Flags{}.with(store::Flag::flagged));
    s.allow("lrt");
    CHECK(s.update(away) == denied);
    s.allow("lrte");
    CHECK(s.update(away) == 0);
    CHECK(fixture.store.status(s.work)->messages == 0);
    CHECK(fixture.store.status(s.priv)->messages == 1);
}

TEST_CASE("one's own upload becomes an email in another's mailbox where one may insert", "[store][rpc][acl]") {
    Sharing s("lr");
    pb::ImportEmailRequest request;
    request.set_blob_id(s.upload("Subject: new\r\n\r\nx\r\n"));
    request.add_mailbox_ids(to_object_id(s.work));
    for (const auto* word : {"\\Seen", "\\Flagged", "$Note"}) request.add_flags(word);
    (void)s.ask(&Stub::ImportEmail, request);
    CHECK(s.status.error_code() == denied);
    s.allow("lri");
    auto stolen = request;
    stolen.set_blob_id(s.upload("x", test::alice));
    (void)s.ask(&Stub::ImportEmail, stolen);
    CHECK(s.status.error_code() == not_found);
    s.allow("lris");
    const auto email = s.ask(&Stub::ImportEmail, request).email_id();
    REQUIRE(s.status.ok());
    CHECK(list(s.get({email}).emails(0).info().flags()) == Ids{"\\Seen"});  // w is missing: the others are left out
    CHECK(s.bench.fixture.message(s.work, store::Uid{2}).flags == store::Flags{});
    const auto& fixture = s.bench.fixture;
    CHECK(fixture.partition->rebuilt().difference(fixture.partition->index()).empty());
}

TEST_CASE("mailboxes of another are made, renamed and deleted as his rights go", "[store][rpc][acl]") {
    Sharing s("lr");
    pb::UpdateMailboxRequest make;
    make.mutable_create()->set_name("Work/Sub");
    (void)s.ask(&Stub::UpdateMailbox, make);
    CHECK(s.status.error_code() == denied);
    s.allow("lrk");
    const auto made = s.ask(&Stub::UpdateMailbox, make).mailbox_id();
    CHECK(s.status.ok());
    pb::UpdateMailboxRequest remove;
    remove.mutable_delete_()->set_mailbox_id(made);
    (void)s.ask(&Stub::UpdateMailbox, remove);
    CHECK(s.status.error_code() == denied);
    pb::UpdateMailboxRequest hidden;
    hidden.mutable_rename()->set_mailbox_id(to_object_id(s.priv));
    hidden.mutable_rename()->set_name("Work/Mine");
    (void)s.ask(&Stub::UpdateMailbox, hidden);
    CHECK(s.status.error_code() == not_found);
    pb::UpdateMailboxRequest subscribe;
    subscribe.mutable_subscribe()->set_name("Work");
    (void)s.ask(&Stub::UpdateMailbox, subscribe);
    CHECK(s.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("each account has its own state, which ends when what one may do there changes", "[store][rpc][acl]") {
    Sharing s("lrw");
    const auto own = s.ask(&Stub::GetQuota, pb::GetQuotaRequest(), "").state();
    const auto before = s.state();
    CHECK(before != own);
    (void)s.changes(own);
    CHECK(s.status.error_code() == grpc::StatusCode::OUT_OF_RANGE);  // of the other account
    const auto second = s.put(s.work, "Subject: second\r\n\r\nx\r\n");
    (void)s.put(s.priv, "Subject: hidden\r\n\r\nx\r\n");
    const auto seen = s.changes(before);
    REQUIRE(s.status.ok());
    CHECK(list(seen.created()) == Ids{second});
    CHECK(seen.updated().empty());
    CHECK(seen.new_state() == s.state());
    CHECK(list(s.changes(before, pb::GetChangesRequest::MAILBOX).updated()) == Ids{to_object_id(s.work)});
    auto flag = s.wish(second);
    flag.add_add_flags("\\Flagged");
    CHECK(s.update(flag, before) == -static_cast<int>(grpc::StatusCode::FAILED_PRECONDITION));
    CHECK(s.update(flag, seen.new_state()) == 0);
    const auto reached = s.state();
    s.allow("lrs");
    (void)s.changes(reached);
    CHECK(s.status.error_code() == grpc::StatusCode::OUT_OF_RANGE);
    CHECK(s.update(flag, reached) == -static_cast<int>(grpc::StatusCode::FAILED_PRECONDITION));
    // His own \Seen is a change of that account as he sees it.
    const auto unread = s.state();
    auto read = s.wish(second);
    read.add_add_flags("\\Seen");
    CHECK(s.update(read) == 0);
    CHECK(list(s.changes(unread).updated()) == Ids{second});
}

TEST_CASE("a watch of another's mailbox ends when the right to read it goes", "[store][rpc][acl]") {
    Sharing s("lr");
    Call call(bob);
    pb::WatchChangesRequest request;
    request.add_mailbox_ids(to_object_id(s.work));
    const auto reader = s.stub->WatchChanges(&call.context, request);
    pb::ChangeEvent event;
    REQUIRE(reader->Read(&event));
    (void)s.put(s.work, "Subject: a\r\n\r\nx\r\n");
    REQUIRE(reader->Read(&event));
    CHECK(event.appended() == "2");
    s.allow("l");
    (void)s.put(s.work, "Subject: b\r\n\r\nx\r\n");
    CHECK_FALSE(reader->Read(&event));
    CHECK(reader->Finish().error_code() == grpc::StatusCode::PERMISSION_DENIED);
}
