#include "common/auth/dialogue.h"

#include <chrono>
#include <map>
#include <vector>

#include "common/auth/authenticator.h"
#include "common/base/text.h"
#include "common/dns/resolver.h"
#include "common/sasl/cram_md5.h"
#include "tests/support/catch.h"
#include "tests/support/fake_directory.h"
#include "tests/support/manual_clock.h"

using namespace helio;
using namespace std::chrono_literals;
using namespace std::string_literals;
using auth::Verdict;

namespace {

/// A TLS connection as far as authentication looks at it.
class FakeTls final : public net::Transport {
public:
    explicit FakeTls(net::TlsInfo info) : info_(std::move(info)) {}
    net::IoStep try_read(std::span<char>) override { return {net::Io::closed, 0}; }
    net::IoStep try_write(std::string_view) override { return {net::Io::closed, 0}; }
    Task<bool> wait(net::Worker::Readiness, net::SteadyTime) override { co_return false; }
    void interrupt() override {}
    void nudge() override {}
    void shutdown_write() override {}
    const net::Endpoint& peer() const override { return endpoint_; }
    const net::Endpoint& local() const override { return endpoint_; }
    const net::TlsInfo* tls() const override { return &info_; }
    std::string channel_binding(net::ChannelBinding kind) const override {
        return kind == net::ChannelBinding::exporter ? "exporter" : "end point";
    }

private:
    net::TlsInfo info_;
    net::Endpoint endpoint_;
};

/// Says that a token is good when it is "token-" and a name.
class FakeTokens final : public auth::TokenVerifier {
public:
    Task<auth::TokenVerdict> verify(base::Secret token) override {
        const auto& text = token.reveal();
        if (text == "down") co_return auth::TokenVerdict{.reason = "introspection: no answer"};
        if (!text.starts_with("token-")) co_return auth::TokenVerdict{.verdict = Verdict::rejected, .reason = "bad"};
        co_return auth::TokenVerdict{.verdict = Verdict::ok, .user = text.substr(6)};
    }
};

auth::AuthConfig everything() {
    return {.throttle = {.failures_per_address = 4, .failures_per_user = 3, .window = 60s, .delay = 0ms},
            .sasl = {.mechanisms = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL",
                                    "OAUTHBEARER", "XOAUTH2"},
                     .by_service = {{"smtp", {"PLAIN"}}},
                     .salt_key = base::Secret("salt key"),
                     .certificate = auth::CertificateName::email}};
}

struct Bench {
    explicit Bench(auth::AuthConfig config = everything())
        : authenticator(directory, std::move(config), log, metrics, clock, std::make_unique<FakeTokens>()) {
        directory.add_user("alice@example.test", "secret-alice", "store-a.example.test");
        directory.add_user("bob@example.test", "secret-bob", "store-b.example.test");
    }

    static auth::Peer peer(std::string service = "imap", bool plaintext = true) {
        return {.service = std::move(service), .client = *net::Address::parse("192.0.2.1"), .plaintext = plaintext};
    }

    /// Talks until the dialogue ends; challenges are answered by `answer`.
    auth::Login talk(std::string mechanism, std::optional<std::string> initial, auth::Peer from,
                     std::function<std::string(std::string)> answer) {
        auth::Login result{.reason = "no end"};
        worker.run_until_done(run(*this, result, mechanism, initial, from, answer));
        return result;
    }
    auth::Login talk(std::string mechanism, std::string initial, auth::Peer from = peer()) {
        return talk(std::move(mechanism), base::base64_encode(initial), std::move(from),
                    [](std::string) { return std::string("AQ=="); });
    }
    auth::Login cram(std::string name, std::string password) {
        return talk("CRAM-MD5", std::nullopt, peer(), [=](std::string challenge) {
            const auto text = *base::base64_decode(challenge);
            return base::base64_encode(name + " " + base::to_hex(hmac(sasl::Hash::md5, password, text)));
        });
    }

