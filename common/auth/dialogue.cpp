#include "common/auth/dialogue.h"

#include "common/auth/client_host.h"
#include "common/base/text.h"

namespace helio::auth {
namespace {

constexpr std::size_t most_password_bytes = 1024;
constexpr std::size_t most_certificate_names = 8;  // each costs a question to the directory

/// What could never be a password; an LDAP bind without one succeeds as nobody (RFC 4513 §5.1.2).
std::string_view flaw_of(const base::Secret& password) {
    if (password.empty()) return "empty password";
    if (password.reveal().size() > most_password_bytes) return "password too long";
    if (password.reveal().find('\0') != std::string::npos) return "NUL in the password";
    return {};
}

Login refused(Verdict verdict, std::string_view reason) { return {.verdict = verdict, .reason = std::string(reason)}; }

/// `user` stays in a refusal, so that the failure counts for him under all of his names.
Login settled(std::shared_ptr<const ldap::User> user, bool proven, std::string_view failure) {
    if (!proven) return {.verdict = Verdict::rejected, .user = std::move(user), .reason = std::string(failure)};
    if (!Guard::may_log_in(user->status)) {
        auto reason = "status " + std::string(Guard::name_of(user->status));
        return {.verdict = Verdict::rejected, .user = std::move(user), .reason = std::move(reason)};
    }
    auto name = user->store_name();
    return {.verdict = Verdict::ok, .user = std::move(user), .name = std::move(name)};
}

/// True when `id` is another name of the user who has proven himself.
bool is_own_name(const std::string& id, const std::string& typed, const ldap::User& user) {
    return base::equals_ignoring_case(id, typed) || base::equals_ignoring_case(id, user.store_name()) ||
           base::equals_ignoring_case(id, user.mail);
}

}  // namespace

Task<Login> DialogueBench::prove_password(std::string name, base::Secret password, net::Address client) {
    auto flaw = Guard::flaw_of(name);
    if (flaw.empty()) flaw = flaw_of(password);
    if (!flaw.empty()) co_return refused(Verdict::rejected, flaw);
    const auto blocked = guard.blocked(name, client);
    if (!blocked.empty()) co_return refused(Verdict::throttled, blocked);
    auto answer = co_await directory.find_login(name);
    if (answer.found == ldap::Found::unknown) {
        co_return refused(Verdict::unavailable, "directory: " + answer.detail);
    }
    const auto user = answer ? answer.value : nullptr;
    if (user) {
        const auto own_blocked = guard.blocked(user->store_name(), client);
        if (!own_blocked.empty()) co_return refused(Verdict::throttled, own_blocked);
    }
    const auto began = guard.clock().now();
    // An unknown user costs a wait as long as a bind: the directory does that for nullptr.
    const auto proof = co_await directory.verify_password(user, std::move(password));
    duration.observe(guard.clock().now() - began);
    if (proof == ldap::Proof::unknown) co_return refused(Verdict::unavailable, "directory: bind unanswered");
    if (!user) co_return refused(Verdict::rejected, "no such user");
    co_return settled(user, proof == ldap::Proof::accepted, "wrong password");
}

Task<> DialogueBench::apply_filters(Login* login, Peer peer) const {
    if (login->verdict != Verdict::ok || login->by_front_end) co_return;
    const auto refuse = [login](Verdict verdict, std::string_view reason) {
        login->verdict = verdict;
        login->reason = reason;
    };
    const auto own = AccessFilter::parse(login->user->allowed_service_access);
    if (!own) {
        log.error("auth.bad_filter", {{"user", login->name}, {"reason", to_string(own.error())}});
        co_return refuse(Verdict::rejected, "access filter can't be read");
    }
    const auto found = config.access.find(peer.service);
    const auto site = found == config.access.end() ? AccessFilter() : found->second;
    ClientHost host;
    if (resolver && (site.needs_host() || own->needs_host())) {
        host = co_await find_client_host(resolver, peer.client);
        if (!host.known) co_return refuse(Verdict::unavailable, "DNS: the client's host name is not known for now");
    }
    const bool tls = peer.transport != nullptr && peer.transport->tls() != nullptr;
    const AccessQuestion question{.service = peer.service, .tls = tls, .client = peer.client, .host = host.name};
    if (!site.grants(question)) co_return refuse(Verdict::rejected, "access filter of the site");
    if (!own->grants(question)) co_return refuse(Verdict::rejected, "access filter of the user or domain");
}

Dialogue::Dialogue(DialogueBench& bench, sasl::Exchange exchange, std::string mechanism, Peer peer)
    : bench_(bench),
      exchange_(std::move(exchange)),
      mechanism_(std::move(mechanism)),
      peer_(std::move(peer)),
      began_(bench.guard.clock().now()) {}

Task<sasl::Turn> Dialogue::start(std::optional<std::string> initial) {
    std::optional<std::string_view> first;
    if (initial) first = *initial;
    auto turn = co_await go_on(exchange_.start(first));
    co_return turn;
}

Task<sasl::Turn> Dialogue::respond(std::string line) {
    if (refused_) co_return sasl::Turn{sasl::Outcome::done, {}, {}};
    began_ = bench_.guard.clock().now();
    auto turn = co_await go_on(exchange_.respond(line));
    co_return turn;
}

/// Does what the exchange can't: asks the directory, checks a token that may have to be refused by a challenge.
Task<sasl::Turn> Dialogue::go_on(sasl::Turn turn) {
    if (turn.outcome == sasl::Outcome::wants_secret) {
        sasl::StoredSecret stored;
        auto login = co_await fetch_secret(stored);
        if (login.verdict == Verdict::unavailable) {
            login_ = std::move(login);
            co_return sasl::Turn{sasl::Outcome::done, {}, {}};
        }
        if (login.verdict != Verdict::ok) login_ = std::move(login);
        turn = exchange_.supply(std::move(stored));
    }
    if (turn.outcome != sasl::Outcome::done) co_return turn;
    credentials_ = exchange_.take_credentials();
    if (credentials_.proof != sasl::Proof::token) co_return turn;
    auto login = co_await judge_token();
    login_ = std::move(login);
    if (login_->verdict == Verdict::ok) co_return turn;
    // The challenge tells the outcome: it counts now, whether the client answers or hangs up.
    count(*login_);
    auto refusal = exchange_.refusal();
    refused_ = true;
    co_return sasl::Turn{sasl::Outcome::challenge, std::move(refusal), {}};
}

/// ok: go on with `stored`. unavailable: end here. Any other: go on with an empty secret, which fails as a wrong
/// password does, and then give this refusal.
Task<Login> Dialogue::fetch_secret(sasl::StoredSecret& stored) {
    const auto name = exchange_.wanted_name();
    const auto flaw = Guard::flaw_of(name);
    if (!flaw.empty()) co_return refused(Verdict::rejected, flaw);
    auto blocked = bench_.guard.blocked(name, peer_.client);
    if (!blocked.empty()) co_return refused(Verdict::throttled, blocked);
    auto answer = co_await bench_.directory.find_login(name);
    if (answer.found == ldap::Found::unknown) co_return refused(Verdict::unavailable, "directory: " + answer.detail);
    user_ = answer ? answer.value : nullptr;
    if (user_) blocked = bench_.guard.blocked(user_->store_name(), peer_.client);
    if (!blocked.empty()) co_return refused(Verdict::throttled, blocked);
    const auto asked_at = bench_.guard.clock().now();
    auto kept = co_await bench_.directory.find_passwords(user_);
    bench_.duration.observe(bench_.guard.clock().now() - asked_at);
    if (kept.found == ldap::Found::unknown) co_return refused(Verdict::unavailable, "directory: " + kept.detail);
    if (!user_) co_return refused(Verdict::rejected, "no such user");
    if (kept) {
        for (const auto& value : kept->values) stored.add(value.reveal());
    }
    if (stored.empty()) {
        co_return Login{.verdict = Verdict::rejected, .user = user_, .reason = "no secret in the directory"};
    }
    co_return Login{.verdict = Verdict::ok};
}

Task<Login> Dialogue::finish() {
    if (!login_) {
        auto judged = co_await judge();
        login_ = std::move(judged);
    }
    auto login = std::move(*login_);
    co_await bench_.apply_filters(&login, peer_);
    if (login.verdict == Verdict::ok) authorize(login);
    if (!login.by_front_end) {
        if (!refused_) count(login);
        co_await bench_.guard.wait(login.verdict, began_);
    }
    if (login.verdict != Verdict::ok) {
        login.user.reset();
        login.name = name_used();
    }
    co_return login;
}

/// Whom the client named, for the counts and the log.
std::string Dialogue::name_used() const {
    if (!credentials_.authentication_id.empty()) return credentials_.authentication_id;
    auto wanted = exchange_.wanted_name();
    return wanted.empty() ? credentials_.authorization_id : wanted;
}

void Dialogue::count(const Login& login) {
    bench_.guard.record(name_used(), login.user.get(), login, peer_.client, peer_.service);
}

Task<Login> Dialogue::judge() {
    // Its certificate is the proof, whatever else it sends; it has looked at the user's password itself.
    if (!peer_.front_end.empty() && !credentials_.authorization_id.empty()) {
        co_return Login{.verdict = Verdict::ok, .name = credentials_.authorization_id, .by_front_end = true};
    }
    if (!peer_.front_end.empty() && credentials_.proof == sasl::Proof::certificate) {
        co_return refused(Verdict::forbidden, "front end names no user");
    }
    switch (credentials_.proof) {
        case sasl::Proof::password: {
            auto login = co_await bench_.prove_password(credentials_.authentication_id,
                                                        std::move(credentials_.password), peer_.client);
            co_return login;
        }
        case sasl::Proof::certificate: {
            auto login = co_await judge_certificate();
            co_return login;
        }
        case sasl::Proof::token: {
            auto login = co_await judge_token();
            co_return login;
        }
        case sasl::Proof::secret:
        case sasl::Proof::failed:
            break;
    }
    if (!user_) co_return refused(Verdict::rejected, "no such user");
    co_return settled(user_, credentials_.proof == sasl::Proof::secret, "wrong password");
}

Task<Login> Dialogue::find_active(std::string name, std::string_view absent) {
    const auto flaw = Guard::flaw_of(name);
    if (!flaw.empty()) co_return refused(Verdict::rejected, flaw);
    auto answer = co_await bench_.directory.find_login(std::move(name));
    if (answer.found == ldap::Found::unknown) co_return refused(Verdict::unavailable, "directory: " + answer.detail);
    if (!answer) co_return refused(Verdict::rejected, absent);
    co_return settled(answer.value, true, {});
}

/// The first of the certificate's names that the directory knows.
Task<Login> Dialogue::judge_certificate() {
    const auto* tls = peer_.transport == nullptr ? nullptr : peer_.transport->tls();
    const auto which = bench_.config.sasl.certificate;
    std::vector<std::string> names;
    if (tls != nullptr && which == CertificateName::email) names = tls->peer_emails;
    if (tls != nullptr && which == CertificateName::common_name) names = {tls->peer_common_name};
    if (names.size() > most_certificate_names) names.resize(most_certificate_names);
    auto login = refused(Verdict::rejected, "certificate names no user");
    for (auto& name : names) {
        login = co_await find_active(name, "certificate names no user");
        credentials_.authentication_id = std::move(name);
        if (login.verdict == Verdict::ok || login.verdict == Verdict::unavailable) break;
    }
    co_return login;
}

Task<Login> Dialogue::judge_token() {
    if (!bench_.tokens) co_return refused(Verdict::rejected, "no tokens here");
    const auto blocked = bench_.guard.blocked(credentials_.authorization_id, peer_.client);
    if (!blocked.empty()) co_return refused(Verdict::throttled, blocked);
    auto verdict = co_await bench_.tokens->verify(std::move(credentials_.password));
    if (verdict.verdict != Verdict::ok) co_return refused(verdict.verdict, verdict.reason);
    credentials_.authentication_id = verdict.user;
    auto login = co_await find_active(std::move(verdict.user), "token of no user here");
    co_return login;
}

/// Nobody acts as another here: proxies do, by their certificates.
void Dialogue::authorize(Login& login) const {
    const auto& acting = credentials_.authorization_id;
    if (login.by_front_end || acting.empty()) return;
    if (is_own_name(acting, credentials_.authentication_id, *login.user)) return;
    login.verdict = Verdict::forbidden;
    login.reason = "may not act as " + base::printable(acting);
}

}  // namespace helio::auth
