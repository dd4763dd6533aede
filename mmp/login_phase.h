// LoginPhase: what the dialogue before the login is made of in every protocol: sending, ending, one SASL exchange, the
// limits of failures. Base of ImapLoginPhase and PopLoginPhase, which word things.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mmp/frontend.h"

namespace helio::mmp {

class LoginPhase {
protected:
    enum class State { open, logged_in, ended };
    enum class Tried {
        entered,      ///< the entry says how
        unsupported,  ///< no such mechanism for this client
        needs_tls,    ///< not before TLS
        cancelled,
        malformed,
        timed_out,
        over,  ///< the session has ended
    };
    struct Attempt {
        Tried tried = Tried::over;
        Entry entry = {};
    };

    LoginPhase(Session& session, const Frontend& frontend) : session_(session), frontend_(frontend) {}
    ~LoginPhase() = default;

    /// One SASL exchange in lines of "+ " and base64, and the gate behind it.
    Task<Attempt> authenticate(std::string mechanism, std::optional<std::string> initial);
    /// What is said of a try that did not come to the gate, and of one that did; the codes are each protocol's.
    static std::string_view text_of(Tried tried);
    static std::string_view text_of(Outcome outcome);
    Task<> send(std::string text);
    void end(std::string_view reason);
    void end_of(const Error& error);
    /// True when one more bad command was one too many.
    bool too_many_bad() { return ++bad_commands_ >= frontend_.config().bad_commands; }
    /// True when one more rejected login was one too many.
    bool too_many_failed() { return ++failed_logins_ >= frontend_.config().failed_logins; }

    Session& session_;
    const Frontend& frontend_;
    State state_ = State::open;

private:
    Task<Tried> converse(auth::Dialogue& dialogue, std::optional<std::string> initial);

    unsigned bad_commands_ = 0;
    unsigned failed_logins_ = 0;
};

}  // namespace helio::mmp
