#include "common/smtp/command.h"

#include "common/smtp/xtext.h"
#include "tests/support/catch.h"

using namespace helio;

TEST_CASE("a line splits into verb and argument, in any case", "[smtp]") {
    CHECK(smtp::split_command("mail FROM:<a@b.test>").verb == smtp::Verb::mail);
    CHECK(smtp::split_command("mail FROM:<a@b.test>").argument == "FROM:<a@b.test>");
    CHECK(smtp::split_command("QUIT  ").argument.empty());
    CHECK(smtp::split_command("QUITE").verb == smtp::Verb::unknown);
    CHECK(smtp::split_command("").verb == smtp::Verb::unknown);
    CHECK(smtp::split_command(" QUIT").verb == smtp::Verb::unknown);
    CHECK(smtp::split_command("GET / HTTP/1.1").verb == smtp::Verb::unknown);
}

TEST_CASE("MAIL is parsed with its parameters", "[smtp]") {
    const auto mail =
        smtp::parse_mail("FROM:<alice@Example.TEST> SIZE=1000 body=8bitmime SMTPUTF8 RET=HDRS ENVID=a+2Bb AUTH=<>");
    REQUIRE(mail.has_value());
    CHECK(mail->reverse_path.to_string() == "alice@example.test");
    CHECK(mail->parameters.size == 1000u);
    CHECK(mail->parameters.body == smtp::Body::eight_bit_mime);
    CHECK(mail->parameters.smtputf8);
    CHECK(mail->parameters.ret == smtp::Ret::headers);
    CHECK(mail->parameters.envid == "a+b");
    CHECK(mail->parameters.auth == "<>");
    CHECK(smtp::parse_mail("FROM:<>")->reverse_path.is_null());
    CHECK(smtp::parse_mail("FROM: <alice@example.test>").has_value());
    CHECK(smtp::parse_mail("FROM:<alice@example.test> XDELIVERY=1")->parameters.others.size() == 1);
}

TEST_CASE("each wrong MAIL gets its reply", "[smtp]") {
    struct Row {
        const char* argument;
        const char* reply;
    };
    const auto row = GENERATE(values<Row>({
        {"", "501 5.5.4 use MAIL FROM:<address>"},
        {"TO:<a@b.test>", "501 5.5.4 use MAIL FROM:<address>"},
        {"FROM:", "501 5.1.7 bad sender address syntax"},
        {"FROM:a@b.test", "501 5.1.7 bad sender address syntax"},
        {"FROM:<a@b.test", "501 5.1.7 bad sender address syntax"},
        {"FROM:<a@b.test>SIZE=1", "501 5.1.7 bad sender address syntax"},
        {"FROM:<a b@c.test>", "501 5.1.7 bad sender address syntax"},
        {"FROM:<a@b.test> SIZE=x", "501 5.5.4 bad value of parameter SIZE"},
        {"FROM:<a@b.test> SIZE=99999999999999999999999", "501 5.5.4 bad value of parameter SIZE"},
        {"FROM:<a@b.test> SIZE=1 SIZE=2", "501 5.5.4 parameter given twice: SIZE"},
        {"FROM:<a@b.test> BODY=9BIT", "501 5.5.4 bad value of parameter BODY"},
        {"FROM:<a@b.test> SMTPUTF8=1", "501 5.5.4 bad value of parameter SMTPUTF8"},
        {"FROM:<a@b.test> =1", "501 5.5.4 malformed parameter"},
        {"FROM:<a@b.test> X=", "501 5.5.4 malformed value of parameter X"},
        {"FROM:<a@b.test> AUTH=a+0D+0A", "501 5.5.4 bad value of parameter AUTH"},
        {"FROM:<\xC3\xA4@b.test>", "553 5.6.7 UTF-8 addresses need SMTPUTF8"},
    }));
    CAPTURE(row.argument);
    const auto mail = smtp::parse_mail(row.argument);
    REQUIRE_FALSE(mail.has_value());
    CHECK(smtp::one_line(mail.error()) == row.reply);
}

