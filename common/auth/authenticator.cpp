#include "common/auth/authenticator.h"

#include <array>

#include "common/auth/familiar.h"
#include "common/auth/throttle.h"
#include "common/base/text.h"

namespace helio::auth {
namespace {

constexpr std::size_t most_name_bytes = 512;
constexpr std::size_t most_password_bytes = 1024;

/// An IPv6 host has a /64 to itself (RFC 6177), so that is what is counted.
std::string throttle_key(const net::Address& address) {
    const auto bytes = address.bytes();
    return std::string(bytes.substr(0, address.is_v4() ? 4 : 8));
}

std::string_view name_of(ldap::Status status) {
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

/// hold stops delivery and overquota stops new mail (mta.md 4.7): both users still read what they have.
bool may_log_in(ldap::Status status) {
    return status == ldap::Status::active || status == ldap::Status::hold || status == ldap::Status::overquota;
}

/// What could never be a login; asking the directory would be a waste, and an LDAP bind without a password succeeds as
/// nobody (RFC 4513 §5.1.2).
std::string_view flaw_of(std::string_view name, const base::Secret& password) {
    if (name.empty()) return "empty name";
    if (name.size() > most_name_bytes) return "name too long";
    if (!base::is_utf8(name)) return "name is not UTF-8";
    for (const char c : name) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "control character in the name";
    }
    if (password.empty()) return "empty password";
    if (password.reveal().size() > most_password_bytes) return "password too long";
    if (password.reveal().find('\0') != std::string::npos) return "NUL in the password";
    return {};
}

constexpr std::array<std::string_view, 4> services = {"imap", "pop3", "smtp", "sieve"};
constexpr std::array<std::string_view, 4> verdicts = {"ok", "rejected", "unavailable", "throttled"};

std::size_t index_of(std::string_view service) {
    for (std::size_t i = 0; i < services.size(); ++i) {
        if (services[i] == service) return i;
    }
    return 0;
}

}  // namespace

ThrottleConfig read_throttle_config(config::Section section) {
    ThrottleConfig config;
    config.failures_per_address =
        static_cast<unsigned>(section.integer("failures_per_address", config.failures_per_address, 0, 1'000'000));
    config.failures_per_user =
        static_cast<unsigned>(section.integer("failures_per_user", config.failures_per_user, 0, 1'000'000));
    config.window = section.duration("window", config.window);
    config.delay = section.duration("delay", config.delay);
    if (config.delay > std::chrono::seconds(30)) section.refuse("delay", "more than 30s: clients give up before");
    return config;
}

struct Authenticator::Impl {
    Impl(ldap::Directory& its_directory, ThrottleConfig its_config, const logging::Logger& its_log,
         base::Registry& metrics, const base::Clock& its_clock)
        : directory(its_directory),
          config(its_config),
          log(its_log),
          clock(its_clock),
          addresses(config.failures_per_address, config.window, config.entries, clock),
          users(config.failures_per_user, config.window, config.entries, clock),
          familiar(config.entries),
          duration(metrics.histogram("helio_auth_seconds", "Time that the directory took to prove a login")) {
        for (std::size_t s = 0; s < services.size(); ++s) {
            for (std::size_t v = 0; v < verdicts.size(); ++v) {
                const auto labels =
                    "service=\"" + std::string(services[s]) + "\",result=\"" + std::string(verdicts[v]) + "\"";
                outcomes[s][v] = &metrics.counter("helio_auth_logins_total", "Logins by service and result", labels);
            }
        }
    }

    Task<Login> prove(std::string name, base::Secret password, std::string address_key);
    Task<Login> judge(base::Secret password, ldap::Answer<ldap::User> answer);
    bool user_blocked(std::string_view user, std::string_view address_key);
    void record(const std::string& name, const Login& login, const ldap::User* user, const net::Address& client,
                std::string_view address_key);

