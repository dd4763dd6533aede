#include "common/smtp/data_reader.h"
#include "mta/deliver/remote_deliverer.h"
#include "mta/deliver/store_deliverer.h"
#include "tests/support/certificates.h"
#include "tests/unit/mta/smtpd_fixture.h"

using namespace helio;
using namespace std::chrono_literals;

namespace {

/// What a server of the test says, line by line: the first entry is the greeting; each later one answers the command
/// that starts with its key. Text behind DATA or BDAT is read, and answered by "text".
struct Server {
    std::string greeting = "220 hi\r\n";
    std::map<std::string, std::string> replies;
    std::vector<std::string> heard;
    std::string text;
    int connections = 0;
    bool drops_in_text = false;
    std::shared_ptr<const net::TlsContext> tls;  // for STARTTLS; without it the handshake is answered with a word
    bool secured = false;

    const std::string& reply_to(const std::string& line) {
        static const std::string ok = "250 2.0.0 ok\r\n";
        for (const auto& [start, reply] : replies) {
            if (line.starts_with(start)) return reply;
        }
        return ok;
    }
};

Task<> read_data(net::Wire& wire, std::string& text) {
    smtp::DataReader reader;
    while (!reader.complete()) {
        const auto bytes = co_await wire.read_some(1000, net::never);
        if (!bytes) co_return;
        const auto progress = reader.feed(*bytes, text);
        wire.unread(bytes->size() - progress.consumed);
    }
}

Task<> serve(std::unique_ptr<net::Transport> transport, Server& server) {
    net::Wire wire(std::move(transport));
    ++server.connections;
    auto sent = co_await wire.write(server.greeting, net::never);
    while (sent) {
        const auto read = co_await wire.read_line(2000, net::never);
        if (!read) co_return;
        const std::string line(*read);
        server.heard.push_back(line);
        if (line == "STARTTLS" && server.reply_to(line).starts_with("220")) {
            sent = co_await wire.write(server.reply_to(line), net::never);
            if (!server.tls) {
                sent = co_await wire.write("this is no handshake\r\n", net::never);
                co_return;
            }
            auto agreed = co_await wire.start_tls_server(server.tls, net::never);
            if (!agreed) co_return;
            server.secured = true;
            continue;
        }
        if (line == "QUIT") co_return;
        if (line.starts_with("BDAT ") || line == "DATA") {
            server.text.clear();
            if (server.drops_in_text) co_return;
            if (line == "DATA") {
                sent = co_await wire.write("354 go\r\n", net::never);
                co_await read_data(wire, server.text);
            } else {
                const auto count = base::parse_number(base::split(line, ' ')[1]);
                auto got = co_await wire.read_exactly(static_cast<std::size_t>(*count), server.text, net::never);
                (void)got;
            }
            sent = co_await wire.write(server.reply_to("text"), net::never);
            continue;
        }
        sent = co_await wire.write(server.reply_to(line), net::never);
    }
}

/// Connects to servers in memory by "host:port"; the rest refuses.
class MemoryConnector final : public mta::Connector {
public:
    Task<Result<std::unique_ptr<net::Transport>>> connect(net::HostPort host, net::SteadyTime) override {
        asked.push_back(host.to_string());
        const auto found = servers.find(host.to_string());
        if (found == servers.end()) co_return fail(net::errc::refused);
        auto pair = net::memory_pair();
        base::start(serve(std::move(pair.server), found->second), [](std::exception_ptr) {});
        co_return std::move(pair.client);
    }
    std::map<std::string, Server> servers;
    std::vector<std::string> asked;
};

class FakeResolver final : public dns::Resolver {
public:
    Task<dns::Answer<dns::MxRecord>> find_mx(std::string name) override {
        dns::Answer<dns::MxRecord> answer;
        answer.found = down ? dns::Found::unknown : dns::Found::absent;
        const auto found = mx.find(name);
        if (!down && found != mx.end()) {
            answer.found = dns::Found::found;
            answer.records = found->second;
        }
        co_return answer;
    }
    Task<dns::Answer<net::Address>> find_addresses(std::string name) override {
        dns::Answer<net::Address> answer;
        answer.found = down ? dns::Found::unknown : dns::Found::absent;
        const auto found = addresses.find(name);
        if (!down && found != addresses.end()) {
            answer.found = dns::Found::found;
            for (const auto& text : found->second) answer.records.push_back(*net::Address::parse(text));
        }
        co_return answer;
    }
    Task<dns::Answer<std::string>> find_txt(std::string) override { co_return dns::Answer<std::string>{}; }
    Task<dns::Answer<std::string>> find_names(net::Address) override { co_return dns::Answer<std::string>{}; }

