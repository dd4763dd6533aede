// ProxyBench: the whole proxy but for sockets: real services, gates and dialogues over memory streams, a FakeDirectory,
// and stores that speak canned lines. A dialogue is a list of lines: "C: " the client says, "S: " the server says; a
// trailing "*" stands for any rest; "S: (closed)" is the end of the stream.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "common/route/mailhosts_source.h"
#include "mmp/backend/stores.h"
#include "mmp/frontend.h"
#include "mmp/imap/service.h"
#include "mmp/imap/store_dialogue.h"
#include "mmp/pop/service.h"
#include "mmp/pop/store_dialogue.h"
#include "tests/support/fake_directory.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run.h"

namespace helio::test {

using Lines = std::vector<std::string>;
enum class Role { client, server };

/// Says what `role` says and requires the rest from the other side.
Task<> talk(net::Wire& wire, Role role, Lines lines);

/// Stores that speak the scripts in the order of the connects; without a script a connect is refused.
class ScriptedStores final : public mmp::Dialer {
public:
    explicit ScriptedStores(Workbench& bench) : bench_(bench) {}
    void expect(Lines script) { scripts_.push_back(std::move(script)); }
    /// The next connect gives its other end to the test.
    void expect_by_hand() { scripts_.push_back({"by hand"}); }
    std::unique_ptr<net::Wire> take_by_hand() { return std::move(by_hand_); }
    int dials() const { return dials_; }
    const route::Target& last_target() const { return last_target_; }
    Task<Result<std::unique_ptr<net::Transport>>> dial(route::Target target, net::SteadyTime deadline) override;

private:
    Workbench& bench_;
    std::deque<Lines> scripts_;
    std::unique_ptr<net::Wire> by_hand_;
    int dials_ = 0;
    route::Target last_target_;
};

struct ProxySettings {
    mmp::FrontendConfig frontend = permissive();
    auth::ThrottleConfig throttle = {.failures_per_address = 100, .failures_per_user = 100, .delay = {}};
    mmp::StoresConfig stores = plain_stores();
    net::SessionLimits limits;

    static mmp::FrontendConfig permissive();  ///< memory streams have no TLS: 192.0.2.0/24 is listed
    static mmp::StoresConfig plain_stores();
};

struct ProxyBench {
    explicit ProxyBench(ProxySettings settings = {});

    /// A client of the service, with the greeting still to come.
    std::unique_ptr<net::Wire> connect(net::Service& service, std::string_view from = "192.0.2.7");
    /// A client that speaks `lines` to the end; all that was started has ended when it returns.
    void run(net::Service& service, Lines lines, std::string_view from = "192.0.2.7");

    Workbench bench;
    ManualClock clock;
    FakeDirectory directory;
    logging::Logger log{{.level = logging::Level::info, .format = {}, .file = "/dev/null"}, "test"};
    base::Registry metrics;
    auth::Authenticator authenticator;
    route::MailhostsSource mailhosts;
    ScriptedStores dialer{bench};
    mmp::Stores stores;
    mmp::ImapStoreDialogue imap_dialogue;
    mmp::Gate imap_gate;
    mmp::Frontend imap_frontend;
    mmp::ImapService imap{imap_frontend};
    mmp::PopStoreDialogue pop_dialogue;
    mmp::Gate pop_gate;
    mmp::Frontend pop_frontend;
    mmp::PopService pop{pop_frontend};
    net::SessionSet sessions;
};

/// The greeting of the proxy to a client that may log in.
inline constexpr const char* imap_greeting = "S: * OK [CAPABILITY IMAP4rev1 *";

}  // namespace helio::test
