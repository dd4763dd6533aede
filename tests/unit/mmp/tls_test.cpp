// TLS on both sides with real sockets: STARTTLS and STLS towards clients, verified mutual TLS towards stores.
#include <thread>

#include "tests/support/certificates.h"
#include "tests/unit/mmp/proxy_bench.h"

using namespace helio;
using namespace helio::test;
using namespace std::chrono_literals;

namespace {

net::SteadyTime soon() { return std::chrono::steady_clock::now() + 20s; }

/// A store that speaks canned lines over sockets; STARTTLS where the script says "S: (tls)".
class CannedStore final : public net::Service {
public:
    CannedStore(Lines script, std::shared_ptr<net::TlsSource> tls) : script_(std::move(script)), tls_(std::move(tls)) {}
    Task<> serve(net::Connection connection) override {
        Lines part;
        for (const auto& line : script_) {
            if (line != "S: (tls)") {
                part.push_back(line);
                continue;
            }
            co_await talk(connection.wire, Role::server, std::exchange(part, {}));
            auto agreed = co_await connection.wire.start_tls_server(tls_->current(), soon());
            if (!agreed) co_return;
        }
        // The proxy may dislike our certificate and leave: then reads and writes end.
        for (const auto& line : part) {
            if (line.starts_with("S: ")) {
                auto sent = co_await connection.wire.write(line.substr(3) + "\r\n", soon());
                if (!sent) co_return;
            } else {
                auto read = co_await connection.wire.read_line(8192, soon());
                if (!read) co_return;
            }
        }
    }
    std::string_view too_many() const override { return {}; }

private:
    const Lines script_;
    const std::shared_ptr<net::TlsSource> tls_;
};

std::shared_ptr<net::TlsSource> server_tls(const Certificates& ca, net::TlsFiles files, net::PeerCheck check) {
    return std::make_shared<net::TlsSource>(net::TlsConfig{.files = std::move(files),
                                                           .by_server_name = {},
                                                           .ca_file = ca.ca_file(),
                                                           .peer_check = check,
                                                           .is_server = true});
}

std::shared_ptr<net::TlsSource> client_tls(const Certificates& ca, net::TlsFiles files) {
    return std::make_shared<net::TlsSource>(net::TlsConfig{.files = std::move(files),
                                                           .by_server_name = {},
                                                           .ca_file = ca.ca_file(),
                                                           .peer_check = net::PeerCheck::required,
                                                           .is_server = false});
}

/// A service on a loopback port, on a thread of its own.
struct Served {
    Served(net::Service& service, std::shared_ptr<net::TlsSource> tls, bool implicit)
        : listener(runtime,
                   {.name = "test",
                    .endpoint = *net::Endpoint::parse("127.0.0.1:0"),
                    .implicit_tls = implicit,
                    .proxy_protocol_from = {}},
                   std::move(tls), service, sessions, log, metrics) {
        listener.start();
        runtime.on_stop([this] { return listener.stop(); });
        runtime.on_stop([this] { return drain(); });
        thread = std::thread([this] { runtime.run(); });
    }
    ~Served() {
        runtime.request_stop();
        thread.join();
    }
    Task<> drain() {
        sessions.close();
        co_await sessions.drain(std::chrono::steady_clock::now());
    }
    std::string endpoint() const { return listener.endpoint().to_string(); }

