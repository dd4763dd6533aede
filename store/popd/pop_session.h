// PopSession: one client of the store's POP3 service from greeting to close (RFC 1939, 2449, 2595, 5034).
// A loop that reads a line, dispatches it by the table in commands.cpp and replies; what commands share is here.
// States: AUTHORIZATION -> (login, maildrop locked) -> TRANSACTION -> QUIT: deletions durable, then +OK.
// A session that ends in any other way deletes nothing. Replies to pipelined commands leave together.
// A local object of PopService::serve(); lives on its connection's worker.
#pragma once

#include <memory>
#include <string>

#include "common/auth/authenticator.h"
#include "common/net/listener.h"
#include "store/popd/login_intervals.h"
#include "store/popd/maildrop.h"
#include "store/popd/metrics.h"
#include "store/popd/pop_config.h"

namespace helio::store {

/// What all sessions of a service share; outlives them.
struct PopServices {
    MailStore& store;
    auth::Authenticator& authenticator;
    std::shared_ptr<net::TlsSource> tls;  ///< for STLS; may be null
    const PopConfig& config;
    const logging::Logger& log;
    PopMetrics& metrics;
    MaildropLocks& locks;
    LoginIntervals& intervals;
    const base::Clock& clock;
};

enum class PopState : unsigned char { authorization = 1, transaction = 2 };

class PopSession {
public:
    PopSession(net::Connection connection, PopServices& services);

    /// The whole session; returns when it is over.
    Task<> run();

    // ---- for the commands ----
    PopState state() const { return state_; }
    net::Wire& wire() { return connection_.wire; }
    const net::Connection& connection() const { return connection_; }
    PopServices& services() { return services_; }
    const PopConfig& config() const { return services_.config; }
    Maildrop& maildrop() { return maildrop_; }
    /// The store as the user sees it; after the login.
    UserStore& store() { return *store_; }
    const std::string& id() const { return id_; }
    /// The greeting's, for APOP; empty where that is not offered.
    const std::string& timestamp() const { return timestamp_; }
    /// Opens the maildrop to the next session, before the client hears of the end and comes again.
    void release_maildrop() { lock_ = {}; }

    /// Queue "+OK text", "-ERR [code] text"; `code` may be empty.
    void ok(std::string_view text);
    void error(std::string_view code, std::string_view text);
    /// The same, counted against PopConfig::bad_commands.
    void bad(std::string_view text);
    /// Queues bytes as they are and sends when 64 KiB wait; false: the session is over.
    Task<bool> send(std::string_view bytes);
    Task<bool> flush();
    /// Nothing is read any more; what is queued is sent.
    void end(std::string reason);
    /// Reads one line outside of commands (SASL); nothing: the session is over or the line too long (told then).
    Task<std::optional<std::string>> read_answer();

    /// The client as common/auth sees it.
    auth::Peer peer() const { return peer_of(connection_, config(), "pop3"); }
    /// True when USER and PASS may be used on this connection.
    bool passwords_allowed() const { return services_.authenticator.takes_passwords(peer()); }
    bool offers_stls() const { return services_.tls != nullptr && connection_.starttls && !connection_.wire.is_tls(); }
    /// True when the peer is a front end whose word on the client is believed.
    bool trusted_front_end() const { return is_believed(connection_, config()); }
    /// The front end's word on whom it serves; empty values change nothing.
    void set_client(std::optional<net::Endpoint> client, std::string session_id);

    /// Ends a login: enters as the proven user, or counts, logs and words the refusal. `how` is for the log.
    Task<> conclude(auth::Login login, std::string how);
    /// USER's name, until PASS takes it.
    std::string& pending_user() { return pending_user_; }

    base::SteadyTime deadline() const;
    base::SteadyTime write_deadline() const { return services_.clock.now() + config().write_timeout; }
    void count_retrieved() { ++retrieved_; }
    void count_deleted(std::size_t count) { deleted_ += count; }

private:
    Task<> converse();
    Task<bool> await_command();
    Task<> handle(std::string_view line);
    /// Locks and reads the maildrop, enters TRANSACTION. `user` may be null (proxy login).
    Task<> enter(std::string name, std::shared_ptr<const ldap::User> user, std::string how);
    Task<std::optional<MaildropLocks::Lock>> lock_maildrop(UserId user);
    void refuse_login(const auth::Login& login, std::string_view how);
    void fail_login(std::string_view name, const Error& cause, std::string_view how);
    void log_login(std::string_view name, std::string_view result, std::string_view how);
    void note_end(const Error& error);
    void log_end() const;

    net::Connection connection_;
    PopServices& services_;
    PopState state_ = PopState::authorization;
    std::string id_;
    std::string user_name_;
    std::string pending_user_;
    std::string timestamp_;
    MaildropLocks::Lock lock_;
    std::optional<UserStore> store_;
    Maildrop maildrop_;
    bool ended_ = false;
    std::string end_reason_ = "closed";
    unsigned bad_commands_ = 0;
    std::size_t retrieved_ = 0;
    std::size_t deleted_ = 0;
    base::SteadyTime started_;
};

}  // namespace helio::store
