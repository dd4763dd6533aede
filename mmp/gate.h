// Gate: the way from a client's credentials to a session at his store, the same for every protocol: prove the password
// at the edge, find the mailhost, count the user's sessions, log in at the store, relay. One per protocol. Says nothing
// to the client: the protocol words the outcome under its own tag.
#pragma once

#include <array>

#include "common/auth/authenticator.h"
#include "common/net/relay.h"
#include "mmp/backend/stores.h"
#include "mmp/session.h"

namespace helio::mmp {

enum class Outcome {
    welcome,      ///< session.store is set: answer and carry()
    rejected,     ///< wrong password, unknown user, not active, throttled: one answer for all
    unavailable,  ///< directory or store without an answer: temporary
    too_many,     ///< the user's sessions are at their limit
    turned_away,  ///< the store refused with a code that the client should see
};

struct Entry {
    Outcome outcome = Outcome::unavailable;
    std::string capability;  ///< with welcome, IMAP
    std::string code;        ///< with turned_away
};

class Gate {
public:
    /// `protocol` is "imap" or "pop3".
    Gate(std::string protocol, const StoreDialogue& dialogue, auth::Authenticator& authenticator, Stores& stores,
         net::RelayLimits relay, const logging::Logger& log, base::Registry& metrics);

    /// Proves users at the edge.
    auth::Authenticator& authenticator() const { return authenticator_; }
    /// One try to log in by name and password. Rejections come late (auth::ThrottleConfig::delay).
    Task<Entry> enter(Session& session, auth::Peer peer, std::string name, base::Secret password);
    /// What follows any try: on to the store, or a refusal; writes the one line of the log.
    Task<Entry> admit(Session& session, auth::Login login, std::string_view mechanism);
    /// Copies both ways until either side ends. The client has read its OK.
    Task<> carry(Session& session);
    /// The closing line of the log.
    void say_closed(const Session& session) const;

private:
    struct Judgement {
        Entry entry;
        std::string reason;
    };
    Task<Judgement> judge(Session& session, const auth::Login& login);
    Task<Judgement> open_store(Session& session, std::string user, std::string mailhost);

    const std::string protocol_;
    const StoreDialogue& dialogue_;
    auth::Authenticator& authenticator_;
    Stores& stores_;
    const net::RelayLimits relay_;
    const logging::Logger& log_;
    std::array<base::Counter*, 5> logins_{};
    base::Counter& bytes_up_;
    base::Counter& bytes_down_;
};

}  // namespace helio::mmp
