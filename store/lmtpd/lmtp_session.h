// LmtpSession: one relay from greeting to close (RFC 2033): a loop that reads a line, finds its row, calls the
// command's function and queues the reply. Replies are gathered while more commands wait (PIPELINING, RFC 2920).
// Commands are functions in cmd_*.cpp, rows in command_table.cpp. Lives on its connection's worker.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/net/listener.h"
#include "common/smtp/command.h"
#include "common/smtp/line_cleaner.h"
#include "common/smtp/xdelivery.h"
#include "common/storage/body_spool.h"
#include "store/directory/directory_accounts.h"
#include "store/lmtpd/lmtp_config.h"
#include "store/lmtpd/lmtp_metrics.h"
#include "store/mailbox/mail_store.h"

namespace helio::store::lmtp {

/// What all sessions share; built by LmtpService.
struct LmtpServices {
    MailStore& store;
    const LmtpConfig& config;
    storage::SpoolBudget& spool;
    net::TlsSource* tls;  ///< null: no STARTTLS
    const logging::Logger& log;
    LmtpMetrics& metrics;
    const base::Clock& clock;
    DirectoryAccounts* quotas;  ///< null: the relay's word holds
};

/// Where a session stands; a row of the command table lists the states that it is allowed in.
enum class State : unsigned {
    connected = 1,   ///< before LHLO
    greeted = 2,     ///< no transaction
    mail = 4,        ///< MAIL accepted, no recipient yet
    recipients = 8,  ///< at least one recipient accepted
    chunks = 16,     ///< some BDAT chunk accepted, not the last
};

struct AcceptedRecipient {
    std::string user;  ///< uid@canonical-domain
    mail::Address address;
    smtp::XDelivery delivery;
    KnownQuota quota;  ///< the directory's word, where it says nothing the relay's
};

struct Transaction {
    smtp::MailCommand mail;
    std::vector<AcceptedRecipient> recipients;
    std::shared_ptr<storage::BodySpool> text;
    smtp::LineCleaner cleaner;  ///< for BDAT; DATA's reader has its own
    std::uint64_t text_bytes = 0;
    std::optional<Error> failure;  ///< why nobody will get it
};

struct Answer {
    std::vector<smtp::Reply> replies;  ///< after the end of data: one per recipient
    bool closes = false;
    bool counts = false;  ///< a permanent one is the relay's fault and counts towards Config::errors
    Answer(smtp::Reply reply) : counts(true) {
        replies.push_back(std::move(reply));
    }  // NOLINT: commands return replies
    Answer(std::vector<smtp::Reply> its_replies, bool its_closes)
        : replies(std::move(its_replies)), closes(its_closes) {}
    static Answer hang_up() { return Answer({}, true); }
};

class LmtpSession {
public:
    LmtpSession(net::Connection connection, const LmtpServices& services);

    /// Until the peer leaves, is told to, or a deadline passes.
    Task<> run();

    // What follows is for the commands.
    const LmtpServices& services() const { return services_; }
    const LmtpConfig& config() const { return services_.config; }
    const net::Connection& connection() const { return connection_; }
    net::Wire& wire() { return connection_.wire; }
    State state() const { return state_; }
    void set_state(State state) { state_ = state; }
    const std::string& client_name() const { return client_name_; }
    void greet(std::string client_name);
    /// After STARTTLS: nothing said before counts (RFC 3207 §4.2).
    void forget();
    /// The peer's certificate, or its network on a plain connection, is listed.
    bool is_trusted() const;
    bool offers_starttls() const {
        return services_.tls != nullptr && connection_.starttls && !connection_.wire.is_tls();
    }
    std::unique_ptr<Transaction>& transaction() { return transaction_; }
    void begin(smtp::MailCommand mail);
    void end_transaction();
    net::SteadyTime in(std::chrono::milliseconds duration) const;

private:
    Task<bool> serve_line();
    Task<Answer> dispatch(std::string_view line);
    Task<bool> answer(Answer answer);
    Task<bool> answer_failed_read(Error error);
    Task<bool> flush();
    void log_end() const;

    net::Connection connection_;
    const LmtpServices& services_;
    const base::SteadyTime started_;
    State state_ = State::connected;
    std::string client_name_;
    std::unique_ptr<Transaction> transaction_;
    unsigned transactions_ = 0;
    unsigned errors_ = 0;
    std::string reason_ = "closed";
};

}  // namespace helio::store::lmtp
