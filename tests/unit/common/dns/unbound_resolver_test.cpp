// The resolver against a real nsd, and against servers that don't answer.
#include "common/dns/unbound_resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/startup_error.h"
#include "tests/support/ask.h"
#include "tests/support/catch.h"
#include "tests/support/nsd_fixture.h"

using namespace helio;
using namespace helio::dns;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::ask;

namespace {

std::string many_strings() {
    std::string records;
    for (int i = 0; i < 40; ++i) records += "big TXT \"" + std::to_string(i) + "-" + std::string(200, 'x') + "\"\n";
    return records;
}

const std::map<std::string, std::string>& zones() {
    static const std::map<std::string, std::string> all = {
        {"example.test",
         "@ MX 20 mx2\n@ MX 10 MX1\n@ MX 10 mx1b\nmx1 A 192.0.2.1\nmx1 A 192.0.2.2\nmx1 AAAA 2001:db8::1\n"
         "mx2 A 192.0.2.3\nalias CNAME mx1\nloose CNAME nothing\n_spf TXT \"v=spf1 \" \"-all\"\n_spf TXT \"second\"\n" +
             many_strings()},
        {"null.test", "@ MX 0 .\n"},
        {"2.0.192.in-addr.arpa", "1 PTR MX1.example.test.\n1 PTR other.example.test.\n"},
        {"8.b.d.0.1.0.0.2.ip6.arpa", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mx1.example.test.\n"},
        {"10.in-addr.arpa", "1.0.0 PTR inside.example.test.\n"},
    };
    return all;
}

struct Bench {
    explicit Bench(net::Endpoint forwarder, milliseconds timeout = seconds(20), std::string anchors = {})
        : resolver({.forwarders = {forwarder}, .timeout = timeout, .trust_anchor_file = std::move(anchors)}, around.log,
                   around.metrics) {}
    test::Surroundings around;
    UnboundResolver resolver;
};

std::vector<std::string> texts(const Answer<net::Address>& answer) {
    std::vector<std::string> all;
    for (const auto& address : answer.records) all.push_back(address.to_string());
    return all;
}

// A UDP and TCP port where nothing ever comes back.
class SilentServer {
public:
    SilentServer() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
            throw std::runtime_error("no port");
        port_ = ntohs(address.sin_port);
    }
    ~SilentServer() { ::close(fd_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    net::Endpoint endpoint() const { return {net::Address::parse("127.0.0.1").value(), port_}; }

private:
    int fd_;
    std::uint16_t port_ = 0;
};

struct Ticker {
    int ticks = 0;
    bool stop = false;
};

Task<> tick(Ticker& ticker) {
    while (!ticker.stop) {
        co_await net::Worker::current().sleep_for(milliseconds(1));
        ++ticker.ticks;
    }
}

Task<> ask_then_stop(Resolver& resolver, std::optional<Answer<MxRecord>>& answer, Ticker& ticker) {
    answer = co_await resolver.find_mx("example.test");
    ticker.stop = true;
}

}  // namespace

TEST_CASE("MX records come sorted by preference", "[dns][nsd]") {
    const test::Nsd nsd(zones());
    Bench bench(nsd.endpoint());
    const auto mx = ask(bench.resolver.find_mx("Example.Test"));
    REQUIRE(mx.found == Found::found);
    CHECK(mx.records ==
          std::vector<MxRecord>{{10, "mx1.example.test"}, {10, "mx1b.example.test"}, {20, "mx2.example.test"}});
    CHECK(mx.canonical_name == "example.test");
    CHECK(mx.ttl.count() > 0);
    CHECK_FALSE(mx.secure);
    CHECK_FALSE(is_null_mx(mx));

    const auto null_mx = ask(bench.resolver.find_mx("null.test"));
    CHECK(null_mx.found == Found::found);
    CHECK(is_null_mx(null_mx));
}

TEST_CASE("no such name and no such record are told apart, and both from failure", "[dns][nsd]") {
    const test::Nsd nsd(zones());
    Bench bench(nsd.endpoint());
    const auto no_data = ask(bench.resolver.find_mx("mx1.example.test"));
    CHECK(no_data.found == Found::absent);
    CHECK(no_data.name_exists);
    const auto no_name = ask(bench.resolver.find_mx("nobody.example.test"));
    CHECK(no_name.found == Found::absent);
    CHECK_FALSE(no_name.name_exists);
    const auto refused = ask(bench.resolver.find_mx("elsewhere.test"));  // nsd refuses: not a zone of its
    CHECK(refused.found == Found::unknown);
    CHECK_FALSE(refused.detail.empty());
    for (const char* name : {"", "a b", "a..b", "\xff", "a@b"})
        CHECK(ask(bench.resolver.find_mx(name)).found == Found::absent);
}

TEST_CASE("addresses of both kinds come in one answer, through CNAMEs", "[dns][nsd]") {
    const test::Nsd nsd(zones());
    Bench bench(nsd.endpoint());
    auto both = ask(bench.resolver.find_addresses("mx1.example.test"));
    REQUIRE(both.found == Found::found);
    std::ranges::sort(both.records.begin() + 1, both.records.end());
    CHECK(texts(both) == std::vector<std::string>{"2001:db8::1", "192.0.2.1", "192.0.2.2"});
    const auto one = ask(bench.resolver.find_addresses("mx2.example.test"));
    CHECK(texts(one) == std::vector<std::string>{"192.0.2.3"});
    const auto alias = ask(bench.resolver.find_addresses("alias.example.test"));
    CHECK(alias.records.size() == 3);
    CHECK(alias.canonical_name == "mx1.example.test");
    CHECK(ask(bench.resolver.find_addresses("loose.example.test")).found == Found::absent);
    CHECK(ask(bench.resolver.find_addresses("nobody.example.test")).found == Found::absent);
}

TEST_CASE("TXT records come joined, large answers over TCP", "[dns][nsd]") {
    const test::Nsd nsd(zones());
    Bench bench(nsd.endpoint());
    auto spf = ask(bench.resolver.find_txt("_spf.example.test"));
    std::ranges::sort(spf.records);
    CHECK(spf.records == std::vector<std::string>{"second", "v=spf1 -all"});
    CHECK(ask(bench.resolver.find_txt("big.example.test")).records.size() == 40);
}

TEST_CASE("addresses have names, in private networks too", "[dns][nsd]") {
    const test::Nsd nsd(zones());
    Bench bench(nsd.endpoint());
    const auto names_of = [&](const char* address) {
        auto answer = ask(bench.resolver.find_names(net::Address::parse(address).value()));
        std::ranges::sort(answer.records);
        return answer.records;
    };
    CHECK(names_of("192.0.2.1") == std::vector<std::string>{"mx1.example.test", "other.example.test"});
    CHECK(names_of("2001:db8::1") == std::vector<std::string>{"mx1.example.test"});
    CHECK(names_of("10.0.0.1") == std::vector<std::string>{"inside.example.test"});
    CHECK(names_of("192.0.2.9").empty());
}

TEST_CASE("many questions at once are all answered", "[dns][nsd]") {
    const test::Nsd nsd(zones());
    Bench bench(nsd.endpoint());
    std::vector<Task<Answer<net::Address>>> questions;
    for (int i = 0; i < 200; ++i) {
        const auto name = i % 2 == 0 ? "mx2.example.test" : "n" + std::to_string(i) + ".example.test";
        questions.push_back(bench.resolver.find_addresses(name));
    }
    const auto answers = test::ask_all(std::move(questions));
    for (std::size_t i = 0; i < answers.size(); ++i)
        CHECK(answers[i].found == (i % 2 == 0 ? Found::found : Found::absent));
}

TEST_CASE("a server that stays silent makes the answer unknown in time, and no event loop stands still", "[dns]") {
    const SilentServer silent;
    Bench bench(silent.endpoint(), milliseconds(300));
    Ticker ticker;
    std::vector<Task<>> tasks;
    std::optional<Answer<MxRecord>> answer;
    const auto began = steady_clock::now();
    tasks.push_back(tick(ticker));
    tasks.push_back(ask_then_stop(bench.resolver, answer, ticker));
    test::run_together(std::move(tasks));
    CHECK(answer->found == Found::unknown);
    CHECK(answer->detail == "no answer in time");
    CHECK(ticker.ticks >= 5);
    CHECK(steady_clock::now() - began < seconds(10));
    CHECK(ask(bench.resolver.find_addresses("mx1.example.test")).found == Found::unknown);
}

TEST_CASE("a dead server makes the answer unknown, what was learnt goes on, and it heals", "[dns][nsd]") {
    test::Nsd nsd(zones());
    Bench bench(nsd.endpoint(), seconds(2));
    REQUIRE(ask(bench.resolver.find_mx("example.test")).found == Found::found);
    nsd.kill();
    CHECK(ask(bench.resolver.find_mx("example.test")).found == Found::found);
    CHECK(ask(bench.resolver.find_mx("null.test")).found == Found::unknown);
    nsd.start();
    const auto give_up = steady_clock::now() + seconds(60);
    auto healed = Found::unknown;
    while (healed == Found::unknown && steady_clock::now() < give_up)
        healed = ask(bench.resolver.find_mx("null.test")).found;
    CHECK(healed == Found::found);
}

TEST_CASE("a signed zone is secure with its trust anchor, and bogus with a wrong one", "[dns][nsd]") {
    const std::map<std::string, std::string> signed_zone = {{"signed.test", "@ MX 10 mx\nmx A 192.0.2.7\n"}};
    const test::Nsd nsd(zones(), signed_zone);
    const test::Nsd other({}, signed_zone);  // another key for the same name
    {
        Bench bench(nsd.endpoint(), seconds(20), nsd.trust_anchor_file());
        const auto mx = ask(bench.resolver.find_mx("signed.test"));
        CHECK(mx.found == Found::found);
        CHECK(mx.secure);
        CHECK(ask(bench.resolver.find_addresses("mx.signed.test")).secure);
        const auto nobody = ask(bench.resolver.find_mx("nobody.signed.test"));
        CHECK(nobody.found == Found::absent);
        CHECK(nobody.secure);
        const auto unsigned_mx = ask(bench.resolver.find_mx("example.test"));
        CHECK(unsigned_mx.found == Found::found);
        CHECK_FALSE(unsigned_mx.secure);
    }
    Bench bench(nsd.endpoint(), seconds(20), other.trust_anchor_file());
    const auto mx = ask(bench.resolver.find_mx("signed.test"));
    CHECK(mx.found == Found::unknown);
    CHECK(mx.bogus);
    CHECK(mx.records.empty());
    const auto addresses = ask(bench.resolver.find_addresses("mx.signed.test"));
    CHECK(addresses.found == Found::unknown);
    CHECK(addresses.bogus);
}

TEST_CASE("a trust anchor file that is none stops the start", "[dns]") {
    test::Surroundings around;
    const SilentServer silent;
    CHECK_THROWS_AS(UnboundResolver({.forwarders = {silent.endpoint()}, .trust_anchor_file = "/nonexistent/anchors"},
                                    around.log, around.metrics),
                    base::StartupError);
}
