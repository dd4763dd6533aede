#include "common/storage/errc.h"
#include "mta/smtpd/header_check.h"
#include "mta/smtpd/trace_header.h"
#include "mta/spool/message_spool.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;

namespace {

std::string read_all(const mta::MessageSpool& spool) {
    std::string text;
    REQUIRE_OK(spool.read(0, static_cast<std::size_t>(spool.size()), text));
    return text;
}

}  // namespace

TEST_CASE("a small message stays in memory, a larger one moves to a file", "[mta][spool]") {
    const test::TempFolder folder;
    mta::SpoolBudget budget({folder.path(), 10, 100, 1000});
    {
        mta::MessageSpool spool(budget);
        REQUIRE_OK(spool.append("0123456789"));
        CHECK_FALSE(spool.in_file());
        CHECK(budget.memory_bytes() == 10);
        REQUIRE_OK(spool.append("x"));
        CHECK(spool.in_file());
        CHECK(budget.memory_bytes() == 0);
        CHECK(budget.file_bytes() == 11);
        spool.set_prefix("head:");
        CHECK(read_all(spool) == "head:0123456789x");
        std::string middle;
        REQUIRE_OK(spool.read(3, 5, middle));
        CHECK(middle == "d:012");
        std::string beyond;
        CHECK_FALSE(spool.read(10, 100, beyond).has_value());
    }
    CHECK(budget.file_bytes() == 0);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("when all memory is taken messages go to files, and when those are full too they are refused",
          "[mta][spool]") {
    const test::TempFolder folder;
    mta::SpoolBudget budget({folder.path(), 100, 15, 20});
    mta::MessageSpool first(budget);
    REQUIRE_OK(first.append("0123456789"));
    mta::MessageSpool second(budget);
    REQUIRE_OK(second.append("0123456789"));
    CHECK(second.in_file());
    REQUIRE_OK(second.append("0123456789"));
    const auto full = second.append("x");
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error().code == storage::errc::no_space);
}

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
    const net::TlsInfo tls{"TLSv1.3", "TLS_AES_256_GCM_SHA384", {}, {}};
    info.tls = &tls;
    info.smtputf8 = true;
    CHECK(mta::received_field(info).find("with UTF8SMTPSA id id1") != std::string::npos);
    CHECK(mta::received_field(info).find("(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)") != std::string::npos);
    info.esmtp = false;
    CHECK(mta::received_field(info).find("with SMTP id") != std::string::npos);
}