    std::map<std::string, std::vector<dns::MxRecord>> mx;
    std::map<std::string, std::vector<std::string>> addresses;
    bool down = false;
};

std::shared_ptr<mta::Message> message_to(std::vector<std::string> to, std::string text = "a: b\r\n\r\n.dot\r\n") {
    auto message = std::make_shared<mta::Message>();
    message->envelope.id = "id1";
    message->envelope.reverse_path = *mail::Address::parse("s@remote.test");
    for (const auto& address : to) {
        const auto parsed = *mail::Address::parse(address);
        message->recipients.push_back({parsed, {}, parsed, 1000, {}});
    }
    message->text = storage::body_in_memory(std::move(text));
    return message;
}

struct Fixture {
    Fixture() {
        const auto document =
            config::Document::parse("[mailhosts.\"store-a.example.test\"]\nlmtp = \"192.0.2.1:225\"\n", "test.toml");
        mailhosts = std::make_unique<route::MailhostsSource>(route::Mailhosts::read(document.root()));
        mta::StoreSettings settings{"mx.example.test", mta::StoreTls::none, {}};
        stores =
            std::make_unique<mta::StoreDeliverer>(settings, connector, *mailhosts, nullptr, pools, destinations, log);
        remote_settings.hostname = "mx.example.test";
        remote_settings.opportunistic_tls = false;
    }
    ~Fixture() { worker.run_until_done(pools.close()); }

    std::vector<mta::Outcome> deliver(mta::Deliverer& deliverer, std::shared_ptr<mta::Message> message,
                                      mta::Destination destination) {
        std::vector<mta::Outcome> outcomes;
        worker.run_until_done(deliver_into(deliverer, message, destination, outcomes));
        return outcomes;
    }
    Task<> deliver_into(mta::Deliverer& deliverer, std::shared_ptr<mta::Message> message, mta::Destination destination,
                        std::vector<mta::Outcome>& outcomes) {
        std::vector<std::size_t> which(message->recipients.size());
        for (std::size_t i = 0; i < which.size(); ++i) which[i] = i;
        const auto until = std::chrono::steady_clock::now() + 20s;
        outcomes = co_await deliverer.deliver(message, destination, which, until);
    }
    std::vector<mta::Outcome> to_store(std::shared_ptr<mta::Message> message) {
        return deliver(*stores, message, {mta::Hop::store, "store-a.example.test"});
    }
    std::vector<mta::Outcome> to_domain(std::shared_ptr<mta::Message> message, const std::string& domain) {
        mta::RemoteDeliverer remote(remote_settings, connector, resolver, pools, destinations, log);
        return deliver(remote, message, {mta::Hop::remote, domain});
    }

    test::ManualClock clock;
    logging::Logger log{test::quiet_log(), "test"};
    net::Worker worker;
    MemoryConnector connector;
    FakeResolver resolver;
    std::unique_ptr<route::MailhostsSource> mailhosts;
    mta::ClientPools pools{{}};
    mta::Destinations destinations{{}, clock};
    std::unique_ptr<mta::StoreDeliverer> stores;
    mta::RemoteSettings remote_settings;
};

const std::string store_lhlo =
    "250-store\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 1000\r\n250-CHUNKING\r\n250 XDELIVERY\r\n";

}  // namespace

