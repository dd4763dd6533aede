// The mechanisms that need a stored secret: the examples of their RFCs, GNU SASL as the client, and hostile clients.
#include <string>
#include <vector>

#include "common/base/text.h"
#include "common/sasl/apop.h"
#include "common/sasl/cram_md5.h"
#include "common/sasl/digest_md5.h"
#include "common/sasl/exchange.h"
#include "common/sasl/scram.h"
#include "tests/support/catch.h"
#include "tests/unit/common/sasl/gsasl_client.h"

using namespace helio;
using sasl::Hash;
using sasl::Outcome;
using sasl::Proof;

namespace {

sasl::StoredSecret clear(const std::string& password) {
    sasl::StoredSecret stored;
    stored.clear = base::Secret(password);
    return stored;
}

sasl::Setting our_setting() {
    return {.host = "mail.example.test",
            .endpoint_binding = "the certificate's hash",
            .exporter_binding = "thirty-two bytes of the exporter",
            .offers_plus = true,
            .salt_key = base::Secret("salt key")};
}

/// GNU SASL logs in as alice; "proved", "failed", or where it broke off.
std::string gsasl_against(const std::string& mechanism, const std::string& password, sasl::StoredSecret stored,
                          sasl::Setting setting = our_setting()) {
    std::map<Gsasl_property, std::string> properties = {{GSASL_AUTHID, "alice"},
                                                        {GSASL_PASSWORD, password},
                                                        {GSASL_SERVICE, "imap"},
                                                        {GSASL_HOSTNAME, "mail.example.test"}};
    if (mechanism.ends_with("-PLUS"))
        properties[GSASL_CB_TLS_EXPORTER] = base::base64_encode(our_setting().exporter_binding);
    test::GsaslClient client(mechanism, std::move(properties));
    auto exchange = sasl::Exchange::begin(mechanism, setting);
    if (!exchange) return "unknown";
    auto turn = exchange->start(std::nullopt);
    for (int rounds = 0; rounds < 10; ++rounds) {
        if (turn.outcome == Outcome::wants_secret) {
            CHECK(exchange->wanted_name() == "alice");
            turn = exchange->supply(stored);
        }
        if (turn.outcome != Outcome::challenge) break;
        const auto answer = client.answer(turn.challenge);
        if (!answer) return "client gave up";
        turn = exchange->respond(*answer);
    }
    if (turn.outcome != Outcome::done) return "ended: " + turn.reason;
    return exchange->take_credentials().proof == Proof::secret ? "proved" : "failed";
}

std::string scram(sasl::Scram& server, const std::vector<std::string>& messages, const sasl::StoredSecret& stored) {
    std::string said;
    for (const auto& message : messages) {
        auto step = server.step(message);
        if (step && step->wants_secret) step = server.supply(stored);
        if (!step) return "malformed: " + step.error().detail;
        if (step->done) return said + (server.take_credentials().proof == Proof::secret ? "proved" : "failed");
        said += step->challenge + "\n";
    }
    return said;
}

}  // namespace

