// What JMAP needs of the gRPC service (RFC 8620, RFC 8621), over a real server on loopback.
#include "tests/support/catch.h"
#include "tests/support/rpc_bench.h"

using namespace helio;
using test::Call;
using test::RpcBench;
namespace pb = store::v1;

namespace {

using Ids = std::vector<std::string>;
template <class Repeated>
Ids list(const Repeated& ids) {
    return Ids(ids.begin(), ids.end());
}

/// One user's account over gRPC; every call must succeed unless its status is asked for.
class Account {
public:
    explicit Account(RpcBench& bench) : stub_(bench.stub()) {
        for (const auto& mailbox : mailboxes().mailboxes()) {
            if (mailbox.name() == "INBOX") inbox = mailbox.id();
            if (mailbox.name() == "Archive") archive = mailbox.id();
        }
    }
    pb::StoreService::Stub& stub() { return *stub_; }

    template <class Reply, class Request>
    Reply ask(grpc::Status (pb::StoreService::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
              const Request& request) {
        Call call;
        Reply reply;
        status = (stub_.get()->*method)(&call.context, request, &reply);
        return reply;
    }
    pb::ListMailboxesReply mailboxes() {
        return ask(&pb::StoreService::Stub::ListMailboxes, pb::ListMailboxesRequest());
    }
    std::string state() { return ask(&pb::StoreService::Stub::GetQuota, pb::GetQuotaRequest()).state(); }
    std::string upload(const std::string& text) {
        Call call;
        pb::UploadReply reply;
        const auto writer = stub_->Upload(&call.context, &reply);
        pb::UploadChunk chunk;
        for (std::size_t at = 0; at < text.size(); at += 30) {
            chunk.set_data(text.substr(at, 30));
            writer->Write(chunk);
        }
        writer->WritesDone();
        status = writer->Finish();
        return reply.blob_id();
    }
    pb::ImportEmailReply import(const std::string& blob, const Ids& into, const Ids& flags = {},
                                std::int64_t date = 0) {
        pb::ImportEmailRequest request;
        request.set_blob_id(blob);
        for (const auto& id : into) request.add_mailbox_ids(id);
        for (const auto& flag : flags) request.add_flags(flag);
        if (date != 0) request.set_internal_date(date);
        return ask(&pb::StoreService::Stub::ImportEmail, request);
    }
    /// A new email in `into`.
    std::string email(const std::string& header, const Ids& into, std::int64_t date, const std::string& body = "text",
                      const Ids& flags = {}) {
        const auto reply = import(upload(header + "\r\n\r\n" + body + "\r\n"), into, flags, date);
        REQUIRE(status.ok());
        return reply.email_id();
    }
    pb::GetEmailsReply get(const Ids& ids) {
        pb::GetEmailsRequest request;
        for (const auto& id : ids) request.add_email_ids(id);
        return ask(&pb::StoreService::Stub::GetEmails, request);
    }
    pb::GetChangesReply changes(pb::GetChangesRequest::Type type, const std::string& since, std::uint32_t most = 0) {
        pb::GetChangesRequest request;
        request.set_type(type);
        request.set_since_state(since);
        request.set_max_changes(most);
        return ask(&pb::StoreService::Stub::GetChanges, request);
    }
    Ids query(const pb::QueryEmailsRequest& request) {
        last_query = ask(&pb::StoreService::Stub::QueryEmails, request);
        return list(last_query.email_ids());
    }
    Ids query(const pb::EmailFilter& filter) {
        pb::QueryEmailsRequest request;
        *request.mutable_filter() = filter;
        return query(request);
    }
    std::string fetch(const std::string& blob, std::uint64_t offset = 0, std::uint64_t length = 0) {
        Call call;
        pb::FetchBlobRequest request;
        request.set_blob_id(blob);
        request.set_offset(offset);
        request.set_length(length);
        const auto reader = stub_->FetchBlob(&call.context, request);
        std::string data;
        pb::FetchMessageChunk chunk;
        while (reader->Read(&chunk)) data += chunk.data();
        status = reader->Finish();
        return data;
    }

    std::string inbox;
    std::string archive;
    grpc::Status status;
    pb::QueryEmailsReply last_query;

private:
    std::unique_ptr<pb::StoreService::Stub> stub_;
};

}  // namespace

TEST_CASE("an upload comes back in ranges, becomes an email once and is read by its email id", "[store][rpc]") {
    RpcBench bench;
    Account account(bench);
    const std::string text = "Subject: draft\r\nMessage-ID: <1@x.test>\r\n\r\nHello there\r\n";
    const auto blob = account.upload(text);
    REQUIRE(account.status.ok());
    CHECK(account.fetch(blob) == text);
    CHECK(account.fetch(blob, 9, 5) == "draft");
    CHECK(account.fetch(blob, text.size() + 9).empty());
    const auto email = account.import(blob, {account.inbox, account.archive}, {"\\Draft", "$Work"}, 1'795'296'934);
    REQUIRE(account.status.ok());
    CHECK(email.size_bytes() == text.size());
    CHECK(account.fetch(email.email_id()) == text);
    (void)account.import(blob, {account.inbox});
    CHECK(account.status.error_code() == grpc::StatusCode::ALREADY_EXISTS);
    for (const auto date : {std::int64_t{-62'135'596'801}, std::int64_t{253'402'300'800}, INT64_MIN, INT64_MAX}) {
        (void)account.import(blob, {account.inbox}, {}, date);
        CHECK(account.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    }
    for (const auto* flag : {"bad kw", "a(b", "\\Bogus", ""}) {
        (void)account.import(blob, {account.inbox}, {flag});
        CHECK(account.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    }
    const auto id = email.email_id();
    const auto got = account.get({id, "M0000000000000999", "nonsense", id, "nonsense"});
    REQUIRE(got.emails_size() == 1);
    CHECK(list(got.emails(0).mailbox_ids()) == Ids{account.inbox, account.archive});
    CHECK(list(got.emails(0).info().flags()) == Ids{"\\Draft", "$Work"});
    CHECK(got.emails(0).info().subject() == "draft");
    CHECK(got.emails(0).thread_id() == email.thread_id());
    CHECK(list(got.not_found()) == Ids{"M0000000000000999", "nonsense"});
    CHECK(got.state() == account.state());
    (void)account.upload("");
    CHECK(account.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    (void)account.fetch("B0000000000000999");
    CHECK(account.status.error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a query filters by what rows, summaries and texts tell", "[store][rpc]") {
    RpcBench bench;
    Account account(bench);
    const auto a = account.email("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nFrom: Ann <ann@x.test>\r\nX-Tag: Blue sky",
                                 {account.inbox}, 1'000, "the quick fox");
    const auto b = account.email("Subject: Invoice\r\nTo: bob@y.test\r\nContent-Transfer-Encoding: base64",
                                 {account.archive}, 2'000, "dGhlIHNsb3cgZm94", {"\\Seen"});
    const auto c = account.email("Subject: invoice again\r\nBcc: hidden@z.test", {account.inbox, account.archive},
                                 3'000, std::string(5'000, 'x'), {"$Work"});
    const auto find = [&account](auto fill) {
        pb::EmailFilter filter;
        fill(filter);
        return account.query(filter);
    };
    CHECK(find([](auto&) {}) == Ids{c, b, a});
    CHECK(find([&](auto& f) { f.set_in_mailbox(account.inbox); }) == Ids{c, a});
    CHECK(find([&](auto& f) { f.add_in_mailbox_other_than(account.inbox); }) == Ids{c, b});
    CHECK(find([](auto& f) { f.set_received_before(2'000); }) == Ids{a});
    CHECK(find([](auto& f) { f.set_received_after(2'000); }) == Ids{c, b});
    CHECK(find([](auto& f) { f.set_min_size(5'000); }) == Ids{c});
    CHECK(find([](auto& f) { f.set_max_size(5'000); }) == Ids{b, a});
    CHECK(find([](auto& f) { f.set_has_keyword("\\Seen"); }) == Ids{b});
    CHECK(find([](auto& f) { f.set_not_keyword("$work"); }) == Ids{b, a});
    CHECK(find([](auto& f) { f.set_subject("INVOICE"); }) == Ids{c, b});
    CHECK(find([](auto& f) { f.set_subject("gr\xc3\xbc"); }) == Ids{a});
    CHECK(find([](auto& f) { f.set_from("ann@"); }) == Ids{a});
    CHECK(find([](auto& f) { f.set_to("bob"); }) == Ids{b});
    CHECK(find([](auto& f) { f.set_bcc("hidden"); }) == Ids{c});
    CHECK(find([](auto& f) { f.set_body("SLOW FOX"); }) == Ids{b});
    CHECK(find([](auto& f) { f.set_text("fox"); }) == Ids{b, a});
    CHECK(find([](auto& f) { f.set_has_attachment(true); }).empty());
    const auto header = [](pb::EmailFilter& f) {
        f.set_header_name("x-tag");
        f.set_header_value("SKY");
    };
    CHECK(find(header) == Ids{a});
    pb::EmailFilter combined;
    combined.set_operator_(pb::EmailFilter::NOT);
    combined.add_filters()->set_text("fox");
    combined.add_filters()->set_in_mailbox(account.inbox);
    CHECK(account.query(combined).empty());
    combined.set_operator_(pb::EmailFilter::AND);
    CHECK(account.query(combined) == Ids{a});
    combined.set_operator_(pb::EmailFilter::OR);
    CHECK(account.query(combined) == Ids{c, b, a});

    pb::EmailFilter deep;
    auto* at = &deep;
    for (int i = 0; i < 22; ++i) {
        at->set_operator_(pb::EmailFilter::AND);
        at = at->add_filters();
    }
    (void)account.query(deep);
    CHECK(account.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
    // 25 filters of two texts each are the most.
    pb::EmailFilter wordy;
    wordy.set_operator_(pb::EmailFilter::OR);
    for (int i = 0; i < 25; ++i) {
        auto* words = wordy.add_filters();
        words->set_text("zebra");
        words->set_body("zebra");
    }
    CHECK(account.query(wordy).empty());
    CHECK(account.status.ok());
    wordy.add_filters()->set_body("zebra");
    (void)account.query(wordy);
    CHECK(account.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
    (void)find([](auto& f) { f.set_in_mailbox("nonsense"); });
    CHECK(account.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("a query sorts, pages around an anchor and collapses threads", "[store][rpc]") {
    RpcBench bench;
    Account account(bench);
    const auto a =
        account.email("Subject: b\r\nMessage-ID: <a@x>\r\nFrom: Zoe <a@x.test>", {account.inbox}, 1'000, "22");
    const auto b = account.email("Subject: A\r\nMessage-ID: <b@x>\r\nReferences: <a@x>\r\nFrom: m@x.test",
                                 {account.inbox}, 3'000, "1");
    const auto c = account.email("Subject: c\r\nMessage-ID: <c@x>", {account.archive}, 2'000, "333", {"\\Flagged"});
    pb::QueryEmailsRequest request;
    const auto sorted = [&](pb::EmailSort::Property property, bool descending = false) {
        request.clear_sort();
        auto& sort = *request.add_sort();
        sort.set_property(property);
        sort.set_descending(descending);
        sort.set_keyword("\\Flagged");
        return account.query(request);
    };
    CHECK(sorted(pb::EmailSort::RECEIVED_AT) == Ids{a, c, b});
    CHECK(sorted(pb::EmailSort::RECEIVED_AT, true) == Ids{b, c, a});
    CHECK(sorted(pb::EmailSort::SUBJECT) == Ids{b, a, c});
    CHECK(sorted(pb::EmailSort::SUBJECT, true) == Ids{c, a, b});
    CHECK(sorted(pb::EmailSort::FROM) == Ids{c, b, a});  // by display name, else address
    CHECK(sorted(pb::EmailSort::HAS_KEYWORD, true).front() == c);
    request.clear_sort();
    request.set_collapse_threads(true);
    CHECK(account.query(request) == Ids{b, c});
    CHECK(account.last_query.total() == 2);
    request.set_collapse_threads(false);
    request.set_limit(1);
    request.set_position(1);
    CHECK(account.query(request) == Ids{c});
    CHECK(account.last_query.position() == 1);
    CHECK(account.last_query.total() == 3);
    request.set_position(-1);
    CHECK(account.query(request) == Ids{a});
    request.set_position(-9);
    CHECK(account.query(request) == Ids{b});
    request.set_position(9);
    CHECK(account.query(request).empty());
    request.set_anchor(a);
    request.set_anchor_offset(-1);
    CHECK(account.query(request) == Ids{c});
    request.set_anchor_offset(-5);
    CHECK(account.query(request) == Ids{b});
    request.set_anchor("M0000000000000999");
    (void)account.query(request);
    CHECK(account.status.error_code() == grpc::StatusCode::NOT_FOUND);

    pb::GetThreadsRequest threads;
    threads.add_thread_ids(account.get({a}).emails(0).thread_id());
    threads.add_thread_ids("T0000000000000999");
    const auto found = account.ask(&pb::StoreService::Stub::GetThreads, threads);
    REQUIRE(found.threads_size() == 1);
    CHECK(list(found.threads(0).email_ids()) == Ids{a, b});
    CHECK(list(found.not_found()) == Ids{"T0000000000000999"});
}

TEST_CASE("updates happen in one change, each with a result, and changes tell them", "[store][rpc]") {
    RpcBench bench;
    Account account(bench);
    const auto a = account.email("Subject: a", {account.inbox}, 1'000);
    const auto b = account.email("Subject: b", {account.inbox}, 2'000);
    const auto before = account.state();
    pb::UpdateEmailsRequest request;
    request.set_if_state(before);
    auto& move = *request.add_updates();
    move.set_email_id(a);
    move.mutable_mailboxes()->add_mailbox_ids(account.archive);
    move.mutable_flags()->add_flags("$Done");
    request.add_updates()->set_email_id("nonsense");
    auto& gone = *request.add_updates();
    gone.set_email_id(b);
    gone.set_destroy(true);
    const auto reply = account.ask(&pb::StoreService::Stub::UpdateEmails, request);
    REQUIRE(account.status.ok());
    REQUIRE(reply.results_size() == 3);
    CHECK(reply.results(0).code() == 0);
    CHECK(reply.results(1).code() == static_cast<int>(grpc::StatusCode::NOT_FOUND));
    CHECK(reply.results(2).code() == 0);
    CHECK(reply.old_state() == before);
    CHECK(list(account.get({a}).emails(0).mailbox_ids()) == Ids{account.archive});
    (void)account.ask(&pb::StoreService::Stub::UpdateEmails, request);
    CHECK(account.status.error_code() == grpc::StatusCode::FAILED_PRECONDITION);

    const auto emails = account.changes(pb::GetChangesRequest::EMAIL, before);
    CHECK(list(emails.updated()) == Ids{a});
    CHECK(list(emails.destroyed()) == Ids{b});
    CHECK(emails.new_state() == reply.new_state());
    CHECK_FALSE(emails.has_more());
    const auto first = account.changes(pb::GetChangesRequest::EMAIL, before, 1);
    CHECK(first.has_more());
    const auto threads = account.changes(pb::GetChangesRequest::THREAD, before);
    CHECK(threads.destroyed_size() == 1);
    const auto boxes = account.changes(pb::GetChangesRequest::MAILBOX, before);
    CHECK(list(boxes.updated()) == Ids{account.inbox, account.archive});
    CHECK(boxes.counts_only());
    (void)account.changes(pb::GetChangesRequest::EMAIL, "99999");
    CHECK(account.status.error_code() == grpc::StatusCode::OUT_OF_RANGE);
    (void)account.changes(pb::GetChangesRequest::EMAIL, "x");
    CHECK(account.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("mailboxes are made, renamed, subscribed and deleted", "[store][rpc]") {
    RpcBench bench;
    Account account(bench);
    const auto change = [&account](auto fill) {
        pb::UpdateMailboxRequest request;
        fill(request);
        return account.ask(&pb::StoreService::Stub::UpdateMailbox, request);
    };
    const auto made = change([](auto& r) { r.mutable_create()->set_name("Lists/c++"); });
    REQUIRE(account.status.ok());
    (void)change([](auto& r) { r.mutable_create()->set_name("Lists/c++"); });
    CHECK(account.status.error_code() == grpc::StatusCode::ALREADY_EXISTS);
    (void)change([](auto& r) { r.mutable_create()->set_name("Other Users/bob"); });
    CHECK(account.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    (void)change([&](auto& r) {
        r.mutable_rename()->set_mailbox_id(made.mailbox_id());
        r.mutable_rename()->set_name("cpp");
    });
    CHECK(account.status.ok());
    (void)change([](auto& r) {
        r.mutable_subscribe()->set_name("cpp");
        r.mutable_subscribe()->set_on(true);
    });
    bool found = false;
    for (const auto& mailbox : account.mailboxes().mailboxes()) {
        if (mailbox.id() == made.mailbox_id()) found = mailbox.name() == "cpp" && mailbox.subscribed();
    }
    CHECK(found);
    (void)account.email("Subject: x", {made.mailbox_id()}, 1'000);
    const auto remove = [&](bool with_emails) {
        (void)change([&](auto& r) {
            r.mutable_delete_()->set_mailbox_id(made.mailbox_id());
            r.mutable_delete_()->set_with_emails(with_emails);
        });
        return account.status.error_code();
    };
    CHECK(remove(false) == grpc::StatusCode::FAILED_PRECONDITION);
    CHECK(remove(true) == grpc::StatusCode::OK);
    CHECK(remove(true) == grpc::StatusCode::NOT_FOUND);
    (void)change([](auto&) {});
    CHECK(account.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}