TEST_CASE("a store answers for each recipient and keeps the connection", "[mta][deliver]") {
    Fixture f;
    auto& store = f.connector.servers["192.0.2.1:225"];
    store.replies = {
        {"LHLO", store_lhlo}, {"RCPT TO:<no@", "550 5.1.1 no\r\n"}, {"text", "250 2.0.0 stored\r\n452 4.2.2 full\r\n"}};
    const auto outcomes = f.to_store(message_to({"alice@example.test", "no@example.test", "bob@example.test"}));
    REQUIRE(outcomes.size() == 3);
    CHECK(outcomes[0].fate == mta::Fate::delivered);
    CHECK(outcomes[1].fate == mta::Fate::refused);
    CHECK(outcomes[2].fate == mta::Fate::deferred);
    CHECK(smtp::one_line(outcomes[2].reply) == "452 4.2.2 full");
    CHECK(store.heard[0] == "LHLO mx.example.test");
    CHECK(store.heard[1] == "MAIL FROM:<s@remote.test> SIZE=14");
    CHECK(store.heard[2] == "RCPT TO:<alice@example.test> XDELIVERYID=id1 XTRACE=id1 XQUOTABYTES=1000");
    CHECK(store.text == "a: b\r\n\r\n.dot\r\n");
    store.replies["text"] = "250 2.0.0 stored\r\n";
    CHECK(f.to_store(message_to({"alice@example.test"}))[0].fate == mta::Fate::delivered);
    CHECK(store.connections == 1);
}

TEST_CASE("a folder that the sender named is told to the store, and to nobody else", "[mta][deliver]") {
    Fixture f;
    auto& store = f.connector.servers["192.0.2.1:225"];
    store.replies = {{"LHLO", store_lhlo}};
    const auto message = message_to({"alice@example.test"});
    message->recipients[0].folder = "In/c++";
    CHECK(f.to_store(message)[0].fate == mta::Fate::delivered);
    CHECK(store.heard[2] ==
          "RCPT TO:<alice@example.test> XDELIVERYID=id1 XFOLDER=In/c+2B+2B XTRACE=id1 XQUOTABYTES=1000 XPOST");
}

TEST_CASE("a server without extensions gets one command at a time and dots", "[mta][deliver]") {
    Fixture f;
    auto& store = f.connector.servers["192.0.2.1:225"];
    const auto outcomes = f.to_store(message_to({"alice@example.test"}));
    CHECK(outcomes[0].fate == mta::Fate::delivered);
    CHECK(store.heard == std::vector<std::string>{"LHLO mx.example.test", "MAIL FROM:<s@remote.test>",
                                                  "RCPT TO:<alice@example.test>", "DATA"});
    CHECK(store.text == "a: b\r\n\r\n.dot\r\n");
}

TEST_CASE("an unreachable store defers and rests; a lost connection defers", "[mta][deliver]") {
    Fixture f;
    CHECK(f.to_store(message_to({"alice@example.test"}))[0].fate == mta::Fate::deferred);
    CHECK(f.to_store(message_to({"alice@example.test"}))[0].fate == mta::Fate::deferred);
    CHECK(f.connector.asked.size() == 1);
    f.clock.advance(10s);
    auto& store = f.connector.servers["192.0.2.1:225"];
    store.drops_in_text = true;
    const auto outcomes = f.to_store(message_to({"alice@example.test", "bob@example.test"}));
    CHECK(outcomes[0].fate == mta::Fate::deferred);
    CHECK(outcomes[1].reply.enhanced == smtp::EnhancedCode{4, 4, 2});
    store.drops_in_text = false;
    CHECK(f.to_store(message_to({"alice@example.test"}))[0].fate == mta::Fate::delivered);
    const auto unknown = f.deliver(*f.stores, message_to({"a@b.test"}), {mta::Hop::store, "other.test"});
    CHECK(unknown[0].fate == mta::Fate::deferred);
}