    ldap::Directory& directory;
    const ThrottleConfig config;
    const logging::Logger& log;
    const base::Clock& clock;
    Throttle addresses;
    Throttle users;
    Familiar familiar;
    base::Histogram& duration;
    std::array<std::array<base::Counter*, 4>, 4> outcomes{};
};

Authenticator::Authenticator(ldap::Directory& directory, ThrottleConfig throttle, const logging::Logger& log,
                             base::Registry& metrics, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(directory, throttle, log, metrics, clock)) {}
Authenticator::~Authenticator() = default;

/// Guessed at from elsewhere, a user still gets in from where he is known.
bool Authenticator::Impl::user_blocked(std::string_view user, std::string_view address_key) {
    return users.blocked(user) && !familiar.knows(user, address_key);
}

/// The verdict without the delay.
Task<Login> Authenticator::Impl::prove(std::string name, base::Secret password, std::string address_key) {
    const auto flaw = flaw_of(name, password);
    if (!flaw.empty()) co_return Login{Verdict::rejected, nullptr, std::string(flaw)};
    if (addresses.blocked(address_key)) co_return Login{Verdict::throttled, nullptr, "address throttled"};
    const auto typed = base::to_lower(name);
    if (user_blocked(typed, address_key)) {
        co_return Login{Verdict::throttled, nullptr, "user throttled"};
    }

    auto answer = co_await directory.find_login(std::move(name));
    if (answer.found == ldap::Found::unknown) {
        co_return Login{Verdict::unavailable, nullptr, "directory: " + answer.detail};
    }
    if (answer && user_blocked(base::to_lower(answer->store_name()), address_key)) {
        co_return Login{Verdict::throttled, nullptr, "user throttled"};
    }
    auto login = co_await judge(std::move(password), std::move(answer));
    co_return login;
}

Task<Login> Authenticator::Impl::judge(base::Secret password, ldap::Answer<ldap::User> answer) {
    const auto began = clock.now();
    const auto user = answer ? answer.value : nullptr;
    // An unknown user costs a wait as long as a bind: the directory does that for nullptr.
    const auto proof = co_await directory.verify_password(user, std::move(password));
    duration.observe(clock.now() - began);
    if (proof == ldap::Proof::unknown) co_return Login{Verdict::unavailable, nullptr, "directory: bind unanswered"};
    if (!user) co_return Login{Verdict::rejected, nullptr, "no such user"};
    if (proof == ldap::Proof::rejected) co_return Login{Verdict::rejected, user, "wrong password"};
    if (!may_log_in(user->status)) {
        co_return Login{Verdict::rejected, user, "status " + std::string(name_of(user->status))};
    }
    co_return Login{Verdict::ok, user, {}};
}

/// Counts the outcome for the throttle: under the name as typed and under the user's own, so that aliases and mail
/// addresses give no further guesses.
void Authenticator::Impl::record(const std::string& name, const Login& login, const ldap::User* user,
                                 const net::Address& client, std::string_view address_key) {
    const auto typed = base::to_lower(name);
    const auto own = user != nullptr ? base::to_lower(user->store_name()) : typed;
    if (login.verdict == Verdict::ok) {
        familiar.remember(own, address_key);
        if (own != typed) familiar.remember(typed, address_key);
        return;
    }
    if (login.verdict != Verdict::rejected) return;
    if (addresses.add_failure(address_key)) {
        log.warning("auth.throttle", {{"address", client.to_string()}, {"seconds", config.window.count() / 1000}});
    }
    if (typed.size() > most_name_bytes) return;
    if (own != typed) users.add_failure(typed);
    if (users.add_failure(own)) {
        log.warning("auth.throttle", {{"user", base::printable(own)}, {"seconds", config.window.count() / 1000}});
    }
}

Task<Login> Authenticator::login(std::string name, base::Secret password, net::Address client, std::string service) {
    const auto began = impl_->clock.now();
    const auto address_key = throttle_key(client);
    auto login = co_await impl_->prove(name, std::move(password), address_key);
    impl_->record(name, login, login.user.get(), client, address_key);
    impl_->outcomes[index_of(service)][static_cast<std::size_t>(login.verdict)]->add();
    if (login.verdict != Verdict::ok) login.user.reset();
    if (login.verdict == Verdict::rejected || login.verdict == Verdict::throttled) {
        // Every refusal comes equally late, whatever the look-up and the bind took.
        const auto spent = std::chrono::ceil<std::chrono::milliseconds>(impl_->clock.now() - began);
        if (spent < impl_->config.delay) co_await net::Worker::current().sleep_for(impl_->config.delay - spent);
    }
    co_return login;
}

}  // namespace helio::auth
