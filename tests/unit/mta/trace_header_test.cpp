#include "mta/smtpd/trace_header.h"

#include "mta/smtpd/header_check.h"
#include "tests/support/catch.h"

using namespace helio;

TEST_CASE("the header is judged the same however it is cut", "[mta][smtpd]") {
    const std::string text =
        "received: a\r\nReceived: b\r\n Date: folded\r\nX-Received: c\r\nMESSAGE-ID: <x>\r\n\r\nReceived: "
        "body\r\nDate: x\r\n";
    for (const std::size_t step : {1u, 2u, 7u, 1000u}) {
        CAPTURE(step);
        mta::HeaderCheck check;
        for (std::size_t at = 0; at < text.size(); at += step) check.feed(std::string_view(text).substr(at, step));
        CHECK(check.received() == 2);
        CHECK_FALSE(check.has_date());
        CHECK(check.has_message_id());
    }
}

TEST_CASE("the Received field says how the message came", "[mta][smtpd]") {
    mta::TraceInfo info{
        "c.test", *net::Address::parse("2001:db8::1"), "mx.example.test", "id1", true, true, false, nullptr, {}, 0};
    CHECK(mta::received_field(info) ==
          "Received: from c.test ([IPv6:2001:db8::1])\r\n\tby mx.example.test with ESMTPA id id1;\r\n\tThu, 1 Jan 1970 "
          "00:00:00 +0000\r\n");
    const net::TlsInfo tls{"TLSv1.3", "TLS_AES_256_GCM_SHA384", {}, {}, {}, {}};
    info.tls = &tls;
    info.smtputf8 = true;
    CHECK(mta::received_field(info).find("with UTF8SMTPSA id id1") != std::string::npos);
    CHECK(mta::received_field(info).find("(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)") != std::string::npos);
    info.esmtp = false;
    CHECK(mta::received_field(info).find("with SMTP id") != std::string::npos);
}
