#include "common/net/tls.h"

#include <ctime>
#include <filesystem>

#include "common/net/tls_context.h"
#include "common/net/wire.h"
#include "tests/support/catch.h"
#include "tests/support/certificates.h"
#include "tests/support/run.h"

using namespace helio;
using namespace helio::net;
using namespace std::chrono_literals;

namespace {

SteadyTime soon() { return std::chrono::steady_clock::now() + 10s; }

struct Outcome {
    std::optional<Error> server;
    std::optional<Error> client;
    std::vector<std::string> client_names;  // as the server saw them
    std::vector<std::string> client_emails;
    std::string server_name;
    std::string echoed;
    std::vector<std::string> server_bindings;  // end point, exporter
    std::vector<std::string> client_bindings;
};

std::vector<std::string> bindings_of(const Transport& transport) {
    return {transport.channel_binding(ChannelBinding::server_end_point),
            transport.channel_binding(ChannelBinding::exporter)};
}

Task<> serve(Wire& wire, std::shared_ptr<const TlsContext> context, Outcome& outcome) {
    auto agreed = co_await wire.start_tls_server(context, soon());
    if (!agreed) {
        outcome.server = agreed.error();
        co_return;
    }
    outcome.client_names = wire.transport().tls()->peer_names;
    outcome.client_emails = wire.transport().tls()->peer_emails;
    outcome.server_name = wire.transport().tls()->server_name;
    outcome.server_bindings = bindings_of(wire.transport());
    auto line = co_await wire.read_line(200'000, soon());
    if (!line) {
        outcome.server = line.error();
        co_return;
    }
    const auto answer = std::string(*line) + "\r\n";
    co_await wire.write(answer, soon());
}

Task<> talk(Wire& wire, std::shared_ptr<const TlsContext> context, std::string name, std::string text,
            Outcome& outcome) {
    auto agreed = co_await wire.start_tls_client(context, std::move(name), soon());
    if (!agreed) {
        outcome.client = agreed.error();
        co_return;
    }
    outcome.client_bindings = bindings_of(wire.transport());
    co_await wire.write(text + "\r\n", soon());
    auto line = co_await wire.read_line(200'000, soon());
    if (!line)
        outcome.client = line.error();
    else
        outcome.echoed = *line;
}

Outcome meet(const TlsConfig& server, const TlsConfig& client, std::string name, std::string text = "hello") {
    Outcome outcome;
    auto pair = memory_pair(3000);  // records are split over many reads
    Wire server_wire(std::move(pair.server));
    Wire client_wire(std::move(pair.client));
    test::Workbench bench;
    bench.start(serve(server_wire, TlsContext::load(server), outcome));
    bench.start(talk(client_wire, TlsContext::load(client), std::move(name), std::move(text), outcome));
    bench.finish();
    return outcome;
}

struct Meeting {
    Outcome outcome;
    bool resumed = false;  // both ends say so
};

struct Site {
    test::Certificates certificates;
    TlsConfig server(PeerCheck check = PeerCheck::none) {
        return {.files = certificates.issue({"store-a.example.test"}),
                .by_server_name = {},
                .ca_file = certificates.ca_file(),
                .peer_check = check,
                .is_server = true};
    }
    TlsConfig client(TlsFiles files = {}) {
        return {.files = std::move(files),
                .by_server_name = {},
                .ca_file = certificates.ca_file(),
                .peer_check = PeerCheck::required,
                .is_server = false};
    }
};

Meeting talk_once(const std::shared_ptr<const TlsContext>& ours, const std::shared_ptr<const TlsContext>& theirs) {
    Meeting meeting;
    auto pair = memory_pair();
    Wire server_wire(std::move(pair.server));
    Wire client_wire(std::move(pair.client));
    test::Workbench bench;
    bench.start(serve(server_wire, theirs, meeting.outcome));
    bench.start(talk(client_wire, ours, "store-a.example.test", "hello", meeting.outcome));
    bench.finish();
    REQUIRE_FALSE(meeting.outcome.client);
    meeting.resumed = server_wire.transport().tls()->resumed && client_wire.transport().tls()->resumed;
    return meeting;
}

}  // namespace

TEST_CASE("a verified client talks to a server and is known by its certificate's names", "[net][tls]") {
    Site site;
    const auto files = site.certificates.issue({"mmp.example.test", "mmp2.example.test"});
    const std::string large(100'000, 'x');
    const auto outcome = meet(site.server(PeerCheck::required), site.client(files), "store-a.example.test", large);
    CHECK_FALSE(outcome.server);
    CHECK_FALSE(outcome.client);
    CHECK(outcome.echoed == large);
    CHECK(outcome.server_name == "store-a.example.test");
    CHECK(outcome.client_names ==
          std::vector<std::string>{"mmp.example.test", "mmp2.example.test", "mmp.example.test"});
}

TEST_CASE("a server's wrong name, foreign CA or missing client certificate end the handshake", "[net][tls]") {
    Site site;
    SECTION("the name is not in the certificate") {
        const auto outcome = meet(site.server(), site.client(), "store-b.example.test");
        REQUIRE(outcome.client);
        CHECK(outcome.client->code == errc::tls_failed);
    }
    SECTION("the CA is another") {
        Site other;
        const auto outcome = meet(other.server(), site.client(), "store-a.example.test");
        REQUIRE(outcome.client);
        CHECK(outcome.client->code == errc::tls_failed);
    }
    SECTION("the client has no certificate and the server demands one") {
        const auto outcome = meet(site.server(PeerCheck::required), site.client(), "store-a.example.test");
        CHECK(outcome.server);
        CHECK(outcome.client);
        CHECK(outcome.echoed.empty());
    }
    SECTION("the client's certificate is of a foreign CA") {
        Site other;
        const auto outcome = meet(site.server(PeerCheck::required),
                                  site.client(other.certificates.issue({"mmp.example.test"})), "store-a.example.test");
        CHECK(outcome.server);
        CHECK(outcome.echoed.empty());
    }
}

TEST_CASE("an unchecked client certificate gives no names", "[net][tls]") {
    Site site;
    const auto files = site.certificates.issue({"mmp.example.test"});
    const auto outcome = meet(site.server(PeerCheck::none), site.client(files), "store-a.example.test");
    CHECK(outcome.echoed == "hello");
    CHECK(outcome.client_names.empty());
}

TEST_CASE("both ends of a TLS connection know the same channel bindings, and no other connection does", "[net][tls]") {
    Site site;
    const auto first = meet(site.server(), site.client(), "store-a.example.test");
    REQUIRE(first.server_bindings.size() == 2);
    CHECK(first.server_bindings == first.client_bindings);
    CHECK(first.server_bindings[0].size() == 32);
    CHECK(first.server_bindings[1].size() == 32);
    const auto second = meet(site.server(), site.client(), "store-a.example.test");
    CHECK(first.server_bindings[1] != second.server_bindings[1]);
    CHECK(first.server_bindings[0] != second.server_bindings[0]);  // another certificate
    const auto plain = memory_pair();
    CHECK(bindings_of(*plain.server) == std::vector<std::string>{"", ""});
}

TEST_CASE("the mail addresses of a verified client certificate are known", "[net][tls]") {
    Site site;
    const auto files = site.certificates.issue({"alice.example.test", "Alice@Example.Test"});
    const auto outcome = meet(site.server(PeerCheck::request), site.client(files), "store-a.example.test");
    CHECK(outcome.client_emails == std::vector<std::string>{"alice@example.test"});
    const auto unchecked = meet(site.server(PeerCheck::none), site.client(files), "store-a.example.test");
    CHECK(unchecked.client_emails.empty());
}

TEST_CASE("the server chooses its certificate by the name that the client asks for", "[net][tls]") {
    Site site;
    auto server = site.server();
    server.by_server_name["imap.hosted.test"] = site.certificates.issue({"imap.hosted.test"});
    CHECK(meet(server, site.client(), "imap.hosted.test").echoed == "hello");
    CHECK(meet(server, site.client(), "store-a.example.test").echoed == "hello");
}

TEST_CASE("garbage instead of a handshake is a TLS error, silence a timeout", "[net][tls]") {
    Site site;
    auto pair = memory_pair();
    Wire wire(std::move(pair.server));
    const auto accept = [](Wire& on, std::shared_ptr<const TlsContext> context, SteadyTime until,
                           std::error_code& code) -> Task<> {
        auto agreed = co_await on.start_tls_server(context, until);
        REQUIRE_FALSE(agreed);
        code = agreed.error().code;
    };
    std::error_code code;
    SECTION("garbage") {
        pair.client->try_write("EHLO example.test\r\nMAIL FROM:<a@example.test>\r\n");
        test::run(accept(wire, TlsContext::load(site.server()), soon(), code));
        CHECK(code == errc::tls_failed);
    }
    SECTION("silence") {
        test::run(accept(wire, TlsContext::load(site.server()), std::chrono::steady_clock::now() + 1ms, code));
        CHECK(code == errc::timed_out);
    }
    SECTION("the peer leaves") {
        pair.client.reset();
        test::run(accept(wire, TlsContext::load(site.server()), soon(), code));
        CHECK(code == errc::closed);
    }
}

TEST_CASE("unusable TLS files are refused with the file's name", "[net][tls]") {
    Site site;
    auto config = site.server();
    SECTION("missing") {
        config.files.certificate = "/nonexistent/cert.pem";
        CHECK_THROWS_WITH(TlsContext::load(config), Catch::Contains("/nonexistent/cert.pem"));
    }
    SECTION("key of another certificate") {
        config.files.key = site.certificates.issue({"other.test"}).key;
        CHECK_THROWS_WITH(TlsContext::load(config), Catch::Contains(config.files.key));
    }
}

TEST_CASE("a reload takes new files and keeps the old context when they are broken", "[net][tls]") {
    Site site;
    const auto config = site.server();
    TlsSource source(config);
    const auto before = source.current();
    const auto fresh = site.certificates.issue({"store-a.example.test"});
    std::filesystem::copy_file(fresh.certificate, config.files.certificate,
                               std::filesystem::copy_options::overwrite_existing);
    CHECK_THROWS_AS(source.reload(), base::StartupError);  // the key is still the old one
    CHECK(source.current() == before);
    std::filesystem::copy_file(fresh.key, config.files.key, std::filesystem::copy_options::overwrite_existing);
    source.reload();
    CHECK(source.current() != before);
}

TEST_CASE("a client resumes its sessions, and the server still knows its certificate's names", "[net][tls]") {
    Site site;
    const auto server_config = site.server(PeerCheck::required);
    const auto client_config = site.client(site.certificates.issue({"mmp.example.test"}));
    const auto server = TlsContext::load(server_config);
    const auto client = TlsContext::load(client_config);
    auto first = talk_once(client, server);
    CHECK_FALSE(first.resumed);
    CHECK(first.outcome.client_names == std::vector<std::string>{"mmp.example.test", "mmp.example.test"});
    for (int i = 0; i < 5; ++i) {  // each resumption brings a new ticket
        const auto next = talk_once(client, server);
        CHECK(next.resumed);
        CHECK(next.outcome.client_names == first.outcome.client_names);
        CHECK(next.outcome.echoed == "hello");
    }
    // Reloaded files: the tickets of before open nothing, so that a removed CA or name counts at once.
    CHECK_FALSE(talk_once(client, TlsContext::load(server_config)).resumed);
    CHECK_FALSE(talk_once(TlsContext::load(client_config), server).resumed);
}

TEST_CASE("kept sessions are bounded and used once", "[net][tls]") {
    TlsSessionCache cache;
    CHECK(cache.take("a") == nullptr);
    for (std::size_t i = 0; i < TlsSessionCache::most_peers + 10; ++i)
        cache.keep("peer " + std::to_string(i), SslSessionPtr(SSL_SESSION_new()));
    CHECK(cache.peers() == TlsSessionCache::most_peers);
    // None of these came from a handshake: they can't be resumed, so none is given out.
    CHECK(cache.take("peer 0") == nullptr);
}

// Not run by default: unit_net "[.cost]" prints CPU milliseconds of both sides together.
TEST_CASE("what a mutual handshake costs, full and resumed", "[.cost]") {
    Site site;
    const auto server = TlsContext::load(site.server(PeerCheck::required));
    const auto client = TlsContext::load(site.client(site.certificates.issue({"mmp.example.test"})));
    const auto cpu_ms = [&](bool resume) {
        constexpr int count = 300;
        const auto before = std::clock();
        for (int i = 0; i < count; ++i) {
            while (!resume && client->impl().sessions.take("127.0.0.1:1 store-a.example.test")) continue;
            CHECK(talk_once(client, server).resumed == resume);
        }
        return 1000.0 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / count;
    };
    const auto full = cpu_ms(false);
    talk_once(client, server);
    WARN("full " << full << " ms, resumed " << cpu_ms(true) << " ms");
}
