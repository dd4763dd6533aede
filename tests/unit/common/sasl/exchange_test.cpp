#include "common/sasl/exchange.h"

#include <string>
#include <vector>

#include "common/base/text.h"
#include "common/sasl/plain.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace std::string_literals;

TEST_CASE("PLAIN messages parse into their three parts", "[sasl]") {
    struct Row {
        std::string message, authorization, authentication, password;
    };
    const std::vector<Row> rows = {
        {"\0alice\0secret"s, "", "alice", "secret"},
        {"bob\0alice\0secret"s, "bob", "alice", "secret"},
        {"\0alice\0"s, "", "alice", ""},
        {"\0al\xc3\xa4\0\xe2\x82\xac"s, "", "al\xc3\xa4", "\xe2\x82\xac"},
        {"\0alice\0 with spaces "s, "", "alice", " with spaces "},
    };
    for (const auto& row : rows) {
        const auto parsed = sasl::parse_plain(row.message);
        REQUIRE_OK(parsed);
        CHECK(parsed->authorization_id == row.authorization);
        CHECK(parsed->authentication_id == row.authentication);
        CHECK(parsed->password.reveal() == row.password);
        CHECK(sasl::plain_message(row.authorization, row.authentication, parsed->password) == row.message);
    }
}

TEST_CASE("malformed PLAIN messages are refused", "[sasl]") {
    const std::vector<std::string> bad = {
        "",
        "alice",
        "\0"s,
        "\0alice"s,
        "\0\0"s,
        "\0\0secret"s,
        "bob\0\0secret"s,
        "\0alice\0sec\0ret"s,
        "\0alice\0secret\0"s,
        "\0al\xff\0secret"s,
        "\xc0\xaf\0alice\0secret"s,
        "\0alice\0\xed\xa0\x80"s,
    };
    for (const auto& message : bad) {
        INFO(base::printable(message));
        CHECK_FALSE(sasl::parse_plain(message));
    }
}

TEST_CASE("PLAIN parts are accepted at their limits and refused above", "[sasl]") {
    const std::string id(sasl::most_id_bytes, 'a');
    const std::string password(sasl::most_password_bytes, 'p');
    const auto message = [](const std::string& z, const std::string& c, const std::string& p) {
        return sasl::plain_message(z, c, base::Secret(p));
    };
    CHECK(sasl::parse_plain(message(id, id, password)));
    CHECK_FALSE(sasl::parse_plain(message(id + "a", id, password)));
    CHECK_FALSE(sasl::parse_plain(message(id, id + "a", password)));
    CHECK_FALSE(sasl::parse_plain(message(id, id, password + "p")));
}

TEST_CASE("a cut PLAIN message never yields the wrong name", "[sasl]") {
    const auto message = "zoe\0alice\0secret"s;
    for (std::size_t cut = 0; cut <= message.size(); ++cut) {
        const auto parsed = sasl::parse_plain(message.substr(0, cut));
        CHECK(parsed.has_value() == (cut >= "zoe\0alice\0"s.size()));
        if (parsed) CHECK(parsed->authentication_id == "alice");
    }
}

TEST_CASE("mechanism names are found in any case and others are unknown", "[sasl]") {
    CHECK(sasl::make_mechanism("plain"));
    CHECK(sasl::make_mechanism("Login"));
    CHECK(sasl::make_mechanism("EXTERNAL"));
    CHECK(sasl::make_mechanism("scram-sha-256-plus"));
    for (const auto& traits : sasl::all_mechanisms()) CHECK(sasl::make_mechanism(traits.name));
    CHECK_FALSE(sasl::make_mechanism("GSSAPI"));
    CHECK_FALSE(sasl::make_mechanism(""));
    CHECK_FALSE(sasl::make_mechanism("PLAIN "));
}

namespace {

/// The credentials that `lines` lead to, as "authzid/authcid/password", or the outcome.
std::string talk(std::string_view mechanism, std::optional<std::string_view> initial,
                 const std::vector<std::string>& lines) {
    auto exchange = sasl::Exchange::begin(mechanism);
    if (!exchange) return "unknown";
    auto turn = exchange->start(initial);
    for (const auto& line : lines) {
        if (turn.outcome != sasl::Outcome::challenge) break;
        turn = exchange->respond(line);
    }
    switch (turn.outcome) {
        case sasl::Outcome::challenge:
            return "challenge " + turn.challenge;
        case sasl::Outcome::wants_secret:
            return "wants secret of " + exchange->wanted_name();
        case sasl::Outcome::cancelled:
            return "cancelled";
        case sasl::Outcome::malformed:
            return "malformed";
        case sasl::Outcome::done:
            break;
    }
    const auto credentials = exchange->take_credentials();
    return credentials.authorization_id + "/" + credentials.authentication_id + "/" + credentials.password.reveal();
}

}  // namespace

TEST_CASE("a SASL exchange goes through base64, initial responses and cancellation", "[sasl]") {
    const std::string plain = base::base64_encode("\0alice\0secret"s);
    CHECK(talk("PLAIN", plain, {}) == "/alice/secret");
    CHECK(talk("PLAIN", std::nullopt, {}) == "challenge ");
    CHECK(talk("PLAIN", std::nullopt, {plain}) == "/alice/secret");
    CHECK(talk("PLAIN", "=", {}) == "malformed");
    CHECK(talk("PLAIN", "not base64!", {}) == "malformed");
    CHECK(talk("PLAIN", std::nullopt, {"*"}) == "cancelled");
    CHECK(talk("PLAIN", std::nullopt, {""}) == "malformed");
    CHECK(talk("LOGIN", std::nullopt, {}) == "challenge VXNlcm5hbWU6");
    CHECK(talk("LOGIN", std::nullopt, {"YWxpY2U="}) == "challenge UGFzc3dvcmQ6");
    CHECK(talk("LOGIN", std::nullopt, {"YWxpY2U=", "c2VjcmV0"}) == "/alice/secret");
    CHECK(talk("LOGIN", "YWxpY2U=", {"c2VjcmV0"}) == "/alice/secret");
    CHECK(talk("LOGIN", std::nullopt, {"", "c2VjcmV0"}) == "malformed");
    CHECK(talk("LOGIN", std::nullopt, {"YWxpY2U=", "*"}) == "cancelled");
    CHECK(talk("EXTERNAL", "=", {}) == "//");
    CHECK(talk("EXTERNAL", base::base64_encode("alice@example.test"), {}) == "alice@example.test//");
    CHECK(talk("EXTERNAL", std::nullopt, {""}) == "//");
    CHECK(talk("EXTERNAL", base::base64_encode("a\0b"s), {}) == "malformed");
    CHECK(talk("GSSAPI", std::nullopt, {}) == "unknown");
}

TEST_CASE("a SASL response over its limit is refused before it is decoded", "[sasl]") {
    CHECK(talk("EXTERNAL", std::string(sasl::most_response_bytes + 4, 'A'), {}) == "malformed");
}

TEST_CASE("an exchange asks for the secret of whom the client names", "[sasl]") {
    CHECK(talk("SCRAM-SHA-256", base::base64_encode("n,,n=alice,r=abc"), {}) == "wants secret of alice");
    CHECK(talk("CRAM-MD5", std::nullopt, {base::base64_encode("alice " + std::string(32, '0'))}) ==
          "wants secret of alice");
}