    static Task<> run(Bench& bench, auth::Login& into, std::string mechanism, std::optional<std::string> initial,
                      auth::Peer from, std::function<std::string(std::string)> answer) {
        auto dialogue = bench.authenticator.begin(mechanism, from);
        if (!dialogue) {
            into.reason = "not offered";
            co_return;
        }
        auto turn = co_await dialogue->start(initial);
        for (int i = 0; i < 9 && turn.outcome == sasl::Outcome::challenge; ++i) {
            bench.last_challenge = turn.challenge;
            turn = co_await dialogue->respond(answer(turn.challenge));
        }
        if (turn.outcome != sasl::Outcome::done) {
            into.reason = turn.outcome == sasl::Outcome::cancelled ? "cancelled" : "malformed";
            co_return;
        }
        auto login = co_await dialogue->finish();
        into = std::move(login);
    }

    net::Worker worker;
    test::ManualClock clock;
    test::FakeDirectory directory;
    logging::Logger log{{.level = logging::Level::error, .format = {}, .file = "/dev/null"}, "test"};
    base::Registry metrics;
    std::string last_challenge;
    auth::Authenticator authenticator;
};

std::string plain(std::string acting, std::string name, std::string password) {
    return acting + "\0"s + name + "\0"s + password;
}

}  // namespace

TEST_CASE("what is offered depends on TLS, the service, certificates and the site's list", "[auth][sasl]") {
    Bench bench;
    CHECK(bench.authenticator.offered(Bench::peer(), " ") == " SCRAM-SHA-256 OAUTHBEARER XOAUTH2 CRAM-MD5 PLAIN LOGIN");
    CHECK(bench.authenticator.offered(Bench::peer("imap", false), " ") == " SCRAM-SHA-256 CRAM-MD5");
    CHECK(bench.authenticator.offered(Bench::peer("smtp"), " ") == " PLAIN");
    CHECK(bench.authenticator.takes_passwords(Bench::peer()));
    CHECK_FALSE(bench.authenticator.takes_passwords(Bench::peer("imap", false)));

    const FakeTls tls({.version = "TLSv1.3",
                       .cipher = {},
                       .server_name = {},
                       .peer_names = {},
                       .peer_emails = {"alice@example.test"},
                       .peer_common_name = {}});
    auto secure = Bench::peer();
    secure.transport = &tls;
    CHECK(bench.authenticator.offered(secure, " ") ==
          " EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-256 OAUTHBEARER XOAUTH2 CRAM-MD5 PLAIN LOGIN");
    auto front_end = Bench::peer("smtp");
    front_end.front_end = "mmp.example.test";
    CHECK(bench.authenticator.offered(front_end, " ") == " EXTERNAL PLAIN");

    Bench usual({.throttle = {.delay = 0ms}});
    CHECK(usual.authenticator.offered(secure, " ") == " PLAIN LOGIN");
    CHECK(usual.authenticator.offered(Bench::peer("imap", false)).empty());
}

TEST_CASE("PLAIN proves by the directory and acts as nobody else", "[auth][sasl]") {
    Bench bench;
    const auto login = bench.talk("PLAIN", plain("", "alice", "secret-alice"));
    CHECK(login.verdict == Verdict::ok);
    CHECK(login.name == "alice@example.test");
    CHECK(bench.talk("PLAIN", plain("alice@example.test", "alice", "secret-alice")).verdict == Verdict::ok);
    const auto as_bob = bench.talk("PLAIN", plain("bob@example.test", "alice", "secret-alice"));
    CHECK(as_bob.verdict == Verdict::forbidden);
    CHECK_FALSE(as_bob.user);
    CHECK(bench.talk("PLAIN", plain("bob@example.test", "alice", "wrong")).verdict == Verdict::rejected);
    CHECK(bench.talk("PLAIN", "no message").reason == "malformed");
    CHECK(bench.talk("PLAIN", std::nullopt, Bench::peer(), [](std::string) { return "*"; }).reason == "cancelled");
}

