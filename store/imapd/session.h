// ImapSession: one client of the store's IMAP service, from greeting to close (RFC 9051, RFC 3501).
// A loop that reads a command, dispatches it by the table in commands.cpp and replies; what commands share is here.
// A local object of ImapService::serve(); lives on its connection's worker. Bounded: one command in memory, at most
// 64 KiB of answer waiting (commands call flush_if_full() while they print).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/auth/authenticator.h"
#include "common/imap/command.h"
#include "common/imap/framer.h"
#include "common/imap/mailbox_name.h"
#include "common/net/listener.h"
#include "common/storage/body_spool.h"
#include "store/imapd/imap_config.h"
#include "store/imapd/message_limit.h"
#include "store/imapd/metrics.h"
#include "store/imapd/reply.h"
#include "store/imapd/selected.h"

namespace helio::store::imapd {

/// What all sessions of a service share; outlives them.
struct ImapServices {
    MailStore& store;
    auth::Authenticator& authenticator;
    ldap::Directory* directory;           ///< for quotas of proxied users; may be null
    std::shared_ptr<net::TlsSource> tls;  ///< for STARTTLS; may be null
    const ImapConfig& config;
    const logging::Logger& log;
    ImapMetrics& metrics;
    const base::Clock& clock;
    storage::SpoolBudget& spool;  ///< for messages that are being appended
};

enum class ImapState { not_authenticated, authenticated, selected };

class Notifier;

class ImapSession {
public:
    ImapSession(net::Connection connection, ImapServices& services);
    ~ImapSession();

    /// The whole session; returns when it is over.
    Task<> run();

    // ---- for the commands ----
    ImapState state() const { return state_; }
    net::Wire& wire() { return connection_.wire; }
    net::Connection& connection() { return connection_; }
    ImapServices& services() { return services_; }
    /// The store as this user sees it; after login only.
    UserStore& store() { return *store_; }
    const UserStore& store() const { return *store_; }
    const ImapConfig& config() const { return services_.config; }

    /// What will be sent; commands append whole responses.
    std::string& out() { return out_; }
    /// Sends out() when it holds 64 KiB or more. On an error the command returns Reply::hang_up().
    Task<Result<>> flush_if_full();
    Task<Result<>> flush();
    void untagged(imap::Status status, std::string_view code, std::string_view text);

    /// The capabilities that hold now (RFC 9051 §7.2.2): before login, or with STARTTLS open or not.
    std::string capabilities() const;
    /// The client as common/auth sees it.
    auth::Peer peer() const;
    /// True when LOGIN may be used on this connection.
    bool passwords_allowed() const { return services_.authenticator.takes_passwords(peer()); }
    /// True when the peer is a front end whose word on the client is believed.
    bool trusted_front_end() const { return trusts_peer_ && is_believed(connection_, config()); }

    /// Ends what conclude() began; nothing of the user is left, nor what the peer was trusted with as a front end.
    void leave();
    /// Ends a login: enters as the proven user, or counts, logs and words the refusal. `how` is for the log.
    Task<Reply> conclude(auth::Login login, std::string how);

    const std::string& user_name() const { return user_name_; }
    const QuotaLimits& quota() const { return quota_; }
    /// Name as the client wrote it -> UTF-8; nothing when it is not well-formed.
    std::optional<std::string> decode(std::string_view wire_name) const;

    /// How many messages the command that runs may process; the dispatcher sets it.
    MessageLimit& limit() { return limit_; }

    Selected& selected() { return *selected_; }
    bool has_selected() const { return selected_ != nullptr; }
    void select(std::unique_ptr<Selected> selected);
    void unselect();
    /// Called by Selected on each event.
    void mailbox_stirred();

    /// Tells the client what is new in the selected mailbox (RFC 9051 §7). Sends as it goes.
    Task<Result<>> sync(bool expunges, bool flags = true);
    /// The same, and what NOTIFY asks to hear of other mailboxes.
    Task<Result<>> tell_news(bool expunges);
    /// From now on what `notifier` collects is told as it happens (RFC 5465); null: nothing is.
    void notify(std::unique_ptr<Notifier> notifier);
    /// "* VANISHED (EARLIER) 3:5", in lines of bounded length. Sends as it goes.
    Task<Result<>> tell_vanished(UidSet uids, bool earlier);
    /// FETCH with flags for those of `uids` that changed after `known`. Sends as it goes.
    Task<Result<>> tell_flags(UidSet uids, ModSeq known);
    /// "* NO [OVERQUOTA] ..." when the user's account, or the selected mailbox of his own, holds more than it may
    /// (RFC 9208 §4.4); once, and again after it has been below. No new mail of his can come in then.
    void tell_over_quota();
    /// "* FLAGS (...)" of the selected mailbox, when the client has not been told of all of them: before an answer that
    /// shows them.
    void tell_keywords(const Keywords& keywords);