TEST_CASE("what the server can't take is refused without a try", "[mta][deliver]") {
    Fixture f;
    auto& store = f.connector.servers["192.0.2.1:225"];
    store.replies = {{"LHLO", "250-store\r\n250 SIZE 1000\r\n"}};
    auto utf8 = message_to({"alice@example.test"});
    utf8->envelope.smtputf8 = true;
    CHECK(f.to_store(utf8)[0].reply.enhanced == smtp::EnhancedCode{5, 6, 7});
    auto eight = message_to({"alice@example.test"});
    eight->envelope.body = smtp::Body::eight_bit_mime;
    CHECK(f.to_store(eight)[0].reply.enhanced == smtp::EnhancedCode{5, 6, 3});
    const auto big = message_to({"alice@example.test"}, std::string(1001, 'x'));
    CHECK(f.to_store(big)[0].reply.enhanced == smtp::EnhancedCode{5, 3, 4});
    const auto fits = message_to({"alice@example.test"}, std::string(998, 'x') + "\r\n");
    CHECK(f.to_store(fits)[0].fate == mta::Fate::delivered);
}

TEST_CASE("a refused sender is refused for all, and the connection goes on", "[mta][deliver]") {
    Fixture f;
    auto& store = f.connector.servers["192.0.2.1:225"];
    store.replies = {{"LHLO", store_lhlo}, {"MAIL", "550 5.7.1 no\r\n"}};
    for (const auto& outcome : f.to_store(message_to({"alice@example.test", "bob@example.test"}))) {
        CHECK(smtp::one_line(outcome.reply) == "550 5.7.1 no");
    }
    store.replies.erase("MAIL");
    CHECK(f.to_store(message_to({"alice@example.test"}))[0].fate == mta::Fate::delivered);
    CHECK(store.connections == 1);
}

TEST_CASE("exchangers are tried by preference, addresses in turn", "[mta][deliver]") {
    Fixture f;
    f.resolver.mx["other.test"] = {{10, "mx1.other.test"}, {20, "mx2.other.test"}};
    f.resolver.addresses["mx1.other.test"] = {"2001:db8::1", "192.0.2.11"};
    f.resolver.addresses["mx2.other.test"] = {"192.0.2.12"};
    auto& second = f.connector.servers["192.0.2.12:25"];
    const auto outcomes = f.to_domain(message_to({"x@other.test"}), "other.test");
    CHECK(outcomes[0].fate == mta::Fate::delivered);
    CHECK(outcomes[0].host == "mx2.other.test");
    REQUIRE(f.connector.asked.size() == 3);
    CHECK(f.connector.asked[1] == "192.0.2.11:25");
    CHECK(second.heard[0] == "EHLO mx.example.test");
    CHECK(f.to_domain(message_to({"x@other.test"}), "other.test")[0].fate == mta::Fate::delivered);
    CHECK(second.connections == 1);
}

TEST_CASE("each DNS answer has its outcome", "[mta][deliver]") {
    Fixture f;
    f.resolver.mx["null.test"] = {{0, ""}};
    f.resolver.mx["loop.test"] = {{10, "mx.example.test"}, {20, "b.test"}};
    f.resolver.mx["dangling.test"] = {{10, "gone.test"}, {20, "away.test"}};
    f.resolver.addresses["implicit.test"] = {"192.0.2.20"};
    f.connector.servers["192.0.2.20:25"];
    const auto reply = [&](const std::string& domain) {
        const auto outcome = f.to_domain(message_to({"x@y.test"}), domain)[0];
        return std::to_string(outcome.reply.code) + " " +
               outcome.reply.enhanced.value_or(smtp::EnhancedCode{}).to_string();
    };
    CHECK(reply("null.test") == "556 5.1.10");
    CHECK(reply("loop.test") == "554 5.4.6");
    CHECK(reply("dangling.test") == "550 5.4.4");
    CHECK(reply("absent.test") == "550 5.1.2");
    CHECK(reply("implicit.test") == "250 2.0.0");
    CHECK(reply("[192.0.2.20]") == "250 2.0.0");
    CHECK(reply("[IPv6:2001:db8::9]") == "451 4.4.1");
    CHECK(reply("[oops]") == "550 5.1.2");
    f.resolver.down = true;
    CHECK(reply("implicit.test") == "451 4.4.3");
}