TEST_CASE("SCRAM-SHA-1 speaks the example of RFC 5802", "[sasl]") {
    sasl::Scram server(Hash::sha1, false, {});
    server.set_nonce("3rfcNHYJY1ZVvWVs7j");
    sasl::StoredSecret stored;
    stored.sha1 = derive_keys(Hash::sha1, base::Secret("pencil"), *base::base64_decode("QSXCR+Q6sek8bf92"), 4096);
    CHECK(scram(server,
                {"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                 "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", ""},
                stored) ==
          "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096\n"
          "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=\nproved");
}

TEST_CASE("SCRAM-SHA-256 speaks the example of RFC 7677", "[sasl]") {
    sasl::Scram server(Hash::sha256, false, {});
    server.set_nonce("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    sasl::StoredSecret stored;
    stored.sha256 =
        derive_keys(Hash::sha256, base::Secret("pencil"), *base::base64_decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
    CHECK(scram(server,
                {"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                 "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                 "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                 ""},
                stored) ==
          "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096\n"
          "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=\nproved");
}

TEST_CASE("GNU SASL logs in by each mechanism with the right password only", "[sasl]") {
    for (const auto* mechanism : {"SCRAM-SHA-1", "SCRAM-SHA-256", "CRAM-MD5", "DIGEST-MD5"}) {
        CAPTURE(mechanism);
        auto setting = our_setting();
        setting.offers_plus = false;
        CHECK(gsasl_against(mechanism, "secret", clear("secret"), setting) == "proved");
        CHECK(gsasl_against(mechanism,
                            "s\xc3\xa9"
                            "cret\xe2\x82\xac",
                            clear("s\xc3\xa9"
                                  "cret\xe2\x82\xac"),
                            setting) == "proved");
        CHECK(gsasl_against(mechanism, "guess", clear("secret"), setting) == "failed");
        CHECK(gsasl_against(mechanism, "secret", {}, setting) == "failed");
    }
}

TEST_CASE("GNU SASL binds SCRAM to the TLS channel by tls-exporter", "[sasl]") {
    for (const auto* mechanism : {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"}) {
        CAPTURE(mechanism);
        CHECK(gsasl_against(mechanism, "secret", clear("secret")) == "proved");
        auto relayed = our_setting();
        relayed.exporter_binding = "somebody is in between us two...";
        CHECK(gsasl_against(mechanism, "secret", clear("secret"), relayed) == "failed");
        auto plain = our_setting();
        plain.exporter_binding.clear();
        CHECK(gsasl_against(mechanism, "secret", clear("secret"), plain).starts_with("ended: "));
    }
}

TEST_CASE("SCRAM keeps to its channel binding rules", "[sasl]") {
    const auto first = [](bool plus, const std::string& message, sasl::Setting setting = our_setting()) {
        sasl::Scram server(Hash::sha256, plus, std::move(setting));
        return server.step(message).has_value();
    };
    CHECK(first(true, "p=tls-server-end-point,,n=alice,r=abc"));
    CHECK(first(true, "p=tls-exporter,,n=alice,r=abc"));
    CHECK_FALSE(first(true, "p=tls-unique,,n=alice,r=abc"));
    CHECK_FALSE(first(true, "n,,n=alice,r=abc"));
    CHECK_FALSE(first(true, "y,,n=alice,r=abc"));
    CHECK_FALSE(first(false, "p=tls-exporter,,n=alice,r=abc"));
    CHECK(first(false, "n,,n=alice,r=abc"));
    CHECK_FALSE(first(false, "y,,n=alice,r=abc"));  // -PLUS was offered: the list was changed on the way
    CHECK(first(false, "y,,n=alice,r=abc", {}));
}

TEST_CASE("SCRAM refuses what is no first message, byte by byte and whole", "[sasl]") {
    const std::vector<std::string> bad = {"",
                                          "n",
                                          "n,",
                                          "n,,",
                                          "x,,n=alice,r=abc",
                                          "n,b=x,n=alice,r=abc",
                                          "n,,m=x,n=alice,r=abc",
                                          "n,,n=,r=abc",
                                          "n,,n=al=2cice,r=abc",
                                          "n,,n=al=ice,r=abc",
                                          "n,,n=alice",
                                          "n,,n=alice,r=",
                                          "n,,n=alice,r=a b",
                                          "n,,r=abc,n=alice",
                                          "n,,n=\xff,r=abc",
                                          "n,,n=alice,r=" + std::string(257, 'x'),
                                          "n,,n=" + std::string(513, 'x') + ",r=abc",
                                          "n,,n=alice,r=abc,x=" + std::string(4096, 'x'),
                                          "n,,n=alice,r=abc,m=x",  // must be known (RFC 5802 §5.1)
                                          "n,,n=alice,r=abc,x=1,m=x",
                                          "n,,n=alice,r=abc,foo",
                                          "n,,n=alice,r=abc,x=1,,y=2",
                                          "n,,n=alice,r=abc,=x"};
    for (const auto& message : bad) {
        CAPTURE(message);
        CHECK_FALSE(sasl::Scram(Hash::sha256, false, {}).step(message));
    }
    const std::string good = "n,a=b=2Cob,n=al=3Dice,r=abc";
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
        const bool whole_nonce = cut > good.find(",r=") + 3;
        CHECK(sasl::Scram(Hash::sha256, false, {}).step(good.substr(0, cut)).has_value() == whole_nonce);
    }
    sasl::Scram server(Hash::sha256, false, {});
    REQUIRE(server.step(good));
    const auto credentials = server.take_credentials();
    CHECK(credentials.authorization_id == "b,ob");
    CHECK(credentials.authentication_id == "al=ice");
}

TEST_CASE("SCRAM fails a wrong nonce and a wrong binding, and ends after one proof", "[sasl]") {
    const auto final_of = [](const std::string& message) {
        sasl::Scram server(Hash::sha256, false, {});
        server.set_nonce("def");
        REQUIRE(server.step("n,,n=alice,r=abc"));
        REQUIRE(server.supply(clear("secret")));
        auto step = server.step(message);
        if (!step) return std::string("malformed");
        CHECK_FALSE(server.step(message));
        return std::string(step->done ? "failed" : "goes on");
    };
    CHECK(final_of("c=biws,r=abcdef,p=AAAA") == "failed");
    CHECK(final_of("c=biws,r=abcdeg,p=" + base::base64_encode(std::string(32, 'x'))) == "failed");
    CHECK(final_of("c=eSws,r=abcdef,p=" + base::base64_encode(std::string(32, 'x'))) == "failed");
    CHECK(final_of("c=biws,r=abcdef") == "malformed");
    CHECK(final_of("c=biws,r=abcdef,x=1,p=AAAA") == "failed");
    CHECK(final_of("c=biws,r=abcdef,m=1,p=AAAA") == "malformed");
    CHECK(final_of("c=biws,r=abcdef,foo,p=AAAA") == "malformed");
    CHECK(final_of("r=abcdef,c=biws,p=AAAA") == "malformed");
    CHECK(final_of("c=biws,r=abcdef,p=%%%") == "malformed");
}

TEST_CASE("an unknown user gets the same salt each time and as many iterations as known ones", "[sasl]") {
    const auto challenge = [](const std::string& name, sasl::StoredSecret stored) {
        sasl::Scram server(Hash::sha256, false, our_setting());
        server.set_nonce("x");
        const auto step = server.step("n,,n=" + name + ",r=abc");
        REQUIRE(step);
        return server.supply(std::move(stored))->challenge;
    };
    const auto unknown = challenge("nobody", {});
    CHECK(unknown == challenge("Nobody", {}));
    CHECK(unknown != challenge("somebody", {}));
    CHECK(unknown == challenge("nobody", clear("secret")));  // as if he had a password
    CHECK(unknown.ends_with(",i=4096"));
}

TEST_CASE("CRAM-MD5 knows the example of RFC 2195", "[sasl]") {
    const auto proof_of = [](const std::string& password, const std::string& response) {
        sasl::CramMd5 server(std::string("<1896.697170952@postoffice.reston.mci.net>"));
        CHECK(server.step("")->challenge == "<1896.697170952@postoffice.reston.mci.net>");
        const auto step = server.step(response);
        if (!step) return std::string("malformed");
        CHECK(server.wanted_name() == "tim");
        REQUIRE(server.supply(clear(password)));
        return std::string(server.take_credentials().proof == Proof::secret ? "proved" : "failed");
    };
    CHECK(proof_of("tanstaaftanstaaf", "tim b913a602c7eda7a495b4e6e7334d3890") == "proved");
    CHECK(proof_of("tanstaaftanstaaf", "tim B913A602C7EDA7A495B4E6E7334D3890") == "proved");
    CHECK(proof_of("tanstaaftanstaaF", "tim b913a602c7eda7a495b4e6e7334d3890") == "failed");
    CHECK(proof_of("", "tim " + base::to_hex(hmac(Hash::md5, "", "<1896.697170952@postoffice.reston.mci.net>"))) ==
          "failed");
    for (const auto* bad : {"", "tim", "tim ", " b913a602c7eda7a495b4e6e7334d3890", "tim b913", "b913a602c7eda7a495b4"})
        CHECK(proof_of("tanstaaftanstaaf", bad) == "malformed");
    CHECK(sasl::unique_challenge("host") != sasl::unique_challenge("host"));
}

TEST_CASE("APOP knows the example of RFC 1939", "[sasl]") {
    const auto proof_of = [](const std::string& password, const std::string& argument) {
        sasl::Apop server("<1896.697170952@dbc.mtview.ca.us>");
        if (!server.step(argument)) return std::string("malformed");
        CHECK(server.wanted_name() == "mrose");
        REQUIRE(server.supply(clear(password)));
        return std::string(server.take_credentials().proof == Proof::secret ? "proved" : "failed");
    };
    CHECK(proof_of("tanstaaf", "mrose c4c9334bac560ecc979e58001b3e22fb") == "proved");
    CHECK(proof_of("tanstaag", "mrose c4c9334bac560ecc979e58001b3e22fb") == "failed");
    CHECK(proof_of("", "mrose " + base::to_hex(hash_of(Hash::md5, "<1896.697170952@dbc.mtview.ca.us>"))) == "failed");
    CHECK(proof_of("tanstaaf", "mrose") == "malformed");
    CHECK(proof_of("tanstaaf", "mrose c4c9") == "malformed");
}

TEST_CASE("DIGEST-MD5 knows the example of RFC 2831", "[sasl]") {
    sasl::DigestMd5 server({.host = "elwood.innosoft.com"});
    server.set_nonce("OA6MG9tEQGm2hh");
    CHECK(server.step("")->challenge ==
          "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",charset=utf-8,algorithm=md5-sess");
    const auto step = server.step(
        "charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",nc=00000001,"
        "cnonce=\"OA6MHXh6VqTrRk\",digest-uri=\"imap/elwood.innosoft.com\",response=d388dad90d4bbd760a152321f2143af7,"
        "qop=auth");
    REQUIRE(step);
    CHECK(server.wanted_name() == "chris");
    CHECK(server.supply(clear("secret"))->challenge == "rspauth=ea40f60335c427b5527b84dbabcdfffd");
    CHECK(server.step("")->done);
    CHECK(server.take_credentials().proof == Proof::secret);
}

TEST_CASE("DIGEST-MD5 directives parse with quotes, blanks and empty elements", "[sasl]") {
    using Directives = std::map<std::string, std::string, std::less<>>;
    CHECK(sasl::parse_directives("a=b") == Directives{{"a", "b"}});
    CHECK(sasl::parse_directives("A=\"b\\\"c,d\" ,, e = f,") == Directives{{"a", "b\"c,d"}, {"e", "f"}});
    CHECK(sasl::parse_directives("") == Directives{});
    for (const auto* bad : {"a", "a=\"b", "a=\"b\\", "=b", "a=b,a=c", "a=b c=d", "a\"b\"=c"})
        CHECK_FALSE(sasl::parse_directives(bad));
}

TEST_CASE("stored secrets come in the forms of RFC 5803, GNU SASL and plain text", "[sasl]") {
    const auto keys = derive_keys(Hash::sha256, base::Secret("secret"), "salt", 10);
    const auto in_commas = "10," + base::base64_encode(keys.salt) + "," + base::base64_encode(keys.stored_key) + "," +
                           base::base64_encode(keys.server_key);
    const auto read = [](std::string_view value) {
        sasl::StoredSecret stored;
        stored.add(value);
        return stored;
    };
    CHECK(read(print_keys(Hash::sha256, keys)).sha256 == keys);
    CHECK(read("{SCRAM-SHA-256}" + in_commas).sha256 == keys);
    CHECK(read("{scram-sha-256}" + in_commas + ",salted").sha256 == keys);
    CHECK(read("{SCRAM-SHA-256}" + print_keys(Hash::sha256, keys)).sha256 == keys);
    CHECK(read("{SCRAM-SHA-1}" + in_commas).empty());  // keys of another length
    CHECK(read("{SCRAM-SHA-256}" + in_commas.substr(0, in_commas.size() - 4)).empty());
    CHECK(read("{SCRAM-SHA-256}0" + in_commas.substr(2)).empty());
    CHECK(read("{CLEAR}{x}y").clear.equals("{x}y"));
    CHECK(read("{cleartext}y").clear.equals("y"));
    CHECK(read("pa$word").clear.equals("pa$word"));
    CHECK(read("{SSHA}abc").empty());
    CHECK(read("{CRYPT}$1$abc").empty());
    CHECK(read("MD5$abc$def").empty());
    auto both = read("{CLEAR}first");
    both.add("second");
    CHECK(both.clear.equals("first"));
}