    bool rev2() const { return rev2_; }  ///< IMAP4rev2 enabled: UTF-8 names, no RECENT, ESEARCH answers
    bool utf8() const { return rev2_ || utf8_accept_; }
    bool condstore() const { return condstore_; }
    bool utf8_accept() const { return utf8_accept_; }  ///< RFC 6855
    void enable_utf8_accept() { utf8_accept_ = true; }
    void enable_rev2() { rev2_ = true; }
    /// Tells the mod-sequence of a mailbox that is selected already (RFC 7162 §3.1).
    void enable_condstore();
    bool qresync() const { return qresync_; }  ///< VANISHED instead of EXPUNGE
    void enable_qresync() { qresync_ = true; }
    bool uidonly() const { return uidonly_; }  ///< no sequence numbers (RFC 9586)
    void enable_uidonly() { uidonly_ = true; }

    bool compressed() const { return compressed_; }
    /// COMPRESS: from here on both directions are deflated; what was answered before has been sent.
    void start_compression();

    void set_client(std::string address, std::string session_id);
    /// A front end passes a client's commands on: who that is, it has asked, and nobody may be another from here.
    bool is_passed_on() const { return passed_on_; }
    const std::string& id() const { return id_; }

    /// Reads one line outside of commands: SASL answers, DONE.
    Task<Result<std::string>> read_line(std::size_t most, base::SteadyTime deadline);
    base::SteadyTime deadline(std::chrono::milliseconds in) const { return services_.clock.now() + in; }
    base::SteadyTime idle_deadline() const;
    /// Waits in IDLE: true when the client sent something, false when the mailbox stirred or the session must end.
    Task<bool> wait_idle(base::SteadyTime until);
    bool stopping() const { return stopping_; }
    /// Why the session is about to end; the last log line says so.
    void note_end(const Error& error);
    /// The answer to a command whose news could not be told: after a BYE its outcome is told all the same.
    Reply last_reply(Reply reply) const;
    imap::Framer& framer() { return framer_; }

private:
    /// Opens the user's store and enters the authenticated state. `user` may be null (proxy login).
    Task<Reply> enter(std::string name, std::shared_ptr<const ldap::User> user, std::string how);
    Reply refuse_login(const auth::Login& login);
    void log_refused(std::string_view name, std::string_view result) const;
    enum class Read { more, command, handled, end };
    Task<> converse();
    Task<Read> read_command();
    Task<Read> on_literal(imap::Framer::Step step);
    Task<Read> append_from_wire(std::optional<imap::Framer::Step> step);
    Task<bool> handle();
    Task<bool> bad_command(std::string_view tag, std::string_view text, std::string_view code = {});
    Task<bool> finish(std::string_view tag, const Reply& reply);
    Task<> goodbye(std::string_view code, std::string_view text);
    bool has_own_news() const;
    Task<Result<>> tell_own_news();
    void log_end() const;
    void interrupt();
    void wind_down();
    void release_room();

    net::Connection connection_;
    ImapServices& services_;
    imap::Framer framer_;
    std::string out_;
    ImapState state_ = ImapState::not_authenticated;
    std::string id_;      // for logs; a front end's session id when it gave one
    std::string client_;  // the true client's address
    std::string user_name_;
    std::optional<UserStore> store_;
    QuotaLimits quota_;
    MessageLimit limit_;
    bool rev2_ = false;
    bool condstore_ = false;
    bool qresync_ = false;
    bool utf8_accept_ = false;
    bool uidonly_ = false;
    bool trusts_peer_ = true;  // until leave()
    bool passed_on_ = false;
    bool over_quota_ = false;                       // the client has been told so
    std::optional<std::uint64_t> no_limits_since_;  // MailStore::quotas_set() when the mailbox had no limits
    bool waiting_ = false;                          // between commands or in IDLE: may be told to go at once
    bool idling_ = false;
    bool stopping_ = false;
    bool compressed_ = false;
    unsigned bad_commands_ = 0;
    std::string end_reason_ = "logout";
    bool said_bye_ = false;
    base::SteadyTime started_;
    base::SteadyTime stranger_since_;  // when the peer last became nobody
    std::unique_ptr<Selected> selected_;
    std::unique_ptr<Notifier> notifier_;
    std::uint64_t events_told_ = 0;  // of selected_, by itself
};

/// The answer where messages should go into a mailbox that is not there: one that the client could create is said to be
/// so (RFC 9051 §6.3.12); in others' accounts nothing is told.
Reply reply_of_target(const ImapSession& session, std::string_view name);

}  // namespace helio::store::imapd
