#include "common/mail/dsn.h"

#include "common/mail/header.h"
#include "common/mail/mime_scanner.h"
#include "common/mail/trace.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::mail;

namespace {
Dsn bounce() {
    Dsn dsn;
    dsn.reporting_mta = "mx.example.test";
    dsn.message_id = "<1@mx.example.test>";
    dsn.boundary = "=_abc";
    dsn.to = *Address::parse("alice@example.test");
    dsn.from = "Mail Delivery System <MAILER-DAEMON@mx.example.test>";
    dsn.date = {1795296934, 0};
    dsn.arrival_date = DateTime{1795296000, 0};
    dsn.envelope_id = "e1";
    dsn.original_header = "From: alice@example.test\nSubject: hi\n there\nbroken line\n\nbody\n";
    dsn.recipients = {{.final_recipient = *Address::parse("bob@remote.test"),
                       .original_recipient = "rfc822;bob@remote.test",
                       .action = DsnAction::failed,
                       .status = {5, 1, 1},
                       .remote_mta = "mx.remote.test",
                       .diagnostic = "550 5.1.1 no such user\r\nX-Injected: yes",
                       .explanation = "The address does not exist.",
                       .last_attempt = DateTime{1795296934, 0},
                       .will_retry_until = {}}};
    return dsn;
}
}  // namespace

TEST_CASE("a DSN is a report of three parts", "[mail][dsn]") {
    const auto text = print_dsn(bounce());
    const auto tree = scan_mime(text);
    REQUIRE(tree.parts.size() == 4);
    CHECK(tree.parts[0].content_type.is("multipart", "report"));
    CHECK(tree.parts[1].content_type.is("text", "plain"));
    CHECK(tree.parts[2].content_type.is("message", "delivery-status"));
    CHECK(tree.parts[3].content_type.is("text", "rfc822-headers"));
    CHECK(text.substr(tree.parts[2].body_offset, tree.parts[2].body_bytes) ==
          "Original-Envelope-Id: e1\r\nReporting-MTA: dns; mx.example.test\r\n"
          "Arrival-Date: Sat, 21 Nov 2026 21:20:00 +0000\r\n\r\n"
          "Original-Recipient: rfc822;bob@remote.test\r\nFinal-Recipient: rfc822; bob@remote.test\r\nAction: failed\r\n"
          "Status: 5.1.1\r\nRemote-MTA: dns; mx.remote.test\r\n"
          "Diagnostic-Code: smtp; 550 5.1.1 no such user  X-Injected: yes\r\n"
          "Last-Attempt-Date: Sat, 21 Nov 2026 21:35:34 +0000\r\n");
    CHECK(text.substr(tree.parts[3].body_offset, tree.parts[3].body_bytes) ==
          "From: alice@example.test\r\nSubject: hi\r\n there\r\n");
    CHECK(find_field(text, "Subject") == "Undelivered mail returned to sender");
    CHECK(find_field(text, "To") == "alice@example.test");
    CHECK(text.find("X-Injected") != std::string::npos);
    CHECK(text.find("\nX-Injected") == std::string::npos);
}

TEST_CASE("a DSN about a non-ASCII address has the parts of RFC 6533", "[mail][dsn]") {
    auto dsn = bounce();
    dsn.recipients[0].final_recipient = *Address::parse("grün@remote.test");
    const auto text = print_dsn(dsn);
    const auto tree = scan_mime(text);
    CHECK(dsn.needs_smtputf8());
    CHECK(tree.parts[2].content_type.is("message", "global-delivery-status"));
    CHECK(tree.parts[3].content_type.is("message", "global-headers"));
    CHECK(text.find("Final-Recipient: utf-8; grün@remote.test\r\n") != std::string::npos);
}

TEST_CASE("a delay says until when it will be retried", "[mail][dsn]") {
    auto dsn = bounce();
    dsn.recipients[0].action = DsnAction::delayed;
    dsn.recipients[0].status = {4, 4, 1};
    dsn.recipients[0].will_retry_until = DateTime{1795300000, 0};
    const auto text = print_dsn(dsn);
    CHECK(find_field(text, "Subject") == "Delayed mail (still being retried)");
    CHECK(text.find("Will-Retry-Until: Sat, 21 Nov 2026 22:26:40 +0000") != std::string::npos);
}

TEST_CASE("enhanced status codes are values", "[mail][dsn]") {
    CHECK(parse_enhanced_status("5.1.1") == EnhancedStatus{5, 1, 1});
    CHECK(parse_enhanced_status("4.999.0")->to_string() == "4.999.0");
    for (const auto* bad : {"", "5.1", "3.1.1", "5.1.1000", "5.1.x", "5.1.1 ", "5..1"})
        CHECK_FALSE(parse_enhanced_status(bad));
    CHECK(leading_enhanced_status("5.7.1 not allowed") == EnhancedStatus{5, 7, 1});
    CHECK_FALSE(leading_enhanced_status("not allowed"));
    CHECK(default_status(451).is_temporary());
    CHECK(default_status(250).is_success());
    CHECK(default_status(354).is_permanent());
}

TEST_CASE("Received: tells who, how and when, and can't be forged by a HELO", "[mail][trace]") {
    ReceivedField field{.helo = "client.test",
                        .peer_address = "192.0.2.1",
                        .peer_name = "mail.client.test",
                        .by = "mx.example.test",
                        .protocol = received_protocol(false, true, true, false, false),
                        .tls = "TLSv1.3 TLS_AES_256_GCM_SHA384",
                        .id = "q1",
                        .recipient = *Address::parse("bob@example.test"),
                        .date = {1795296934, 0}};
    CHECK(print_received(field) ==
          "Received: from client.test (mail.client.test [192.0.2.1])\r\n"
          "\t(using TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
          "\tby mx.example.test with ESMTPS id q1\r\n"
          "\tfor <bob@example.test>;\r\n\tSat, 21 Nov 2026 21:35:34 +0000\r\n");
    field = {.helo = "x) (evil\r\nX: y",
             .peer_address = "2001:db8::1",
             .peer_name = {},
             .by = "mx",
             .protocol = "SMTP",
             .tls = {},
             .id = "q2",
             .recipient = {},
             .date = {0, 0}};
    CHECK(print_received(field) ==
          "Received: from x???evil??X:?y ([IPv6:2001:db8::1])\r\n\tby mx with SMTP id q2;\r\n"
          "\tThu, 1 Jan 1970 00:00:00 +0000\r\n");
    CHECK(received_protocol(true, true, true, false, true) == "UTF8LMTPS");
    CHECK(received_protocol(false, true, true, true, false) == "ESMTPSA");
    CHECK(print_return_path({}) == "Return-Path: <>\r\n");
    CHECK(make_message_id("abc", "mx.test") == "<abc@mx.test>");
    CHECK(count_received("Received: a\r\nX: y\r\nreceived: b\r\n\r\nReceived: body\r\n") == 2);
}
