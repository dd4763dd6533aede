#include "common/auth/guard.h"

#include "common/base/text.h"
#include "common/net/neighbourhood.h"
#include "common/net/worker.h"

namespace helio::auth {
namespace {

constexpr std::size_t most_name_bytes = 512;

std::string throttle_key(const net::Address& address) { return std::string(net::neighbourhood(address).bytes()); }

constexpr std::array<std::string_view, 4> services = {"imap", "pop3", "smtp", "sieve"};
constexpr std::array<std::string_view, 5> verdicts = {"ok", "rejected", "unavailable", "throttled", "forbidden"};

std::size_t index_of(std::string_view service) {
    for (std::size_t i = 0; i < services.size(); ++i) {
        if (services[i] == service) return i;
    }
    return 0;
}

}  // namespace

Guard::Guard(ThrottleConfig config, const logging::Logger& log, base::Registry& metrics, const base::Clock& clock)
    : config_(config),
      log_(log),
      clock_(clock),
      addresses_(config.failures_per_address, config.window, config.entries, clock),
      users_(config.failures_per_user, config.window, config.entries, clock),
      familiar_(config.entries) {
    for (std::size_t s = 0; s < services.size(); ++s) {
        for (std::size_t v = 0; v < verdicts.size(); ++v) {
            const auto labels =
                "service=\"" + std::string(services[s]) + "\",result=\"" + std::string(verdicts[v]) + "\"";
            outcomes_[s][v] = &metrics.counter("helio_auth_logins_total", "Logins by service and result", labels);
        }
    }
}

std::string_view Guard::flaw_of(std::string_view name) {
    if (name.empty()) return "empty name";
    if (name.size() > most_name_bytes) return "name too long";
    if (!base::is_utf8(name)) return "name is not UTF-8";
    for (const char c : name) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "control character in the name";
    }
    return {};
}

bool Guard::may_log_in(ldap::Status status) {
    return status == ldap::Status::active || status == ldap::Status::hold || status == ldap::Status::overquota;
}

std::string_view Guard::name_of(ldap::Status status) {
    switch (status) {
        case ldap::Status::active:
            return "active";
        case ldap::Status::inactive:
            return "inactive";
        case ldap::Status::disabled:
            return "disabled";
        case ldap::Status::deleted:
            return "deleted";
        case ldap::Status::removed:
            return "removed";
        case ldap::Status::hold:
            return "hold";
        case ldap::Status::overquota:
            return "overquota";
    }
    return "unknown";
}

std::string_view Guard::blocked(std::string_view name, const net::Address& client) {
    const auto address_key = throttle_key(client);
    if (addresses_.blocked(address_key)) return "address throttled";
    const auto typed = base::to_lower(name);
    if (users_.blocked(typed) && !familiar_.knows(typed, address_key)) return "user throttled";
    return {};
}

void Guard::record(std::string_view name, const ldap::User* user, const Login& login, const net::Address& client,
                   std::string_view service) {
    outcomes_[index_of(service)][static_cast<std::size_t>(login.verdict)]->add();
    const auto address_key = throttle_key(client);
    const auto typed = base::to_lower(name);
    const auto own = user != nullptr ? base::to_lower(user->store_name()) : typed;
    if (login.verdict == Verdict::ok || login.verdict == Verdict::forbidden) {
        familiar_.remember(own, address_key);
        if (own != typed) familiar_.remember(typed, address_key);
        return;
    }
    if (login.verdict != Verdict::rejected) return;
    if (addresses_.add_failure(address_key)) {
        log_.warning("auth.throttle", {{"address", client.to_string()}, {"seconds", config_.window.count() / 1000}});
    }
    if (typed.empty() || typed.size() > most_name_bytes) return;
    if (own != typed) users_.add_failure(typed);
    if (users_.add_failure(own)) {
        log_.warning("auth.throttle", {{"user", own}, {"seconds", config_.window.count() / 1000}});
    }
}

Task<> Guard::wait(Verdict verdict, base::SteadyTime began) const {
    if (verdict != Verdict::rejected && verdict != Verdict::throttled) co_return;
    const auto spent = std::chrono::ceil<std::chrono::milliseconds>(clock_.now() - began);
    if (spent < config_.delay) co_await net::Worker::current().sleep_for(config_.delay - spent);
}

}  // namespace helio::auth