    logging::Logger log{{.level = logging::Level::error, .format = {}, .file = "/dev/null"}, "test"};
    base::Registry metrics;
    net::Runtime runtime{1};
    net::SessionSet sessions{{}};
    net::Listener listener;
    std::thread thread;
};

Task<> enter_into(mmp::Stores& stores, const mmp::StoreDialogue& dialogue, Result<mmp::StoreSession>& outcome) {
    mmp::Passenger passenger{.user = "alice@example.test",
                             .client = *net::Endpoint::parse("192.0.2.7:40001"),
                             .local = *net::Endpoint::parse("198.51.100.1:143"),
                             .session = "session1"};
    auto entered = co_await stores.enter("store-a.example.test", std::move(passenger), dialogue);
    outcome = std::move(entered);
    if (outcome && outcome->wire) {
        CHECK(outcome->wire->is_tls());
        outcome->wire.reset();
    }
}

/// Logs in at the store at `endpoint`, which must prove to be `tls_name`.
Result<mmp::StoreSession> enter(const std::string& endpoint, const std::string& tls_name, mmp::StoreTls mode,
                                std::shared_ptr<net::TlsSource> site_tls, const mmp::StoreDialogue& dialogue) {
    const auto text = "[mailhosts.\"store-a.example.test\"]\nimap = \"" + endpoint + "\"\npop3 = \"" + endpoint +
                      "\"\ntls_name = \"" + tls_name + "\"\n";
    route::MailhostsSource mailhosts(route::Mailhosts::read(config::Document::parse(text, "test").root()));
    mmp::StoreDialer dialer(mode, site_tls);
    mmp::StoresConfig config;
    config.tls = mode;
    config.retry_pause = 0ms;
    const logging::Logger log({.level = logging::Level::error, .format = {}, .file = "/dev/null"}, "test");
    base::Registry metrics;
    mmp::Stores stores(config, mailhosts, dialer, site_tls, log, metrics);
    Result<mmp::StoreSession> outcome = fail(net::errc::io, "not run");
    run(enter_into(stores, dialogue, outcome));
    return outcome;
}

const Lines imap_store = {"S: * OK ready", "C: p1", "C: p2", "S: p1 OK", "S: p2 OK [CAPABILITY IMAP4rev1] in"};
const Lines imap_store_starttls = {"S: * OK ready", "C: p0 STARTTLS", "S: p0 OK go", "S: (tls)",
                                   "C: p1",         "C: p2",          "S: p1 OK",    "S: p2 OK in"};
const Lines pop_store_starttls = {"S: +OK ready", "C: STLS", "S: +OK go", "S: (tls)",
                                  "C: XCLIENT",   "C: AUTH", "S: +OK",    "S: +OK in"};

}  // namespace

TEST_CASE("a store is reached by verified mutual TLS, implicit or by STARTTLS and STLS", "[mmp][tls]") {
    Certificates ca;
    const auto store_tls = server_tls(ca, ca.issue({"store-a.example.test"}), net::PeerCheck::required);
    const auto site = client_tls(ca, ca.issue({"mmp.example.test"}));
    const mmp::ImapStoreDialogue imap;
    const mmp::PopStoreDialogue pop;
    {
        CannedStore store(imap_store, store_tls);
        const Served served(store, store_tls, true);
        const auto outcome = enter(served.endpoint(), "store-a.example.test", mmp::StoreTls::implicit, site, imap);
        REQUIRE_OK(outcome);
        CHECK(outcome->verdict.welcome);
        CHECK(outcome->verdict.capability == "IMAP4rev1");
    }
    {
        CannedStore store(imap_store_starttls, store_tls);
        const Served served(store, store_tls, false);
        REQUIRE_OK(enter(served.endpoint(), "store-a.example.test", mmp::StoreTls::starttls, site, imap));
    }
    {
        CannedStore store(pop_store_starttls, store_tls);
        const Served served(store, store_tls, false);
        REQUIRE_OK(enter(served.endpoint(), "store-a.example.test", mmp::StoreTls::starttls, site, pop));
    }
}

TEST_CASE("a store with another name or of another CA gets no login", "[mmp][tls]") {
    Certificates ca;
    Certificates other_ca;
    const auto store_tls = server_tls(ca, ca.issue({"store-a.example.test"}), net::PeerCheck::required);
    const auto site = client_tls(ca, ca.issue({"mmp.example.test"}));
    const auto stranger = client_tls(other_ca, other_ca.issue({"mmp.example.test"}));
    const mmp::ImapStoreDialogue imap;
    for (const auto mode : {mmp::StoreTls::implicit, mmp::StoreTls::starttls}) {
        const bool implicit = mode == mmp::StoreTls::implicit;
        CannedStore store(implicit ? imap_store : imap_store_starttls, store_tls);
        const Served served(store, store_tls, implicit);
        CHECK_FALSE(enter(served.endpoint(), "store-b.example.test", mode, site, imap));
        CHECK_FALSE(enter(served.endpoint(), "store-a.example.test", mode, stranger, imap));
    }
}