TEST_CASE("a front end speaks for its users without a password, nobody else does", "[auth][sasl]") {
    Bench bench;
    auto front_end = Bench::peer();
    front_end.front_end = "mmp.example.test";
    const auto login = bench.talk("PLAIN", plain("bob@example.test", "mmp", ""), front_end);
    CHECK(login.verdict == Verdict::ok);
    CHECK(login.by_front_end);
    CHECK(login.name == "bob@example.test");
    CHECK(bench.talk("EXTERNAL", "bob@example.test", front_end).by_front_end);
    CHECK(bench.talk("EXTERNAL", "", front_end).verdict == Verdict::forbidden);  // it names nobody
    CHECK(bench.directory.questions() == 0);
    CHECK(bench.talk("PLAIN", plain("bob@example.test", "mmp", "")).verdict == Verdict::rejected);
    CHECK(bench.talk("EXTERNAL", "bob@example.test").reason == "not offered");
}

TEST_CASE("CRAM-MD5 proves by the stored password, and unknown users fail alike", "[auth][sasl]") {
    Bench bench;
    CHECK(bench.cram("alice", "secret-alice").name == "alice@example.test");
    const auto wrong = bench.cram("alice", "guess");
    const auto unknown = bench.cram("nobody", "guess");
    CHECK(wrong.verdict == Verdict::rejected);
    CHECK(wrong.reason == "wrong password");
    CHECK(unknown.verdict == Verdict::rejected);
    CHECK(unknown.reason == "no such user");
    auto& carol = bench.directory.add_user("carol@example.test", "c", "store-a.example.test");
    bench.directory.set_stored(carol, "{SSHA}abcdef");
    CHECK(bench.cram("carol", "c").reason == "no secret in the directory");
    CHECK(bench.cram("carol", "").verdict == Verdict::rejected);
    carol.status = ldap::Status::disabled;
    bench.directory.set_stored(carol, "{CLEAR}c");
    bench.clock.advance(61s);
    CHECK(bench.cram("carol", "c").reason == "status disabled");
    bench.directory.set_down(true);
    CHECK(bench.cram("alice", "secret-alice").verdict == Verdict::unavailable);
}

TEST_CASE("failed challenges are throttled as passwords are, under all names of the user", "[auth][sasl]") {
    Bench bench;
    CHECK(bench.cram("alice", "1").verdict == Verdict::rejected);
    CHECK(bench.cram("alice@example.test", "2").verdict == Verdict::rejected);
    CHECK(bench.cram("ALICE", "3").verdict == Verdict::rejected);
    CHECK(bench.cram("alice", "secret-alice").verdict == Verdict::throttled);
    CHECK(bench.talk("PLAIN", plain("", "alice@example.test", "secret-alice")).verdict == Verdict::throttled);
    bench.clock.advance(61s);
    CHECK(bench.cram("alice", "secret-alice").verdict == Verdict::ok);
}

TEST_CASE("a certificate's mail address logs its user in", "[auth][sasl]") {
    Bench bench;
    net::TlsInfo info;
    info.peer_emails = {"stranger@elsewhere.test", "alice@example.test"};
    info.peer_common_name = "bob";
    const FakeTls tls(info);
    auto from = Bench::peer();
    from.transport = &tls;
    CHECK(bench.talk("EXTERNAL", "", from).name == "alice@example.test");
    CHECK(bench.talk("EXTERNAL", "alice@example.test", from).verdict == Verdict::ok);
    CHECK(bench.talk("EXTERNAL", "bob@example.test", from).verdict == Verdict::forbidden);

    auto by_name = everything();
    by_name.sasl.certificate = auth::CertificateName::common_name;
    Bench other(by_name);
    CHECK(other.talk("EXTERNAL", "", from).name == "bob@example.test");

    info.peer_emails = {"stranger@elsewhere.test"};
    const FakeTls strange(info);
    from.transport = &strange;
    CHECK(bench.talk("EXTERNAL", "", from).reason == "certificate names no user");
    info.peer_emails.clear();
    const FakeTls nameless(info);
    from.transport = &nameless;
    CHECK(bench.talk("EXTERNAL", "", from).reason == "not offered");
}