TEST_CASE("a smart host takes everything; a server without EHLO gets HELO", "[mta][deliver]") {
    Fixture f;
    f.remote_settings.smart_host = net::HostPort{"192.0.2.30", 2525};
    auto& smart = f.connector.servers["192.0.2.30:2525"];
    smart.replies = {{"EHLO", "502 what\r\n"}};
    CHECK(f.to_domain(message_to({"x@other.test"}), "other.test")[0].fate == mta::Fate::delivered);
    CHECK(smart.heard[1] == "HELO mx.example.test");
}

TEST_CASE("mail to others is encrypted where it can be, and goes in plain where the handshake breaks",
          "[mta][deliver]") {
    Fixture f;
    test::Certificates certificates;
    f.remote_settings.opportunistic_tls = true;
    f.resolver.addresses["other.test"] = {"192.0.2.20"};
    auto& server = f.connector.servers["192.0.2.20:25"];
    server.replies = {{"EHLO", "250-other.test\r\n250 STARTTLS\r\n"}, {"STARTTLS", "220 go\r\n"}};
    const auto outcome = [&] { return f.to_domain(message_to({"x@other.test"}), "other.test")[0]; };
    SECTION("a certificate that nobody vouches for will do") {
        server.tls = net::TlsContext::load(
            {.files = certificates.issue({"unrelated.test"}), .by_server_name = {}, .ca_file = {}});
        CHECK(outcome().fate == mta::Fate::delivered);
        CHECK(server.secured);
        CHECK(server.connections == 1);
    }
    SECTION("a broken handshake: a new connection without TLS") {
        CHECK(outcome().fate == mta::Fate::delivered);
        CHECK_FALSE(server.secured);
        CHECK(server.connections == 2);
        CHECK(std::ranges::count(server.heard, "STARTTLS") == 1);
    }
    SECTION("STARTTLS that is refused: the same connection goes on") {
        server.replies["STARTTLS"] = "454 4.7.0 not now\r\n";
        CHECK(outcome().fate == mta::Fate::delivered);
        CHECK(server.connections == 1);
    }
}

TEST_CASE("a greeting that refuses is no verdict on the message", "[mta][deliver]") {
    Fixture f;
    f.resolver.mx["other.test"] = {{10, "mx1.other.test"}};
    f.resolver.addresses["mx1.other.test"] = {"192.0.2.11"};
    f.connector.servers["192.0.2.11:25"].greeting = "554 5.7.1 go away\r\n";
    CHECK(f.to_domain(message_to({"x@other.test"}), "other.test")[0].fate == mta::Fate::deferred);
}

TEST_CASE("garbage from a server defers", "[mta][deliver]") {
    for (const auto* greeting : {"hello\r\n", "\r\n", "220\r\n", "250-a\r\n550 b\r\n"}) {
        CAPTURE(greeting);
        Fixture f;
        f.connector.servers["192.0.2.1:225"].greeting = greeting;
        const bool fine = std::string_view(greeting) == "220\r\n";
        const auto fate = f.to_store(message_to({"alice@example.test"}))[0].fate;
        CHECK(fate == (fine ? mta::Fate::delivered : mta::Fate::deferred));
    }
}
