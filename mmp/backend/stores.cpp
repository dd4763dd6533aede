#include "mmp/backend/stores.h"

#include <algorithm>
#include <fstream>

#include "common/base/text.h"
#include "mmp/errc.h"

namespace helio::mmp {
namespace {

using std::chrono::steady_clock;

/// True when a second try may help: the connection failed or broke, and time is left.
bool worth_a_retry(const Error& error) {
    return error.code == net::errc::refused || error.code == net::errc::closed || error.code == net::errc::io;
}

}  // namespace

Stores::Stores(StoresConfig config, route::MailhostsSource& mailhosts, Dialer& dialer,
               std::shared_ptr<net::TlsSource> site_tls, const logging::Logger& log, base::Registry& metrics,
               const base::Clock& clock)
    : config_(std::move(config)),
      mailhosts_(mailhosts),
      dialer_(dialer),
      site_tls_(std::move(site_tls)),
      log_(log),
      metrics_(metrics),
      health_(config_.health, clock),
      open_circuits_(metrics.gauge("helio_mmp_store_circuits_open", "Store endpoints that are not tried for a while")),
      connect_seconds_(metrics.histogram("helio_mmp_store_connect_seconds", "Connecting to a store, implicit TLS too")),
      login_seconds_(metrics.histogram("helio_mmp_store_login_seconds", "Greeting to answer of a proxy login")) {}

Task<Result<StoreSession>> Stores::enter(std::string mailhost, Passenger passenger, const StoreDialogue& dialogue) {
    const auto target = mailhosts_.current()->find(mailhost, dialogue.protocol());
    if (!target) co_return fail(errc::no_mailhost, base::printable(mailhost));
    const auto endpoint = target->host.to_string();
    if (!health_.may_try(endpoint)) co_return fail(errc::store_down, endpoint);
    auto outcome = co_await try_once(*target, passenger, dialogue);
    if (!outcome && worth_a_retry(outcome.error())) {
        count_failure(mailhost);
        co_await net::Worker::current().sleep_for(config_.retry_pause);
        outcome = co_await try_once(*target, std::move(passenger), dialogue);
    }
    judge(endpoint, mailhost, outcome);
    co_return outcome;
}

Task<Result<StoreSession>> Stores::try_once(route::Target target, Passenger passenger, const StoreDialogue& dialogue) {
    const auto began = steady_clock::now();
    auto dialled = co_await dialer_.dial(target, began + config_.connect_timeout);
    if (!dialled) co_return fail(std::move(dialled.error()));
    const auto connected = steady_clock::now();
    connect_seconds_.observe(connected - began);

    StoreSession session;
    session.wire = std::make_unique<net::Wire>(std::move(*dialled));
    DialogueContext context{.tls = config_.tls,
                            .tls_context = config_.tls == StoreTls::starttls ? site_tls_->current() : nullptr,
                            .tls_name = target.tls_name,
                            .deadline = connected + config_.login_timeout};
    auto verdict = co_await dialogue.log_in(*session.wire, std::move(passenger), config_.identity, std::move(context));
    if (!verdict) co_return fail(std::move(verdict.error()));
    login_seconds_.observe(steady_clock::now() - connected);
    session.verdict = std::move(*verdict);
    if (!session.verdict.welcome) session.wire.reset();
    co_return session;
}

void Stores::judge(const std::string& endpoint, const std::string& mailhost, const Result<StoreSession>& outcome) {
    if (!outcome) count_failure(mailhost);
    // A store that answers is up, even when it doesn't believe us: that may concern one user only.
    if (outcome || outcome.error().code == errc::store_refused) {
        health_.succeeded(endpoint);
    } else {
        if (health_.failed(endpoint)) {
            log_.error("mmp.store_down",
                       {{"mailhost", mailhost}, {"endpoint", endpoint}, {"reason", to_string(outcome.error())}});
        }
    }
    open_circuits_.set(static_cast<std::int64_t>(health_.open_count()));
}

/// Only configured mailhosts get a series of their own: names from the directory are not bounded.
void Stores::count_failure(const std::string& mailhost) {
    const auto known = mailhosts_.current()->names();
    const bool configured = std::ranges::find(known, mailhost) != known.end();
    metrics_
        .counter("helio_mmp_store_failures_total", "Connects and proxy logins that failed, by mailhost",
                 "mailhost=\"" + (configured ? mailhost : "other") + "\"")
        .add();
}

StoresConfig read_stores_config(config::Section section) {
    StoresConfig config;
    config.tls = static_cast<StoreTls>(section.choice("tls", {"starttls", "implicit", "none"}, "starttls"));
    config.identity.mechanism = static_cast<ProxyLogin>(section.choice("login", {"plain", "external"}, "plain"));
    config.identity.name = section.text("user", config.identity.name);
    const auto password_file = section.text("password_file", "");
    if (!password_file.empty()) {
        std::ifstream file(password_file);
        std::string line;
        if (!std::getline(file, line)) section.refuse("password_file", "can't be read, or is empty");
        config.identity.password = base::Secret(std::string(base::trim(line)));
    }
    config.connect_timeout = section.timeout("connect_timeout", config.connect_timeout);
    config.login_timeout = section.timeout("login_timeout", config.login_timeout);
    config.health.failures = static_cast<unsigned>(section.integer("failures", config.health.failures, 0, 1'000));
    config.health.open_for = section.duration("open_for", config.health.open_for);
    return config;
}

}  // namespace helio::mmp