TEST_CASE("a token logs in whom it was made out to, and a refused one is explained first", "[auth][sasl]") {
    Bench bench;
    const auto bearer = [&](const std::string& user, const std::string& token) {
        bench.last_challenge.clear();
        return bench.talk("OAUTHBEARER", "n,a=" + user + ",\1auth=Bearer " + token + "\1\1");
    };
    CHECK(bearer("alice@example.test", "token-alice").name == "alice@example.test");
    CHECK(bench.last_challenge.empty());
    CHECK(bearer("bob@example.test", "token-alice").verdict == Verdict::forbidden);
    CHECK(bearer("alice@example.test", "forged").verdict == Verdict::rejected);
    CHECK(base::base64_decode(bench.last_challenge) == R"({"status":"invalid_token"})");
    CHECK(bearer("alice@example.test", "token-nobody").reason == "token of no user here");
    CHECK(bearer("alice@example.test", "down").verdict == Verdict::unavailable);
    CHECK(bench.talk("XOAUTH2", "user=alice@example.test\1auth=Bearer token-alice\1\1").verdict == Verdict::ok);
}

TEST_CASE("a refused token counts once, whether the client answers the challenge or hangs up", "[auth][sasl]") {
    Bench bench;
    const auto& rejected = bench.metrics.counter("helio_auth_logins_total", "", R"(service="imap",result="rejected")");
    const auto hang_up = [](Bench& its) -> Task<> {
        auto dialogue = its.authenticator.begin("OAUTHBEARER", Bench::peer());
        const auto token = base::base64_encode("n,a=alice@example.test,\1auth=Bearer forged\1\1");
        const auto turn = co_await dialogue->start(token);
        CHECK(turn.outcome == sasl::Outcome::challenge);
    };
    bench.worker.run_until_done(hang_up(bench));
    CHECK(rejected.value() == 1);
    bench.talk("OAUTHBEARER", "n,a=alice@example.test,\1auth=Bearer forged\1\1");
    CHECK(rejected.value() == 2);
}

TEST_CASE("APOP is there where CRAM-MD5 is", "[auth][sasl]") {
    Bench bench;
    CHECK(bench.authenticator.offers_apop(Bench::peer("pop3")));
    CHECK_FALSE(bench.authenticator.offers_apop(Bench::peer("smtp")));
    auth::Login login;
    const auto go = [](Bench& its, auth::Login& into) -> Task<> {
        auto dialogue = its.authenticator.begin_apop("<1@host>", Bench::peer("pop3"));
        const auto digest = base::to_hex(hash_of(sasl::Hash::md5, "<1@host>secret-alice"));
        const auto turn = co_await dialogue->start(base::base64_encode("alice " + digest));
        CHECK(turn.outcome == sasl::Outcome::done);
        auto ended = co_await dialogue->finish();
        into = std::move(ended);
    };
    bench.worker.run_until_done(go(bench, login));
    CHECK(login.name == "alice@example.test");
}

