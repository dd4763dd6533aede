#include "tests/unit/store/popd/pop_bench.h"

namespace helio::test {
namespace {

using namespace std::chrono_literals;

net::SteadyTime soon() { return std::chrono::steady_clock::now() + 20s; }

}  // namespace

Task<> PopBench::session(std::unique_ptr<net::Transport> transport) {
    auto token = sessions_.enter(net::Address());
    net::Connection connection{.wire = net::Wire(std::move(transport)),
                               .client = {},
                               .local = {},
                               .id = "s1",
                               .listener = "pop3",
                               .token = std::move(*token)};
    co_await service.serve(std::move(connection));
}

Task<> PopBench::client(net::Wire& wire, std::vector<std::string> script) {
    for (const auto& line : script) {
        CAPTURE(line);
        if (line.starts_with("C: ")) {
            auto sent = co_await wire.write(line.substr(3) + "\r\n", soon());
            REQUIRE_OK(sent);
        } else if (line == "END") {
            auto more = co_await wire.read_line(100'000, soon());
            CHECK_FALSE(more.has_value());
        } else {
            auto got = co_await wire.read_line(100'000, soon());
            REQUIRE_OK(got);
            CHECK("S: " + std::string(*got) == line);
        }
    }
}

void PopBench::talk(const std::vector<std::string>& script) {
    auto pair = net::memory_pair();
    net::Wire wire(std::move(pair.client));
    Workbench bench;
    bench.start(session(std::move(pair.server)));
    const auto drive = [](net::Wire& its_wire, std::vector<std::string> its_script) -> Task<> {
        co_await client(its_wire, std::move(its_script));
        its_wire.transport().shutdown_write();
    };
    bench.start(drive(wire, script));
    bench.finish();
}

void PopBench::talk_tls(const std::vector<std::string>& script, std::shared_ptr<const net::TlsContext> server,
                        std::shared_ptr<const net::TlsContext> client_context) {
    auto pair = net::memory_pair();
    net::Wire wire(std::move(pair.client));
    Workbench bench;
    const auto serve = [](PopBench& self, std::unique_ptr<net::Transport> plain,
                          std::shared_ptr<const net::TlsContext> context) -> Task<> {
        auto secured = co_await net::tls_accept(std::move(plain), context, soon());
        REQUIRE_OK(secured);
        co_await self.session(std::move(*secured));
    };
    const auto drive = [](net::Wire& its_wire, std::shared_ptr<const net::TlsContext> context,
                          std::vector<std::string> its_script) -> Task<> {
        auto agreed = co_await its_wire.start_tls_client(context, "store-a.example.test", soon());
        REQUIRE_OK(agreed);
        co_await client(its_wire, std::move(its_script));
        its_wire.transport().shutdown_write();
    };
    bench.start(serve(*this, std::move(pair.server), server));
    bench.start(drive(wire, client_context, script));
    bench.finish();
}

Script logged_in(Script more, const std::string& welcome) {
    Script script = {"S: +OK Heliograph POP3 ready", "C: USER alice", "S: +OK Send PASS", "C: PASS secret",
                     "S: +OK " + welcome};
    script.insert(script.end(), more.begin(), more.end());
    return script;
}

void PopBench::fill() {
    const auto inbox = fixture.inbox();
    fixture.append(inbox, "Subject: one\r\n\r\nbody\r\n.dot\r\n");
    fixture.append(inbox, "Subject: two\r\n\r\nx");
}

}  // namespace helio::test
