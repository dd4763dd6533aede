#include "common/sasl/bearer.h"

#include <string>

#include "common/base/text.h"
#include "common/sasl/exchange.h"
#include "common/sasl/saslprep.h"
#include "tests/support/catch.h"

using namespace helio;

TEST_CASE("OAUTHBEARER messages give the token and whom to act as", "[sasl]") {
    const auto parsed = sasl::parse_oauthbearer(
        "n,a=user@example.com,\1host=server.example.com\1port=143\1auth=Bearer "
        "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
        "\1\1");
    REQUIRE(parsed);  // the example of RFC 7628 §4.1
    CHECK(parsed->authorization_id == "user@example.com");
    CHECK(parsed->authentication_id.empty());
    CHECK(parsed->password.equals("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="));
    CHECK(parsed->proof == sasl::Proof::token);
    CHECK(sasl::parse_oauthbearer("n,,\1auth=Bearer t\1\1")->authorization_id.empty());
    CHECK(sasl::parse_oauthbearer("n,a=b=2Co=3D2Cb,\1auth=bearer t\1\1")->authorization_id == "b,o=2Cb");
}

TEST_CASE("bearer messages that are none are malformed, byte by byte too", "[sasl]") {
    const std::string good = "n,a=u@example.com,\1auth=Bearer abc\1\1";
    for (std::size_t cut = 0; cut < good.size(); ++cut) CHECK_FALSE(sasl::parse_oauthbearer(good.substr(0, cut)));
    const std::string google = "user=u@example.com\1auth=Bearer abc\1\1";
    for (std::size_t cut = 0; cut < google.size(); ++cut) CHECK_FALSE(sasl::parse_xoauth2(google.substr(0, cut)));
    for (const auto* bad :
         {"p=tls-exporter,,\1auth=Bearer t\1\1", "n,a=,\1auth=Bearer t\1\1", "n,x,\1auth=Bearer t\1\1",
          "n,,\1auth=Basic t\1\1", "n,,\1auth=Bearer \1\1", "n,,\1auth=Bearer a b\1\1", "n,,\1host=x\1\1", "\1\1",
          "n,,\1auth=Bearer t\1auth=Bearer u\1\1", "n\1auth=Bearer t\1\1"}) {
        CAPTURE(bad);
        CHECK_FALSE(sasl::parse_oauthbearer(bad));
    }
    const auto token = [](std::size_t bytes) {
        return sasl::parse_oauthbearer("n,,\1auth=Bearer " + std::string(bytes, 'x') + "\1\1").has_value();
    };
    CHECK(token(sasl::most_token_bytes));
    CHECK_FALSE(token(sasl::most_token_bytes + 1));
    std::string pairs;
    for (int i = 0; i < 20; ++i) pairs += "k=v\1";
    CHECK_FALSE(sasl::parse_oauthbearer("n,,\1" + pairs + "auth=Bearer t\1\1"));
}

TEST_CASE("XOAUTH2 messages give the user and the token", "[sasl]") {
    const auto parsed = sasl::parse_xoauth2("user=someuser@example.com\1auth=Bearer ya29.vF9dft4\1\1");
    REQUIRE(parsed);
    CHECK(parsed->authorization_id == "someuser@example.com");
    CHECK(parsed->password.equals("ya29.vF9dft4"));
    CHECK_FALSE(sasl::parse_xoauth2("user=a\2b\1auth=Bearer t\1\1"));
}

TEST_CASE("a refused token is explained in JSON", "[sasl]") {
    auto exchange = sasl::Exchange::begin("OAUTHBEARER", {.discovery_url = "https://id.example.test/x"});
    REQUIRE(exchange);
    CHECK(base::base64_decode(exchange->refusal()) ==
          R"({"status":"invalid_token","openid-configuration":"https://id.example.test/x"})");
    CHECK(sasl::Exchange::begin("PLAIN")->refusal().empty());
}

TEST_CASE("SASLprep maps, normalises and prohibits as RFC 4013 section 3 shows", "[sasl]") {
    CHECK(sasl::saslprep("user") == "user");
    CHECK(sasl::saslprep("USER") == "USER");
    CHECK(sasl::saslprep("I\xc2\xadX") == "IX");
    CHECK(sasl::saslprep("\xc2\xaa") == "a");
    CHECK(sasl::saslprep("\xe2\x85\xa8") == "IX");
    CHECK_FALSE(sasl::saslprep("\x07"));
    CHECK_FALSE(sasl::saslprep("\xd8\xa7\x31"));
    CHECK_FALSE(sasl::saslprep("\xff"));
    CHECK(sasl::saslprep("a\xc2\xa0"
                         "b") == "a b");
}