TEST_CASE("the [sasl] table is read strictly", "[auth][sasl]") {
    const auto read = [](const char* text) {
        return auth::read_sasl_config(config::Document::parse(text, "t").root());
    };
    const auto config = read("mechanisms = [\"scram-sha-256\", \"PLAIN\"]\npop3 = [\"PLAIN\"]\ncertificate = \"cn\"\n");
    CHECK(config.of("imap") == std::vector<std::string>{"SCRAM-SHA-256", "PLAIN"});
    CHECK(config.of("pop3") == std::vector<std::string>{"PLAIN"});
    CHECK(config.certificate == auth::CertificateName::common_name);
    CHECK_THROWS_AS(read("mechanisms = [\"GSSAPI\"]"), config::ConfigError);
    CHECK_THROWS_AS(read("host = \"a b\""), config::ConfigError);
    CHECK_THROWS_AS(read("salt_key_file = \"/nonexistent\""), config::ConfigError);
    CHECK_THROWS_AS(read("iterations = 50001"), config::ConfigError);
    CHECK(read("iterations = 50000").iterations == 50'000);
}

namespace {

/// Names of addresses and addresses of names.
class FakeResolver final : public dns::Resolver {
public:
    Task<dns::Answer<dns::MxRecord>> find_mx(std::string) override { co_return dns::Answer<dns::MxRecord>{}; }
    Task<dns::Answer<std::string>> find_txt(std::string) override { co_return dns::Answer<std::string>{}; }
    Task<dns::Answer<net::Address>> find_addresses(std::string name) override {
        dns::Answer<net::Address> answer;
        answer.found = down ? dns::Found::unknown : dns::Found::absent;
        if (down || !addresses.contains(name)) co_return answer;
        answer.found = dns::Found::found;
        answer.records.push_back(*net::Address::parse(addresses[name]));
        co_return answer;
    }
    Task<dns::Answer<std::string>> find_names(net::Address address) override {
        ++asked;
        dns::Answer<std::string> answer;
        answer.found = down ? dns::Found::unknown : dns::Found::absent;
        const auto found = names.find(address.to_string());
        if (down || found == names.end()) co_return answer;
        answer.found = dns::Found::found;
        answer.records = found->second;
        co_return answer;
    }
    std::map<std::string, std::vector<std::string>> names;
    std::map<std::string, std::string> addresses;
    bool down = false;
    int asked = 0;
};

}  // namespace

TEST_CASE("an access filter by host name believes a name that leads back to the address", "[auth][access]") {
    auto config = everything();
    config.access["imap"] = *auth::AccessFilter::parse({"+imap:.office.test"});
    Bench bench(std::move(config));
    FakeResolver resolver;
    resolver.names = {{"192.0.2.1", {"other.test", "pc.office.test"}},
                      {"198.51.100.1", {"pc.office.test"}},  // its owner's lie
                      {"192.0.2.3", {"a.test", "b.test", "c.test", "d.test", "pc3.office.test"}}};
    resolver.addresses = {{"pc.office.test", "192.0.2.1"}, {"pc3.office.test", "192.0.2.3"}};
    const auto try_from = [&](std::string_view client, std::string service = "imap") {
        auto peer = Bench::peer(std::move(service));
        peer.client = *net::Address::parse(client);
        bench.clock.advance(61s);
        return bench.talk("PLAIN", plain("", "alice", "secret-alice"), peer);
    };
    CHECK(try_from("192.0.2.1").verdict == Verdict::rejected);  // nobody to ask
    bench.authenticator.ask_hosts_of(resolver);
    CHECK(try_from("192.0.2.1").verdict == Verdict::ok);
    CHECK(try_from("198.51.100.1").verdict == Verdict::rejected);
    CHECK(try_from("192.0.2.2").verdict == Verdict::rejected);
    CHECK(try_from("192.0.2.3").verdict == Verdict::rejected);  // of too many names the first four count
    resolver.down = true;
    CHECK(try_from("192.0.2.1").verdict == Verdict::unavailable);
    const auto asked = resolver.asked;
    CHECK(try_from("192.0.2.1", "pop3").verdict == Verdict::ok);
    CHECK(resolver.asked == asked);  // no filter there names a host
}

TEST_CASE("access filters of the site and of the user keep a proven client out", "[auth][access]") {
    auto config = everything();
    config.access["imap"] = *auth::AccessFilter::parse({"+imap:192.0.2.0/24"});
    Bench bench(std::move(config));
    auto& alice = bench.directory.add_user("alice@example.test", "secret-alice", "store-a.example.test");
    const auto try_from = [&](std::string service, std::string_view client) {
        auto peer = Bench::peer(std::move(service));
        peer.client = *net::Address::parse(client);
        return bench.talk("PLAIN", plain("", "alice", "secret-alice"), peer);
    };
    CHECK(try_from("imap", "192.0.2.1").verdict == Verdict::ok);
    CHECK(try_from("imap", "198.51.100.1").reason == "access filter of the site");
    CHECK(try_from("pop3", "198.51.100.1").verdict == Verdict::ok);
    alice.allowed_service_access = {"+imap:ALL$-pop:*"};
    CHECK(try_from("imap", "192.0.2.1").verdict == Verdict::ok);
    const auto denied = try_from("pop3", "198.51.100.2");
    CHECK(denied.verdict == Verdict::rejected);  // as for a wrong password
    CHECK(denied.reason == "access filter of the user or domain");
    CHECK_FALSE(denied.user);
    bench.clock.advance(61s);
    alice.allowed_service_access = {"imap"};
    CHECK(try_from("imap", "192.0.2.1").reason == "access filter can't be read");
}
