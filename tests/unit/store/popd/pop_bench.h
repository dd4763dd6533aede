// PopBench: a PopService over a store in memory; tests write dialogues of "C: " and "S: " lines.
#pragma once

#include <string>
#include <vector>

#include "store/popd/pop_service.h"
#include "tests/support/certificates.h"
#include "tests/support/fake_directory.h"
#include "tests/support/run.h"
#include "tests/support/store_fixture.h"

namespace helio::test {

using Script = std::vector<std::string>;

/// The lines of a login as alice, then `more`.
Script logged_in(Script more, const std::string& welcome = "2 messages");

class PopBench {
public:
    explicit PopBench(store::PopConfig config = plain_config(), std::shared_ptr<net::TlsSource> tls = nullptr,
                      auth::SaslConfig sasl = {})
        : authenticator_(directory,
                         auth::AuthConfig{.throttle = {.delay = std::chrono::milliseconds(0)}, .sasl = std::move(sasl)},
                         fixture.log, fixture.metrics),
          service(fixture.store, authenticator_, std::move(tls), std::move(config), fixture.log, fixture.metrics) {
        directory.add_user("alice@example.test", "secret", "store-a.example.test");
        directory.add_user("bob@example.test", "secret", "store-b.example.test");
    }
    /// Passwords in plain text from everywhere.
    static store::PopConfig plain_config() {
        store::PopConfig config;
        config.plaintext_from = {*net::Network::parse("0.0.0.0/0")};
        config.in_use_wait = {};
        return config;
    }

    /// One session: "C: text" is sent, "S: text" must come, "END" the server must have closed. Each entry is a line.
    void talk(const Script& script);
    /// The same, the server's side under TLS from the start; `client` verifies and may show a certificate.
    void talk_tls(const Script& script, std::shared_ptr<const net::TlsContext> server,
                  std::shared_ptr<const net::TlsContext> client);
    /// A session to be run beside another.
    Task<> session(std::unique_ptr<net::Transport> transport);
    static Task<> client(net::Wire& wire, Script script);

    /// Puts two messages into alice's maildrop, of 28 and 17 bytes.
    void fill();

    /// The daemon begins to end.
    void drain() { sessions_.close(); }

    StoreFixture fixture;
    FakeDirectory directory;

private:
    auth::Authenticator authenticator_;
    net::SessionSet sessions_{net::SessionLimits{}};

public:
    store::PopService service;
};

}  // namespace helio::test
