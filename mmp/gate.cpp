#include "mmp/gate.h"

#include "common/base/text.h"
#include "mmp/errc.h"

namespace helio::mmp {
namespace {

constexpr std::array<std::string_view, 5> outcome_names = {"ok", "rejected", "unavailable", "too_many", "turned_away"};

std::int64_t milliseconds_since(net::SteadyTime began) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
}

std::string_view reason_of(net::RelayEnd end) {
    switch (end) {
        case net::RelayEnd::client_closed:
            return "client closed";
        case net::RelayEnd::server_closed:
            return "store closed";
        case net::RelayEnd::idle:
            return "idle";
        case net::RelayEnd::interrupted:
            return "interrupted";
        case net::RelayEnd::failed:
            return "connection lost";
    }
    return "closed";
}

}  // namespace

Gate::Gate(std::string protocol, const StoreDialogue& dialogue, auth::Authenticator& authenticator, Stores& stores,
           net::RelayLimits relay, const logging::Logger& log, base::Registry& metrics)
    : protocol_(std::move(protocol)),
      dialogue_(dialogue),
      authenticator_(authenticator),
      stores_(stores),
      relay_(relay),
      log_(log),
      bytes_up_(metrics.counter("helio_mmp_relayed_bytes_total", "Bytes relayed after login",
                                "protocol=\"" + protocol_ + "\",direction=\"to_store\"")),
      bytes_down_(metrics.counter("helio_mmp_relayed_bytes_total", "Bytes relayed after login",
                                  "protocol=\"" + protocol_ + "\",direction=\"to_client\"")) {
    for (std::size_t i = 0; i < outcome_names.size(); ++i) {
        logins_[i] =
            &metrics.counter("helio_mmp_logins_total", "Logins through the proxy by result",
                             "protocol=\"" + protocol_ + "\",result=\"" + std::string(outcome_names[i]) + "\"");
    }
}

Task<Entry> Gate::enter(Session& session, auth::Peer peer, std::string name, base::Secret password) {
    auto login = co_await authenticator_.login(std::move(name), std::move(password), std::move(peer));
    auto entry = co_await admit(session, std::move(login), "password");
    co_return entry;
}

Task<Entry> Gate::admit(Session& session, auth::Login login, std::string_view mechanism) {
    const auto began = std::chrono::steady_clock::now();
    auto judged = co_await judge(session, login);
    const auto index = static_cast<std::size_t>(judged.entry.outcome);
    logins_[index]->add();
    log_.info(protocol_ + ".login", {{"session", session.connection.id},
                                     {"user", session.user.empty() ? base::printable(login.name) : session.user},
                                     {"mailhost", session.mailhost},
                                     {"client", session.connection.client.to_string()},
                                     {"how", mechanism},
                                     {"tls", session.client().is_tls()},
                                     {"result", outcome_names[index]},
                                     {"reason", judged.reason},
                                     {"ms", milliseconds_since(began)}});
    if (judged.entry.outcome != Outcome::welcome) {
        session.user.clear();
        session.mailhost.clear();
    }
    co_return std::move(judged.entry);
}

Task<Gate::Judgement> Gate::judge(Session& session, const auth::Login& login) {
    if (login.verdict == auth::Verdict::unavailable) {
        co_return Judgement{{.outcome = Outcome::unavailable, .capability = {}, .code = {}}, login.reason};
    }
    if (login.verdict != auth::Verdict::ok) {
        co_return Judgement{{.outcome = Outcome::rejected, .capability = {}, .code = {}}, login.reason};
    }
    session.user = login.name;
    session.mailhost = login.user->mail_host;
    if (!session.connection.token.claim_user(session.user)) {
        co_return Judgement{{.outcome = Outcome::too_many, .capability = {}, .code = {}}, "sessions of the user"};
    }
    auto judged = co_await open_store(session, session.user, session.mailhost);
    co_return judged;
}

Task<Gate::Judgement> Gate::open_store(Session& session, std::string user, std::string mailhost) {
    if (mailhost.empty()) {
        log_.error("mmp.no_mailhost", {{"user", user}, {"remedy", "give the entry a mailHost"}});
        co_return Judgement{{.outcome = Outcome::unavailable, .capability = {}, .code = {}}, "no mailHost"};
    }
    Passenger passenger{.user = user,
                        .client = session.connection.client,
                        .local = session.connection.local,
                        .session = session.connection.id,
                        .utf8 = session.utf8};
    auto opened = co_await stores_.enter(mailhost, std::move(passenger), dialogue_);
    if (!opened) {
        const auto& error = opened.error();
        if (error.code == errc::no_mailhost || error.code == errc::store_refused) {
            log_.error("mmp.misrouted",
                       {{"mailhost", mailhost}, {"protocol", protocol_}, {"reason", to_string(error)}});
        }
        co_return Judgement{{.outcome = Outcome::unavailable, .capability = {}, .code = {}}, to_string(error)};
    }
    auto& verdict = opened->verdict;
    if (!verdict.welcome) {
        co_return Judgement{{.outcome = Outcome::turned_away, .capability = {}, .code = verdict.code}, verdict.reason};
    }
    session.store = std::move(opened->wire);
    co_return Judgement{{.outcome = Outcome::welcome, .capability = std::move(verdict.capability), .code = {}}, {}};
}

Task<> Gate::carry(Session& session) {
    const auto result = co_await net::relay(session.client(), *session.store, relay_);
    session.relayed_up = result.client_to_server_bytes;
    session.relayed_down = result.server_to_client_bytes;
    bytes_up_.add(session.relayed_up);
    bytes_down_.add(session.relayed_down);
    session.reason = reason_of(result.end);
    session.store.reset();
}

void Gate::say_closed(const Session& session) const {
    log_.info(protocol_ + ".close", {{"session", session.connection.id},
                                     {"user", session.user},
                                     {"mailhost", session.mailhost},
                                     {"client", session.connection.client.to_string()},
                                     {"reason", session.reason},
                                     {"bytes_up", session.relayed_up},
                                     {"bytes_down", session.relayed_down},
                                     {"ms", milliseconds_since(session.began)}});
}

}  // namespace helio::mmp
