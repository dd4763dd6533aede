// An LMTP session from the first byte to the end of the daemon: STARTTLS and who is trusted after it, drain.
#include "store/lmtpd/lmtp_service.h"
#include "tests/support/certificates.h"
#include "tests/support/run.h"
#include "tests/support/store_fixture.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using namespace helio::store;

namespace {

net::SteadyTime soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

struct Site {
    Site() {
        net::TlsConfig server{.files = certificates.issue({"store-a.example.test"}),
                              .by_server_name = {},
                              .ca_file = certificates.ca_file(),
                              .peer_check = net::PeerCheck::required};
        lmtp::LmtpConfig config;
        config.hostname = "store.example.test";
        config.clients = {"mta-inbound.example.test"};
        service = std::make_unique<lmtp::LmtpService>(fixture.store, nullptr, std::make_shared<net::TlsSource>(server),
                                                      config, spool, fixture.log, fixture.metrics, fixture.clock);
    }
    net::Wire connect(bool starttls = true) {
        auto pair = net::memory_pair();
        net::Connection connection{net::Wire(std::move(pair.server)), {},      {}, "s1", "lmtp",
                                   *sessions.enter(net::Address()),   starttls};
        bench.start(service->serve(std::move(connection)));
        return net::Wire(std::move(pair.client));
    }
    std::shared_ptr<const net::TlsContext> relay_named(const std::string& name) {
        return net::TlsContext::load({.files = certificates.issue({name}),
                                      .by_server_name = {},
                                      .ca_file = certificates.ca_file(),
                                      .peer_check = net::PeerCheck::required,
                                      .is_server = false});
    }

    test::Workbench bench;
    test::Certificates certificates;
    test::TempFolder folder;
    test::StoreFixture fixture;
    storage::SpoolBudget spool{{.folder = folder.path()}};
    net::SessionSet sessions{net::SessionLimits{}};
    std::unique_ptr<lmtp::LmtpService> service;
};

/// Sends a line (none when empty) and reads a reply, all of its lines.
Task<std::string> ask(net::Wire& wire, std::string line) {
    if (!line.empty()) {
        auto sent = co_await wire.write(line + "\r\n", soon());
        REQUIRE_OK(sent);
    }
    std::string all;
    for (;;) {
        auto got = co_await wire.read_line(1000, soon());
        if (!got) co_return all + "(" + to_string(got.error()) + ")";
        all += *got;
        if (got->size() < 4 || (*got)[3] != '-') co_return all;
        all += '\n';
    }
}

Task<> deliver_after_starttls(Site& site, net::Wire& wire, std::string relay, std::string expected) {
    auto heard = co_await ask(wire, "");
    CHECK(heard.starts_with("220 "));
    heard = co_await ask(wire, "LHLO relay");
    CHECK(heard.find("STARTTLS") != std::string::npos);
    heard = co_await ask(wire, "MAIL FROM:<bob@elsewhere.test>");
    CHECK(heard.starts_with("530 "));
    // What is slipped in behind STARTTLS is dropped (RFC 3207 section 4.2): no reply to it comes.
    heard = co_await ask(wire, "STARTTLS\r\nNOOP");
    CHECK(heard.starts_with("220 "));
    auto secured = co_await wire.start_tls_client(site.relay_named(relay), "store-a.example.test", soon());
    REQUIRE_OK(secured);
    heard = co_await ask(wire, "MAIL FROM:<bob@elsewhere.test>");
    CHECK(heard.starts_with("503 "));  // all that was said before is forgotten
    heard = co_await ask(wire, "LHLO relay");
    CHECK(heard.starts_with("250"));
    CHECK(heard.find("STARTTLS") == std::string::npos);
    heard = co_await ask(wire, "STARTTLS");
    CHECK(heard.starts_with("50"));
    heard = co_await ask(wire, "MAIL FROM:<bob@elsewhere.test>");
    CHECK(heard.starts_with(expected));
    wire.transport().shutdown_write();
}

Task<> see_no_starttls(net::Wire& wire) {
    auto heard = co_await ask(wire, "");
    heard = co_await ask(wire, "LHLO relay");
    CHECK(heard.starts_with("250"));
    CHECK(heard.find("STARTTLS") == std::string::npos);
    heard = co_await ask(wire, "STARTTLS");
    CHECK(heard.starts_with("50"));
    wire.transport().shutdown_write();
}

Task<> be_idle_at_the_end(Site& site, net::Wire& wire) {
    auto heard = co_await ask(wire, "");
    heard = co_await ask(wire, "LHLO relay");
    site.sessions.close();
    heard = co_await ask(wire, "");
    CHECK(heard == "421 4.3.2 store.example.test shutting down");
    heard = co_await ask(wire, "");
    CHECK(heard.starts_with("("));
}

}  // namespace

TEST_CASE("a relay delivers after STARTTLS when its certificate is listed", "[store][lmtp]") {
    Site site;
    auto wire = site.connect();
    site.bench.start(deliver_after_starttls(site, wire, "mta-inbound.example.test", "250 2.1.0"));
    site.bench.finish();
}

TEST_CASE("a certificate that is not listed delivers nothing", "[store][lmtp]") {
    Site site;
    auto wire = site.connect();
    site.bench.start(deliver_after_starttls(site, wire, "stranger.example.test", "5"));
    site.bench.finish();
}

TEST_CASE("a listener with tls = none offers no STARTTLS", "[store][lmtp]") {
    Site site;
    auto wire = site.connect(false);
    site.bench.start(see_no_starttls(wire));
    site.bench.finish();
}

TEST_CASE("at the end of the daemon an idle relay gets 421 at once", "[store][lmtp]") {
    Site site;
    auto wire = site.connect();
    site.bench.start(be_idle_at_the_end(site, wire));
    site.bench.finish();
}
