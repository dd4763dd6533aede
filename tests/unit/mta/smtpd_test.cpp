#include "tests/unit/mta/smtpd_fixture.h"

using namespace helio;
using test::SmtpdFixture;
using test::Step;

namespace {

const std::vector<Step> greeting = {{"", "220 mx.example.test ESMTP"}, {"EHLO c.test\r\n", "250-mx.example.test"}};

std::vector<Step> after_greeting(std::vector<Step> more) {
    auto steps = greeting;
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

}  // namespace

TEST_CASE("EHLO lists exactly what the server can do", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play({{"", "220 "},
            {"EHLO c.test\r\n",
             "250-mx.example.test\n250-PIPELINING\n250-SIZE 10000\n250-8BITMIME\n250-SMTPUTF8\n"
             "250-ENHANCEDSTATUSCODES\n250 CHUNKING"},
            {"QUIT\r\n", "221 2.0.0"}});
}

TEST_CASE("a message is taken with its envelope and a Received field", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play(after_greeting({{"MAIL FROM:<s@remote.test> SIZE=100\r\n", "250 2.1.0"},
                           {"RCPT TO:<Alice@Example.Test>\r\n", "250 2.1.5"},
                           {"DATA\r\n", "354 "},
                           {"Subject: x\r\n\r\n..dot\r\n.\r\n", "250 2.0.0 taken"},
                           {"QUIT\r\n", "221 "}}));
    REQUIRE(f.acceptor.messages.size() == 1);
    const auto& message = *f.acceptor.messages[0];
    CHECK(message.envelope.reverse_path.to_string() == "s@remote.test");
    REQUIRE(message.recipients.size() == 1);
    CHECK(message.recipients[0].destination == mta::Destination{mta::Hop::store, "store-a.example.test"});
    CHECK(message.recipients[0].next_address.to_string() == "alice@example.test");
    const auto& text = f.acceptor.texts[0];
    CHECK(text.ends_with("Subject: x\r\n\r\n.dot\r\n"));
    CHECK(text.starts_with("Received: from c.test ([192.0.2.7])\r\n\tby mx.example.test with ESMTP id " +
                           message.envelope.id));
    CHECK(text.find("for <Alice@example.test>;") != text.npos);
}

TEST_CASE("a user and folders of his are recipients of their own, each named twice is one", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play(after_greeting({{"MAIL FROM:<s@remote.test>\r\n", "250 2.1.0"},
                           {"RCPT TO:<alice@example.test>\r\n", "250 2.1.5"},
                           {"RCPT TO:<alice+Lists@example.test>\r\n", "250 2.1.5"},
                           {"RCPT TO:<ALICE+Lists@example.test>\r\n", "250 2.1.5"},
                           {"RCPT TO:<alice+Work@example.test>\r\n", "250 2.1.5"},
                           {"RCPT TO:<nobody+Lists@example.test>\r\n", "550 5.1.1"},
                           {"DATA\r\n", "354 "},
                           {"x\r\n.\r\n", "250 2.0.0 taken"},
                           {"QUIT\r\n", "221 "}}));
    REQUIRE(f.acceptor.messages.size() == 1);
    std::vector<std::string> folders;
    for (const auto& recipient : f.acceptor.messages[0]->recipients) folders.push_back(recipient.folder);
    CHECK(folders == std::vector<std::string>{"", "Lists", "Work"});
}

TEST_CASE("at the end of the daemon an idle session gets 421 at once", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play(after_greeting({{"<drain>", "421 4.3.2 mx.example.test shutting down"}, {"", "(connection closed"}}));
}

TEST_CASE("at the end of the daemon a transaction that has begun is finished first", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play(after_greeting({{"MAIL FROM:<s@remote.test>\r\n", "250 2.1.0"},
                           {"<drain>", ""},
                           {"RCPT TO:<alice@example.test>\r\n", "250 2.1.5"},
                           {"DATA\r\n", "354 "},
                           {"Subject: x\r\n\r\nx\r\n.\r\n", "250 2.0.0 taken"},
                           {"", "421 4.3.2 mx.example.test shutting down"}}));
    CHECK(f.acceptor.messages.size() == 1);
}

TEST_CASE("each command out of order is refused", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play({{"", "220 "},
            {"MAIL FROM:<>\r\n", "503 5.5.1 say EHLO first"},
            {"HELO c.test\r\n", "250 mx.example.test"},
            {"RCPT TO:<alice@example.test>\r\n", "503 5.5.1"},
            {"DATA\r\n", "503 5.5.1"},
            {"STARTTLS\r\n", "502 5.5.1"},
            {"AUTH PLAIN\r\n", "502 5.5.1"},
            {"MAIL FROM:<>\r\n", "250 2.1.0"},
            {"MAIL FROM:<>\r\n", "503 5.5.1"},
            {"DATA\r\n", "554 5.5.1 no valid recipients"},
            {"BDAT 3 LAST\r\nabc", "554 5.5.1 no valid recipients"},
            {"RSET\r\n", "250 2.0.0"},
            {"BDAT 3\r\nabc", "503 5.5.1"},
            {"XYZZY\r\n", "500 5.5.2"},
            {"VRFY alice\r\n", "252 2.5.0"},
            {"NOOP\r\n", "250 2.0.0"},
            {"QUIT\r\n", "221 "}});
}

TEST_CASE("recipients are absent, unknown, foreign or not active, each with its reply", "[mta][smtpd]") {
    SmtpdFixture f;
    f.directory.add_user("held@example.test", "x", "store-a.example.test").status = ldap::Status::hold;
    f.directory.add_user("off@example.test", "x", "store-a.example.test").status = ldap::Status::disabled;
    f.directory.add_user("idle@example.test", "x", "store-a.example.test").status = ldap::Status::inactive;
    f.directory.add_user("full@example.test", "x", "store-a.example.test").status = ldap::Status::overquota;
    f.directory.add_user("gone@example.test", "x", "store-a.example.test").status = ldap::Status::deleted;
    f.directory.add_user("lost@example.test", "x", "");
    f.play(after_greeting({{"MAIL FROM:<s@remote.test>\r\n", "250 "},
                           {"RCPT TO:<nobody@example.test>\r\n", "550 5.1.1"},
                           {"RCPT TO:<x@other.test>\r\n", "550 5.7.1 relaying denied"},
                           {"RCPT TO:<x@[192.0.2.1]>\r\n", "550 5.7.1"},
                           {"RCPT TO:<held@example.test>\r\n", "451 4.2.1"},
                           {"RCPT TO:<off@example.test>\r\n", "550 5.2.1"},
                           {"RCPT TO:<idle@example.test>\r\n", "450 4.2.1"},
                           {"RCPT TO:<full@example.test>\r\n", "452 4.2.2"},
                           {"RCPT TO:<gone@example.test>\r\n", "550 5.1.1"},
                           {"RCPT TO:<lost@example.test>\r\n", "451 4.3.5"},
                           {"RCPT TO:<postmaster>\r\n", "250 2.1.5"},
                           {"RCPT TO:<alice@example.test> NOTIFY=NEVER\r\n", "555 5.5.4"},
                           {"QUIT\r\n", "221 "}}));
    SmtpdFixture down;
    down.directory.set_down(true);
    down.play(after_greeting({{"MAIL FROM:<s@remote.test>\r\n", "250 "},
                              {"RCPT TO:<alice@example.test>\r\n", "451 4.4.3"},
                              {"QUIT\r\n", "221 "}}));
}

TEST_CASE("listed networks may relay through the inbound server", "[mta][smtpd]") {
    SmtpdFixture f;
    f.settings.relay_from = {*net::Network::parse("192.0.2.0/24")};
    f.play(after_greeting({{"MAIL FROM:<s@remote.test>\r\n", "250 "},
                           {"RCPT TO:<x@other.test>\r\n", "250 2.1.5"},
                           {"DATA\r\n", "354"},
                           {"x\r\n.\r\n", "250"},
                           {"QUIT\r\n", "221 "}}));
    REQUIRE(f.acceptor.messages.size() == 1);
    CHECK(f.acceptor.messages[0]->recipients[0].destination == mta::Destination{mta::Hop::remote, "other.test"});
}

TEST_CASE("a pipelined group is answered in order", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play(after_greeting({{"MAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\nRCPT TO:<no@example.test>\r\n"
                            "RCPT TO:<bob@example.test>\r\nDATA\r\n",
                            "250 2.1.0"},
                           {"", "250 2.1.5"},
                           {"", "550 5.1.1"},
                           {"", "250 2.1.5"},
                           {"", "354"},
                           {"x\r\n.\r\nMAIL FROM:<>\r\n", "250 2.0.0 taken"},
                           {"", "250 2.1.0"},
                           {"QUIT\r\n", "221 "}}));
    REQUIRE(f.acceptor.messages.size() == 1);
    CHECK(f.acceptor.messages[0]->recipients.size() == 2);
}

TEST_CASE("whoever does not wait for replies that matter is sent away", "[mta][smtpd]") {
    SmtpdFixture ehlo;
    ehlo.play({{"", "220 "}, {"EHLO c.test\r\nMAIL FROM:<>\r\n", "503 5.5.0"}, {"", "(connection closed"}});
    SmtpdFixture data;
    data.play(after_greeting({{"MAIL FROM:<>\r\n", "250"},
                              {"RCPT TO:<alice@example.test>\r\n", "250"},
                              {"DATA\r\nsmuggled\r\n.\r\n", "503 5.5.0"}}));
    CHECK(data.acceptor.messages.empty());
}

TEST_CASE("bare newlines are refused or normalised, and never end a message", "[mta][smtpd]") {
    const std::string text = "a: b\r\n\r\nx\n.\nMAIL FROM:<evil@x.test>\r\n.\r\n";
    SmtpdFixture refusing;
    refusing.play(after_greeting({{"MAIL FROM:<>\r\n", "250"},
                                  {"RCPT TO:<alice@example.test>\r\n", "250"},
                                  {"DATA\r\n", "354"},
                                  {text, "554 5.6.0"},
                                  {"NOOP\r\n", "250"},
                                  {"NOOP\n", "500 5.5.2"}}));
    CHECK(refusing.acceptor.messages.empty());
    SmtpdFixture normalising;
    normalising.settings.bare_newlines = smtp::BareNewlines::normalise;
    normalising.play(after_greeting({{"MAIL FROM:<>\r\n", "250"},
                                     {"RCPT TO:<alice@example.test>\r\n", "250"},
                                     {"DATA\r\n", "354"},
                                     {text, "250 2.0.0"},
                                     {"NOOP\r\n", "250"}}));
    REQUIRE(normalising.acceptor.texts.size() == 1);
    CHECK(normalising.acceptor.texts[0].ends_with("x\r\n.\r\nMAIL FROM:<evil@x.test>\r\n"));
}

TEST_CASE("BDAT takes chunks as they are", "[mta][smtpd]") {
    SmtpdFixture f;
    f.play(after_greeting({{"MAIL FROM:<a@b.test> BODY=8BITMIME\r\n", "250"},
                           {"RCPT TO:<alice@example.test>\r\n", "250"},
                           {"BDAT 6\r\na: b\r\n", "250 2.0.0 6 bytes"},
                           {"DATA\r\n", "503"},
                           {"RCPT TO:<bob@example.test>\r\n", "503"},
                           {"BDAT 7\r\n\r\n.\r\n.x", "250 2.0.0 7 bytes"},
                           {"BDAT 0 LAST\r\n", "250 2.0.0 taken"},
                           {"BDAT 2 LAST\r\nab", "503"},
                           {"BDAT x\r\n", "501 5.5.4"}}));
    REQUIRE(f.acceptor.texts.size() == 1);
    CHECK(f.acceptor.texts[0].ends_with("a: b\r\n\r\n.\r\n.x\r\n"));
    CHECK(f.acceptor.messages[0]->envelope.body == smtp::Body::eight_bit_mime);
}

TEST_CASE("the size limit holds at MAIL, in DATA and in BDAT", "[mta][smtpd]") {
    SmtpdFixture f;
    const std::string rcpt = "RCPT TO:<alice@example.test>\r\n";
    const std::string line = std::string(998, 'x') + "\r\n";
    std::string ten;
    for (int i = 0; i < 10; ++i) ten += line;
    f.play(after_greeting({{"MAIL FROM:<> SIZE=10001\r\n", "552 5.3.4"},
                           {"MAIL FROM:<> SIZE=10000\r\n", "250"},
                           {rcpt, "250"},
                           {"DATA\r\n", "354"},
                           {ten + ".\r\n", "250 2.0.0 taken"},
                           {"MAIL FROM:<>\r\n", "250"},
                           {rcpt, "250"},
                           {"DATA\r\n", "354"},
                           {ten + "y\r\n.\r\n", "552 5.3.4"},
                           {"MAIL FROM:<>\r\n", "250"},
                           {rcpt, "250"},
                           {"BDAT 10000\r\n" + ten, "250"},
                           {"BDAT 3\r\ny\r\n", "552 5.3.4"},
                           {"BDAT 0 LAST\r\n", "552 5.3.4"},
                           {"MAIL FROM:<>\r\n", "250"},
                           {rcpt, "250"},
                           {"BDAT 20001\r\n", "552 5.3.4"},
                           {"", "(connection closed"}}));
    CHECK(f.acceptor.texts.size() == 1);
}

TEST_CASE("limits on recipients, errors, messages and lines hold", "[mta][smtpd]") {
    SmtpdFixture f;
    f.settings.recipients = 1;
    f.settings.errors = 3;
    f.settings.line_bytes = 100;
    f.play(after_greeting({{"MAIL FROM:<>\r\n", "250"},
                           {"RCPT TO:<alice@example.test>\r\n", "250"},
                           {"RCPT TO:<bob@example.test>\r\n", "452 4.5.3"},
                           {"NOOP " + std::string(95, 'x') + "\r\n", "250"},
                           {"NOOP " + std::string(96, 'x') + "\r\n", "500 5.5.2 line too long"},
                           {std::string("NO\0OP\r\n", 7), "500 5.5.2"},
                           {"HOLA\r\n", "500 5.5.2"},
                           {"", "421 4.7.0"},
                           {"", "(connection closed"}}));
    SmtpdFixture busy;
    busy.settings.transactions = 1;
    busy.play(after_greeting({{"MAIL FROM:<>\r\n", "250"}, {"RSET\r\n", "250"}, {"MAIL FROM:<>\r\n", "421 4.7.0"}}));
    SmtpdFixture full;
    full.acceptor.full = true;
    full.play(after_greeting({{"MAIL FROM:<>\r\n", "452 4.3.1"}}));
}

TEST_CASE("a looping message is refused", "[mta][smtpd]") {
    SmtpdFixture f;
    f.settings.hops = 2;
    const std::string hop = "Received: from a by b\r\n\twith received: x\r\n";
    const auto send = [&](const std::string& text, const char* expect) {
        f.play(after_greeting({{"MAIL FROM:<>\r\n", "250"},
                               {"RCPT TO:<alice@example.test>\r\n", "250"},
                               {"DATA\r\n", "354"},
                               {text + "\r\n" + hop + ".\r\n", expect}}));
    };
    send(hop + hop, "250 ");
    send(hop + hop + hop, "554 5.4.6");
}

TEST_CASE("a message that fits nowhere is answered with 452", "[mta][smtpd]") {
    SmtpdFixture f;
    f.settings.message_bytes = 1'000'000;
    std::string big;
    for (int i = 0; i < 300; ++i) big += std::string(998, 'x') + "\r\n";
    f.play(after_greeting({{"MAIL FROM:<>\r\n", "250"},
                           {"RCPT TO:<alice@example.test>\r\n", "250"},
                           {"DATA\r\n", "354"},
                           {big + ".\r\n", "452 4.3.1"},
                           {"NOOP\r\n", "250"}}));
    CHECK(f.spool.memory_bytes() == 0);
    CHECK(f.spool.file_bytes() == 0);
}

TEST_CASE("submission wants AUTH and the user's own address", "[mta][smtpd]") {
    SmtpdFixture f;
    f.enable_auth();
    f.play({{"", "220 "},
            {"EHLO c.test\r\n", "250-mx.example.test"},
            {"MAIL FROM:<alice@example.test>\r\n", "530 5.7.0"},
            {"AUTH CRAM-MD5\r\n", "504 5.5.4"},
            {"AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdAB3cm9uZw==\r\n", "535 5.7.8"},
            {"AUTH PLAIN !\r\n", "501 5.5.2"},
            {"AUTH LOGIN\r\n", "334 VXNlcm5hbWU6"},
            {"*\r\n", "501 5.7.0"},
            {"AUTH PLAIN\r\n", "334 "},
            {"AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQtYWxpY2U=\r\n", "235 2.7.0"},
            {"AUTH PLAIN =\r\n", "503 5.5.1"},
            {"MAIL FROM:<bob@example.test>\r\n", "553 5.7.1"},
            {"MAIL FROM:<>\r\n", "550 5.7.1"},
            {"MAIL FROM:<alice@example.test>\r\n", "250"},
            {"RCPT TO:<x@other.test>\r\n", "250"},
            {"RCPT TO:<bob@example.test>\r\n", "250"},
            {"DATA\r\n", "354"},
            {"From: a\r\n\r\nx\r\n.\r\n", "250"},
            {"QUIT\r\n", "221"}});
    REQUIRE(f.acceptor.texts.size() == 1);
    const auto& text = f.acceptor.texts[0];
    CHECK(text.find("with ESMTPA id") != text.npos);
    CHECK(text.find("\r\nDate: ") != text.npos);
    CHECK(text.find("\r\nMessage-ID: <" + f.acceptor.messages[0]->envelope.id + "@mx.example.test>\r\n") != text.npos);
    CHECK(f.acceptor.messages[0]->recipients.size() == 2);
}

TEST_CASE("without TLS there is no AUTH unless configured", "[mta][smtpd]") {
    SmtpdFixture f;
    f.enable_auth();
    f.settings.plaintext_auth = false;
    f.play({{"", "220 "}, {"EHLO c.test\r\n", "250-mx"}, {"AUTH PLAIN AGEAYg==\r\n", "538 5.7.11"}});
}

TEST_CASE("a client that talks before the greeting is sent away", "[mta][smtpd]") {
    SmtpdFixture f;
    const auto all = f.services();
    mta::SmtpService service(all);
    auto pair = net::memory_pair();
    REQUIRE(pair.client->try_write("EHLO c.test\r\n").io == net::Io::done);
    net::Connection connection{net::Wire(std::move(pair.server)), {}, {}, "s", "smtp", {}};
    f.worker.run_until_done(service.serve(std::move(connection)));
    std::array<char, 100> bytes{};
    const auto read = pair.client->try_read(bytes);
    CHECK(std::string_view(bytes.data(), read.bytes).starts_with("554 5.5.0"));
}

TEST_CASE("text cut anywhere gives the same message", "[mta][smtpd]") {
    SmtpdFixture f;
    std::vector<Step> steps =
        after_greeting({{"MAIL FROM:<>\r\n", "250"}, {"RCPT TO:<alice@example.test>\r\n", "250"}, {"DATA\r\n", "354"}});
    const std::string text = "Subject: a\r\n\r\n..x\r\n.y\r\n.\r\n";
    for (const char c : text) steps.push_back({std::string(1, c), ""});
    steps.push_back({"", "250"});
    f.play(steps);
    REQUIRE(f.acceptor.texts.size() == 1);
    CHECK(f.acceptor.texts[0].ends_with("Subject: a\r\n\r\n.x\r\ny\r\n"));
}
