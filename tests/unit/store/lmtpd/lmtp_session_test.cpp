#include <filesystem>

#include "store/lmtpd/commands.h"
#include "store/lmtpd/lmtp_service.h"
#include "store/mailbox/user_store.h"
#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using namespace helio::store;

namespace {

/// A relay that says everything at once and reads what comes back until the server hangs up.
class Relay {
public:
    explicit Relay(lmtp::LmtpConfig config = {}, StoreConfig store_config = {}, storage::SpoolLimits limits = {})
        : fixture(std::move(store_config)), spool(in_folder(std::move(limits), folder)) {
        config.hostname = "store.example.test";
        if (config.plain_from.empty()) config.plain_from.push_back(net::Network::parse("0.0.0.0/0").value());
        service = std::make_unique<lmtp::LmtpService>(fixture.store, nullptr, nullptr, std::move(config), spool,
                                                      fixture.log, fixture.metrics, fixture.clock);
    }

    /// In pieces of `piece` bytes.
    std::string talk(const std::string& script, std::size_t piece = SIZE_MAX) {
        std::string heard;
        worker.run_until_done(dialogue(*this, script, piece, heard));
        return heard;
    }

    test::TempFolder folder;
    net::Worker worker;
    test::StoreFixture fixture;
    storage::SpoolBudget spool;
    std::unique_ptr<lmtp::LmtpService> service;

private:
    static storage::SpoolLimits in_folder(storage::SpoolLimits limits, const test::TempFolder& where) {
        limits.folder = where.path();
        return limits;
    }
    static Task<> write_all(net::Wire& wire, std::string script, std::size_t piece) {
        for (std::size_t at = 0; at < script.size(); at += piece) {
            const auto part = std::string_view(script).substr(at, piece);
            const auto sent = co_await wire.write(part, net::never);
            if (!sent) co_return;
        }
        wire.transport().shutdown_write();
    }
    static Task<> dialogue(Relay& relay, std::string script, std::size_t piece, std::string& heard) {
        auto pair = net::memory_pair(1 << 20);
        net::SessionSet sessions{net::SessionLimits{}};
        net::Wire client(std::move(pair.client));
        bool served = false;
        net::Connection connection{net::Wire(std::move(pair.server)), {}, {}, "s1", "lmtp", {}};
        base::start(relay.service->serve(std::move(connection)), [&served](std::exception_ptr) { served = true; });
        co_await write_all(client, std::move(script), piece);
        for (;;) {
            const auto more =
                co_await client.read_some(64 * 1024, std::chrono::steady_clock::now() + std::chrono::seconds(20));
            if (!more) break;
            heard += *more;
        }
        (void)served;
    }
};

MailboxId inbox_of(Relay& relay, const std::string& user) {
    return MailboxId::of(relay.fixture.store.find_user(user).value(), 0);
}

std::string text_of(Relay& relay, MailboxId mailbox, Uid uid) {
    const auto body = relay.fixture.store.open_body(relay.fixture.message(mailbox, uid).body).value();
    std::string text;
    REQUIRE_OK(body->read(0, body->size(), text));
    return text;
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

const std::string start = "LHLO relay.example.test\r\nMAIL FROM:<bob@elsewhere.test>\r\n";

}  // namespace

TEST_CASE("LMTP announces what it can", "[store][lmtp]") {
    Relay relay;
    const auto heard = relay.talk("LHLO relay\r\nNOOP\r\nVRFY x\r\nHELO x\r\nQUIT\r\n");
    CHECK(heard.starts_with("220 store.example.test LMTP"));
    for (const auto* word :
         {"PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", "CHUNKING", "SIZE 104857600", "XDELIVERY"}) {
        CAPTURE(word);
        CHECK(heard.find(word) != std::string::npos);
    }
    CHECK(heard.find("STARTTLS") == std::string::npos);
    CHECK(heard.find("500 5.5.2") != std::string::npos);
    CHECK(heard.find("221 2.0.0") != std::string::npos);
}

TEST_CASE("two recipients get one answer each after one durable change", "[store][lmtp]") {
    for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
        Relay relay;
        const auto heard = relay.talk(start +
                                          "RCPT TO:<alice@example.test> XTRACE=t1\r\nRCPT TO:<Carol@example.test>\r\n"
                                          "DATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
                                      piece);
        CHECK(count(heard, "250 2.0.0 <") == 2);
        CHECK(relay.fixture.partition->bodies() == 1);
        CHECK(relay.fixture.partition->submits() == 1);
        const auto text = text_of(relay, inbox_of(relay, "carol@example.test"), Uid{1});
        CHECK(text.starts_with("Return-Path: <bob@elsewhere.test>\r\nReceived: from relay.example.test"));
        CHECK(text.ends_with("Subject: x\r\n\r\n.dot\r\n"));
        CHECK(text.find("Delivered-To") == std::string::npos);
    }
}