TEST_CASE("at most 32 parameters", "[smtp]") {
    std::string argument = "FROM:<>";
    for (int i = 0; i < 32; ++i) argument += " X" + std::to_string(i);
    CHECK(smtp::parse_mail(argument).has_value());
    CHECK_FALSE(smtp::parse_mail(argument + " Y").has_value());
}

TEST_CASE("RCPT is parsed with its parameters", "[smtp]") {
    const auto rcpt = smtp::parse_rcpt("TO:<\"a b\"@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+40b", false);
    REQUIRE(rcpt.has_value());
    CHECK(rcpt->recipient.local_part() == "a b");
    CHECK(rcpt->parameters.notify.success);
    CHECK(rcpt->parameters.notify.delay);
    CHECK_FALSE(rcpt->parameters.notify.failure);
    CHECK(rcpt->parameters.orcpt == "rfc822;a@b");
    CHECK(smtp::parse_rcpt("TO:<Postmaster>", false).has_value());
    CHECK(smtp::parse_rcpt("TO:<\xC3\xA4@b.test>", true).has_value());
    CHECK(smtp::parse_rcpt("TO:<\xC3\xA4@b.test>", false).error().code == 553);
    CHECK(smtp::parse_rcpt("TO:<>", false).error().code == 501);
    CHECK(smtp::parse_rcpt("TO:<a@b.test> NOTIFY=NEVER,SUCCESS", false).error().code == 501);
    CHECK(smtp::parse_rcpt("TO:<a@b.test> NOTIFY", false).error().code == 501);
    CHECK(smtp::parse_rcpt("TO:<a@b.test> ORCPT=rfc822", false).error().code == 501);
}

TEST_CASE("BDAT, AUTH and the client's name are parsed", "[smtp]") {
    CHECK(smtp::parse_bdat("12") == smtp::BdatCommand{12, false});
    CHECK(smtp::parse_bdat("0 last") == smtp::BdatCommand{0, true});
    for (const auto* wrong : {"", "x", "-1", "1 FIRST", "1 LAST 2", "18446744073709551616"}) {
        CAPTURE(wrong);
        CHECK_FALSE(smtp::parse_bdat(wrong).has_value());
    }
    CHECK(smtp::parse_auth("plain AGEAYg==")->initial_response == "AGEAYg==");
    CHECK(smtp::parse_auth("PLAIN =")->initial_response == "");
    CHECK_FALSE(smtp::parse_auth("LOGIN")->initial_response.has_value());
    CHECK_FALSE(smtp::parse_auth("").has_value());
    CHECK(smtp::parse_client_name("[127.0.0.1]") == "[127.0.0.1]");
    for (const auto* wrong : {"", "a b", "a(b)", "a\tb", "<script>"}) {
        CAPTURE(wrong);
        CHECK_FALSE(smtp::parse_client_name(wrong).has_value());
    }
}

TEST_CASE("commands print as they parse", "[smtp]") {
    for (const std::string argument :
         {"FROM:<alice@example.test> SIZE=1 BODY=8BITMIME SMTPUTF8 RET=FULL ENVID=x+2By", "FROM:<>"}) {
        const auto mail = smtp::parse_mail(argument);
        REQUIRE(mail.has_value());
        CHECK(smtp::print(*mail) == "MAIL " + argument + "\r\n");
    }
    const std::string argument = "TO:<bob@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@example.test";
    CHECK(smtp::print(*smtp::parse_rcpt(argument, false)) == "RCPT " + argument + "\r\n");
    CHECK(smtp::print(smtp::BdatCommand{7, true}) == "BDAT 7 LAST\r\n");
}

TEST_CASE("xtext decodes what it encodes and refuses the rest", "[smtp]") {
    const std::string bytes("a+b=c \r\n\xC3\xA4\0", 11);
    CHECK(smtp::xtext_decode(smtp::xtext_encode(bytes)) == bytes);
    for (const auto* wrong : {"+", "+4", "+4g", "+4a", "a b", "a=b", "\xC3\xA4"}) {
        CAPTURE(wrong);
        CHECK_FALSE(smtp::xtext_decode(wrong).has_value());
    }
}