TEST_CASE("a store that refuses STARTTLS gets no login in plain text", "[mmp][tls]") {
    Certificates ca;
    const auto site = client_tls(ca, ca.issue({"mmp.example.test"}));
    CannedStore imap_store_without({"S: * OK ready", "C: p0 STARTTLS", "S: p0 BAD no", "C: nothing"}, nullptr);
    const Served imap_served(imap_store_without, nullptr, false);
    const mmp::ImapStoreDialogue imap;
    CHECK_FALSE(enter(imap_served.endpoint(), "store-a.example.test", mmp::StoreTls::starttls, site, imap));
    CannedStore pop_store_without({"S: +OK ready", "C: STLS", "S: -ERR no", "C: nothing"}, nullptr);
    const Served pop_served(pop_store_without, nullptr, false);
    const mmp::PopStoreDialogue pop;
    CHECK_FALSE(enter(pop_served.endpoint(), "store-a.example.test", mmp::StoreTls::starttls, site, pop));
}

namespace {

/// Upgrades a plain connection by `upgrade`, with `injected` in the same segment, then speaks `after`.
Task<> inject(std::string endpoint, std::shared_ptr<const net::TlsContext> context, Lines before, std::string upgrade,
              std::string injected, std::string go, Lines after) {
    auto transport = co_await net::connect(*net::HostPort::parse(endpoint), soon());
    REQUIRE_OK(transport);
    net::Wire wire(std::move(*transport));
    co_await talk(wire, Role::client, std::move(before));
    auto sent = co_await wire.write(upgrade + "\r\n" + injected + "\r\n", soon());
    REQUIRE_OK(sent);
    co_await talk(wire, Role::client, {go});
    auto agreed = co_await wire.start_tls_client(context, "imap.example.test", soon());
    REQUIRE_OK(agreed);
    co_await talk(wire, Role::client, std::move(after));
}

}  // namespace

TEST_CASE("commands injected in plain text behind STARTTLS or STLS are never answered", "[mmp][tls]") {
    Certificates ca;
    const auto tls = server_tls(ca, ca.issue({"imap.example.test"}), net::PeerCheck::none);
    const auto context = client_tls(ca, {})->current();
    ProxyBench proxy;
    const mmp::Frontend imap_frontend({}, tls, proxy.imap_gate, proxy.log);
    mmp::ImapService imap(imap_frontend);
    const mmp::Frontend pop_frontend({}, tls, proxy.pop_gate, proxy.log);
    mmp::PopService pop(pop_frontend);
    {
        const Served served(imap, tls, false);
        run(inject(served.endpoint(), context, {"S: * OK [CAPABILITY *"}, "a1 STARTTLS",
                   "a2 LOGIN alice@example.test secret-alice\r\na3 NOOP", "S: a1 OK *",
                   {"C: a4 CAPABILITY", "S: * CAPABILITY *", "S: a4 OK *", "C: a5 STARTTLS", "S: a5 BAD *",
                    "C: a6 LOGOUT", "S: * BYE *", "S: a6 OK *", "S: (closed)"}));
    }
    {
        const Served served(pop, tls, false);
        run(inject(served.endpoint(), context, {"S: +OK *"}, "STLS", "USER alice@example.test\r\nPASS secret-alice",
                   "S: +OK Begin *", {"C: PASS secret-alice", "S: -ERR USER first", "C: QUIT", "S: +OK Bye"}));
    }
    CHECK(proxy.directory.questions() == 0);
}

TEST_CASE("a listener with tls = none offers no STARTTLS", "[mmp][tls]") {
    Certificates ca;
    const auto tls = server_tls(ca, ca.issue({"imap.example.test"}), net::PeerCheck::none);
    ProxyBench proxy;
    const mmp::Frontend frontend({}, tls, proxy.imap_gate, proxy.log);
    for (const bool allowed : {true, false}) {
        auto pair = net::memory_pair();
        net::Connection connection{net::Wire(std::move(pair.server)), {}, {}, "session1", "imap", {}, allowed};
        const mmp::Session session(std::move(connection), "imap");
        CHECK(frontend.offers_starttls(session) == allowed);
    }
}