TEST_CASE("one recipient is named in the trace fields", "[store][lmtp]") {
    Relay relay;
    (void)relay.talk("LHLO r\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nx\r\n.\r\n");
    const auto text = text_of(relay, inbox_of(relay, "alice@example.test"), Uid{1});
    CHECK(text.starts_with("Return-Path: <>\r\nDelivered-To: alice@example.test\r\nReceived: "));
}

TEST_CASE("over quota is a temporary refusal in the time of grace", "[store][lmtp][quota]") {
    StoreConfig config;
    config.quota.grace = std::chrono::hours(1);
    Relay relay({}, config);
    const auto script = start + "RCPT TO:<bob@example.test> XQUOTABYTES=10\r\nDATA\r\nx\r\n.\r\n";
    CHECK(relay.talk(script).find("452 4.2.2") != std::string::npos);
    relay.fixture.clock.advance(std::chrono::hours(1));
    CHECK(relay.talk(script).find("552 5.2.2") != std::string::npos);
}

TEST_CASE("XDELIVERY names folder, flags, quota and the delivery id", "[store][lmtp]") {
    StoreConfig config;
    config.quota.grace = {};
    Relay relay({}, config);
    const auto heard = relay.talk(
        start +
        "RCPT TO:<alice@example.test> XDELIVERYID=q1 XFOLDER=lists/c+2B+2B XFLAGS=\\Seen+20$Work\r\n"
        "RCPT TO:<bob@example.test> XQUOTABYTES=10\r\nRCPT TO:<carol@example.test> XQUOTABYTES=10 XNOQUOTA\r\n"
        "RCPT TO:<dave@example.test> XFOLDER=+ZZ\r\nRCPT TO:<dave@example.test> XWHAT=1\r\n"
        "DATA\r\nx\r\n.\r\n"
        "MAIL FROM:<bob@elsewhere.test>\r\nRCPT TO:<alice@example.test> XDELIVERYID=q1\r\nDATA\r\nx\r\n.\r\n");
    CHECK(heard.find("552 5.2.2") != std::string::npos);
    CHECK(count(heard, "250 2.0.0 <") == 3);
    CHECK(heard.find("501 5.5.4") != std::string::npos);
    CHECK(heard.find("555 5.5.4") != std::string::npos);
    CHECK(heard.find("delivered before") != std::string::npos);
    const auto alice = relay.fixture.store.find_user("alice@example.test").value();
    const auto folder = relay.fixture.store.find_mailbox(alice, "lists/c++").value();
    CHECK(relay.fixture.message(folder.id, Uid{1}).flags.has(Flag::seen));
    CHECK(relay.fixture.store.status(folder.id)->messages == 1);
}

TEST_CASE("a folder that the sender names takes mail only where strangers may post", "[store][lmtp][acl]") {
    lmtp::LmtpConfig config;
    config.recipient_delimiter = "+";
    Relay relay(config);
    auto& fixture = relay.fixture;
    const auto alice = fixture.user();
    UserStore store(fixture.store, alice, "alice@example.test");
    const auto make = [&](const std::string& name, const std::string& who, const std::string& rights) {
        const auto id = test::wait(store.create_mailbox(name)).value().id;
        if (!who.empty()) {
            REQUIRE_OK(test::wait(store.set_acl(id, who, AclAction::replace, parse_rights(rights).value())));
        }
        return id;
    };
    const auto open = make("Lists", "anyone", "p");
    const auto mailed = make("In/News", "anonymous", "p");
    const auto closed = make("Closed", "anyone", "lrswi");
    const auto bobs = make("Bobs", "bob", "p");
    const auto messages = [&](MailboxId id) { return fixture.store.status(id)->messages; };
    const auto send = [&](const std::string& rcpt) {
        return relay.talk(start + "RCPT TO:" + rcpt + "\r\nDATA\r\nx\r\n.\r\n");
    };
    const auto inbox = MailboxId::of(alice, 0);
    CHECK(count(send("<alice+Lists@example.test>"), "250 2.0.0") == 1);
    CHECK(count(send("<alice@example.test> XFOLDER=Lists XPOST"), "250 2.0.0") == 1);
    CHECK(count(send("<alice+In/News@example.test>"), "250 2.0.0") == 1);
    CHECK(messages(open) == 2);
    CHECK(messages(mailed) == 1);
    CHECK(messages(inbox) == 0);
    for (const auto* rcpt : {"<alice+Closed@example.test>", "<alice+Bobs@example.test>", "<alice+Nowhere@example.test>",
                             "<alice@example.test> XFOLDER=Closed XPOST", "<alice+@example.test>"}) {
        CAPTURE(rcpt);
        const auto before = messages(inbox);
        CHECK(count(send(rcpt), "250 2.0.0") == 1);
        CHECK(messages(inbox) == before + 1);
    }
    CHECK_FALSE(fixture.store.find_mailbox(alice, "Nowhere"));
    // The user's own choice needs no right.
    CHECK(count(send("<alice@example.test> XFOLDER=Closed"), "250 2.0.0") == 1);
    CHECK(messages(closed) == 1);
    CHECK(messages(bobs) == 0);
    CHECK(count(send("<alice@example.test> XPOST=1"), "501 5.5.4") == 1);
    // A user of that very name comes first.
    (void)fixture.user("alice+lists@example.test");
    CHECK(count(send("<alice+Lists@example.test>"), "250 2.0.0") == 1);
    CHECK(messages(inbox_of(relay, "alice+lists@example.test")) == 1);
    CHECK(messages(open) == 2);
}

