// The part of PopSession that knows who the peer is: TLS, trusted front ends, entering the TRANSACTION state.
#include "common/base/text.h"
#include "store/popd/pop_session.h"

namespace helio::store {
namespace {

constexpr std::chrono::milliseconds lock_pause{20};

}  // namespace

void PopSession::set_client(std::optional<net::Endpoint> client, std::string session_id) {
    if (client) connection_.client = *client;
    if (!session_id.empty()) id_ = std::move(session_id);
}

Task<> PopSession::conclude(auth::Login login, std::string how) {
    if (login.verdict != auth::Verdict::ok) {
        refuse_login(login, how);
        co_return;
    }
    if (login.by_front_end) how = "proxy " + peer().front_end;
    co_await enter(std::move(login.name), std::move(login.user), std::move(how));
    if (state_ != PopState::transaction) connection_.token.give_up_user();
}

Task<> PopSession::enter(std::string name, std::shared_ptr<const ldap::User> user, std::string how) {
    name = base::to_lower(name);
    const auto& mailhost = config().mailhost;
    if (user && !mailhost.empty() && !user->mail_host.empty() && user->mail_host != mailhost) {
        log_login(name, "wrong mailhost", how);
        error("SYS/PERM", "Your mailbox is on another server");
        co_return;
    }
    if (!connection_.token.claim_user(name)) {
        log_login(name, "too many sessions", how);
        error("IN-USE", "Too many connections of this user");
        co_return;
    }
    const auto id = co_await services_.store.open_user(name);
    if (!id) {
        fail_login(name, id.error(), how);
        co_return;
    }
    auto lock = co_await lock_maildrop(*id);
    if (!lock) {
        services_.metrics.logins_in_use.add();
        log_login(name, "in use", how);
        error("IN-USE", "Another session has this maildrop open");
        co_return;
    }
    if (!services_.intervals.admit(*id)) {
        log_login(name, "too soon", how);
        error("LOGIN-DELAY", "Wait before you log in again");
        co_return;
    }
    UserStore store(services_.store, *id, name);
    auto drop = Maildrop::load(store, MailboxId::of(*id, 0));
    if (!drop && drop.error().code == make_error_code(errc::no_permission)) {
        log_login(name, "no right to read", how);
        error("SYS/PERM", "You may not read your mailbox");
        co_return;
    }
    if (!drop) {
        fail_login(name, drop.error(), how);
        co_return;
    }
    lock_ = std::move(*lock);
    store_.emplace(std::move(store));
    maildrop_ = std::move(*drop);
    user_name_ = std::move(name);
    state_ = PopState::transaction;
    services_.metrics.logins_ok.add();
    log_login(user_name_, "ok", how);
    ok(std::to_string(maildrop_.count()) + " messages");
}

/// Waits a little for another session to end: clients come again before we have seen them go.
Task<std::optional<MaildropLocks::Lock>> PopSession::lock_maildrop(UserId user) {
    if (!config().exclusive) co_return MaildropLocks::Lock();
    const auto give_up = services_.clock.now() + config().in_use_wait;
    auto lock = services_.locks.take(user);
    while (!lock && services_.clock.now() < give_up && !wire().interrupted()) {
        co_await net::Worker::current().sleep_for(lock_pause);
        lock = services_.locks.take(user);
    }
    co_return lock;
}

/// Wrong password and unknown user look alike (RFC 3206 §4: AUTH).
void PopSession::refuse_login(const auth::Login& login, std::string_view how) {
    log_login(login.name, login.reason, how);
    if (login.verdict == auth::Verdict::unavailable) {
        services_.metrics.logins_unavailable.add();
        error("SYS/TEMP", "Temporary authentication failure");
        return;
    }
    services_.metrics.logins_rejected.add();
    ++bad_commands_;
    const bool forbidden = login.verdict == auth::Verdict::forbidden;
    error("AUTH", forbidden ? "Acting as another user is not allowed" : "Authentication failed");
}

void PopSession::fail_login(std::string_view name, const Error& cause, std::string_view how) {
    if (cause.code == make_error_code(errc::bad_name)) {  // a front end named nobody who could be a user
        services_.metrics.logins_rejected.add();
        log_login(name, to_string(cause), how);
        error("SYS/PERM", "Not a user name");
        return;
    }
    services_.metrics.logins_unavailable.add();
    services_.log.error("pop3.login", {{"session", id_}, {"user", name}, {"result", to_string(cause)}});
    error("SYS/TEMP", "The mailbox can't be opened now");
}

void PopSession::log_login(std::string_view name, std::string_view result, std::string_view how) {
    services_.log.info("pop3.login", {{"session", id_},
                                      {"client", connection_.client.address.to_string()},
                                      {"user", name},
                                      {"how", how},
                                      {"tls", connection_.wire.is_tls()},
                                      {"result", result}});
}

}  // namespace helio::store
