// Session: one SMTP client from greeting to close: a loop that reads a line, finds its row, calls the command's
// function and replies (STYLE S5). Replies are gathered while more commands wait (PIPELINING, RFC 2920).
// The commands are functions in cmd_*.cpp, rows in command_table.cpp. Lives on its connection's worker.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/net/listener.h"
#include "common/smtp/command.h"
#include "common/storage/body_spool.h"
#include "mta/smtpd/header_check.h"
#include "mta/smtpd/services.h"

namespace helio::mta {

/// Where a session stands; a row of the command table lists the states it is allowed in.
enum class State : unsigned {
    connected = 1,   ///< before EHLO or HELO
    greeted = 2,     ///< no transaction
    mail = 4,        ///< MAIL accepted, no recipient yet
    recipients = 8,  ///< at least one recipient accepted
    chunks = 16,     ///< some BDAT chunk accepted, not the last
};

/// What a command answers; without a reply the command has sent what was to be sent.
struct Answer {
    std::optional<smtp::Reply> reply;
    bool closes = false;
    Answer(smtp::Reply r) : reply(std::move(r)) {}  // NOLINT: commands return replies
    Answer(std::optional<smtp::Reply> r, bool c) : reply(std::move(r)), closes(c) {}
};

/// The message that is being received.
struct Transaction {
    std::string id;
    smtp::MailCommand mail;
    std::vector<Recipient> recipients;
    std::shared_ptr<storage::BodySpool> text;
    HeaderCheck header;
    smtp::LineCleaner cleaner;  ///< for BDAT; DATA's reader has its own
    std::uint64_t text_bytes = 0;
    std::optional<smtp::Reply> failure;  ///< what the end of data will be answered with
};

class Session {
public:
    Session(net::Connection connection, const SmtpdServices& services);

    /// Until the client leaves, is told to, or the deadline passes.
    Task<> run();

    // What follows is for the commands.
    const SmtpdServices& services() const { return services_; }
    const SmtpdSettings& settings() const { return services_.settings; }
    const net::Connection& connection() const { return connection_; }
    net::Wire& wire() { return connection_.wire; }
    State state() const { return state_; }
    void set_state(State state) { state_ = state; }

    bool is_tls() const { return connection_.wire.is_tls(); }
    bool offers_starttls() const { return services_.tls != nullptr && connection_.starttls && !is_tls(); }
    bool may_auth() const;
    /// The client as common/auth sees it.
    auth::Peer peer() const;
    void log_login(const auth::Login& login, std::string_view mechanism) const;
    const std::string& client_name() const { return client_name_; }
    bool is_esmtp() const { return esmtp_; }
    void greet(std::string client_name, bool esmtp);
    /// After STARTTLS: nothing the client said before counts (RFC 3207 §4.2).
    void forget();
    const std::shared_ptr<const ldap::User>& user() const { return user_; }
    /// False at the user's session limit.
    bool set_user(std::shared_ptr<const ldap::User> user);

    /// Nothing outside of a transaction.
    std::unique_ptr<Transaction>& transaction() { return transaction_; }
    void begin(smtp::MailCommand mail);
    void end_transaction();
    unsigned transactions() const { return transactions_; }

    net::SteadyTime in(std::chrono::milliseconds duration) const;
    /// Queues the reply and sends all that is queued.
    Task<Result<>> send_now(smtp::Reply reply);
    /// Next line of the client outside of the command loop (AUTH), of at least so many bytes.
    Task<Result<std::string>> read_line(std::size_t most_bytes);

private:
    std::size_t line_limit() const;
    Task<Result<>> greet_client();
    Task<bool> serve_line();
    Task<Answer> dispatch(std::string_view line);
    Task<bool> answer(Answer answer);
    Task<bool> answer_failed_read(Error error);
    void log_end() const;

    net::Connection connection_;
    const SmtpdServices& services_;
    State state_ = State::connected;
    std::string client_name_;
    bool esmtp_ = false;
    std::shared_ptr<const ldap::User> user_;
    std::unique_ptr<Transaction> transaction_;
    unsigned transactions_ = 0;
    unsigned errors_ = 0;
    std::string reason_ = "quit";
    base::SteadyTime started_;
};

}  // namespace helio::mta