TEST_CASE("a user and a folder that the sender names get a copy each, also when it is repeated", "[store][lmtp]") {
    Relay relay;
    auto& fixture = relay.fixture;
    const auto alice = fixture.user();
    UserStore store(fixture.store, alice, "alice@example.test");
    const auto lists = test::wait(store.create_mailbox("Lists")).value().id;
    REQUIRE_OK(test::wait(store.set_acl(lists, "anyone", AclAction::replace, parse_rights("p").value())));
    const auto script = start +
                        "RCPT TO:<alice@example.test> XDELIVERYID=q7\r\n"
                        "RCPT TO:<alice@example.test> XDELIVERYID=q7 XFOLDER=Lists XPOST\r\nDATA\r\nx\r\n.\r\n";
    CHECK(count(relay.talk(script), "delivered before") == 0);
    CHECK(count(relay.talk(script), "delivered before") == 2);
    CHECK(fixture.store.status(lists)->messages == 1);
    CHECK(fixture.store.status(MailboxId::of(alice, 0))->messages == 1);
}

TEST_CASE("mail for a public folder is posted or refused, and never lands in an INBOX that nobody reads",
          "[store][lmtp][acl]") {
    Relay relay;
    auto& fixture = relay.fixture;
    const auto owner = fixture.user("public@example.test");
    UserStore store(fixture.store, owner, "public@example.test");
    const auto news = test::wait(store.create_mailbox("News")).value().id;
    const auto rcpt = start + "RCPT TO:<public@example.test> XFOLDER=News XPOST\r\nDATA\r\nx\r\n.\r\n";
    CHECK(count(relay.talk(rcpt), "550 5.7.1") == 1);
    REQUIRE_OK(test::wait(store.set_acl(news, "anyone", AclAction::replace, parse_rights("lrp").value())));
    CHECK(count(relay.talk(rcpt), "250 2.0.0") == 1);
    REQUIRE_OK(test::wait(store.set_acl(news, "-anonymous", AclAction::replace, parse_rights("p").value())));
    CHECK(count(relay.talk(rcpt), "550 5.7.1") == 1);
    CHECK(fixture.store.status(news)->messages == 1);
    CHECK(fixture.store.status(MailboxId::of(owner, 0))->messages == 0);
    // Without a folder he is a user like others.
    CHECK(count(relay.talk(start + "RCPT TO:<public@example.test>\r\nDATA\r\nx\r\n.\r\n"), "250 2.0.0") == 1);
}

TEST_CASE("BDAT chunks make one message, byte for byte", "[store][lmtp]") {
    for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
        Relay relay;
        const auto heard = relay.talk(start +
                                          "RCPT TO:<alice@example.test>\r\nBDAT 6\r\nab\r\n.\rBDAT 5 LAST\r\n\ncd\r\n"
                                          "BDAT 3\r\nxyzQUIT\r\n",
                                      piece);
        CHECK(heard.find("250 2.0.0 6 bytes received") != std::string::npos);
        CHECK(heard.find("503 5.5.1") != std::string::npos);
        CHECK(heard.find("221 2.0.0") != std::string::npos);
        CHECK(text_of(relay, inbox_of(relay, "alice@example.test"), Uid{1}).ends_with("ab\r\n.\r\ncd\r\n"));
    }
}

TEST_CASE("a message at the size limit is taken, one byte more is refused to each", "[store][lmtp]") {
    lmtp::LmtpConfig config;
    config.message_bytes = 1000;
    Relay relay(config);
    const auto recipients = std::string("RCPT TO:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n");
    const std::string fits(998, 'x');
    auto heard = relay.talk(start + recipients + "DATA\r\n" + fits + "\r\n.\r\n");
    CHECK(count(heard, "250 2.0.0 <") == 2);
    heard = relay.talk(start + recipients + "DATA\r\n" + fits + "x\r\n.\r\nNOOP\r\n");
    CHECK(count(heard, "552 5.3.4") == 2);
    heard = relay.talk("LHLO r\r\nMAIL FROM:<> SIZE=1001\r\nMAIL FROM:<> SIZE=1000\r\n");
    CHECK(count(heard, "552 5.3.4") == 1);
    CHECK(count(heard, "250 2.1.0") == 1);
    heard = relay.talk(start + recipients + "BDAT 1001 LAST\r\n" + std::string(1001, 'y'));
    CHECK(count(heard, "552 5.3.4") == 2);
}

TEST_CASE("a large text goes to a file, and past the budget to nobody", "[store][lmtp]") {
    Relay relay({}, {}, {.folder = {}, .message_memory_bytes = 1000, .file_bytes = 200'000});
    const auto text = [](std::size_t lines) {
        std::string out;
        for (std::size_t i = 0; i < lines; ++i) out += std::to_string(i) + std::string(92, 'x') + "\r\n";
        return out;
    };
    auto heard = relay.talk(start + "RCPT TO:<a@x.test>\r\nDATA\r\n" + text(1500) + ".\r\n");
    CHECK(heard.find("250 2.0.0 <") != std::string::npos);
    CHECK(text_of(relay, inbox_of(relay, "a@x.test"), Uid{1}).ends_with(text(1500)));
    heard = relay.talk(start + "RCPT TO:<a@x.test>\r\nDATA\r\n" + text(2500) + ".\r\nNOOP\r\n");
    CHECK(heard.find("452 4.3.1") != std::string::npos);
    CHECK(heard.find("250 2.0.0 ok") != std::string::npos);
    CHECK(std::filesystem::is_empty(relay.folder.path()));
}

TEST_CASE("the store's troubles are temporary for the relay", "[store][lmtp]") {
    Relay relay;
    const auto script = start + "RCPT TO:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n";
    relay.fixture.partition->refuse_with(Error{storage::errc::no_space, ""});
    CHECK(count(relay.talk(script), "452 4.3.1") == 2);
    relay.fixture.partition->refuse_with(Error{storage::errc::io, ""});
    CHECK(count(relay.talk(script), "451 4.3.0") == 2);
    relay.fixture.partition->refuse_with(Error{storage::errc::stopped, ""});
    const auto heard = relay.talk(script);
    CHECK(heard.ends_with("354 end the message with <CRLF>.<CRLF>\r\n"));
}

TEST_CASE("who is not listed may not deliver", "[store][lmtp]") {
    lmtp::LmtpConfig config;
    config.plain_from.push_back(net::Network::parse("10.0.0.0/8").value());
    Relay relay(config);
    const auto heard = relay.talk(start + "RCPT TO:<a@x.test>\r\n");
    CHECK(heard.find("550 5.7.1") != std::string::npos);
    CHECK(heard.find("503 5.5.1") != std::string::npos);
}

TEST_CASE("garbage is answered and bounded", "[store][lmtp]") {
    lmtp::LmtpConfig config;
    config.errors = 5;
    Relay relay(config);
    CHECK(relay.talk("LHLO r\r\nMAIL FROM:<a\r\nRCPT\r\nDATA\r\n" + std::string(100'000, 'x') + "\r\nQUIT\r\n")
              .find("500 5.5.2 line too long") != std::string::npos);
    CHECK(relay.talk("\x01\x02\r\nA\r\nB\r\nC\r\nD\r\nE\r\nQUIT\r\n").find("421 4.7.0") != std::string::npos);
    CHECK(relay.talk("LHLO r\nQUIT\r\n").find("500 5.5.2") != std::string::npos);
    config.recipients = 2;
    Relay few(config);
    CHECK(few.talk(start + "RCPT TO:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nRCPT TO:<c@x.test>\r\n").find("452 4.5.3") !=
          std::string::npos);
}
