// ImapLoginPhase: the dialogue with an IMAP client from greeting to login: CAPABILITY, ID, NOOP, LOGOUT, STARTTLS,
// LOGIN and AUTHENTICATE (RFC 9051 §6.1, §6.2; RFC 4959; RFC 2971; RFC 5530 for response codes). Made by ImapService
// for one session and gone when the relay begins, so that a session in the relay holds none of its memory.
#pragma once

#include <string>
#include <string_view>

#include "common/imap/command.h"
#include "common/imap/framer.h"
#include "mmp/login_phase.h"

namespace helio::mmp {

class ImapLoginPhase final : private LoginPhase {
public:
    ImapLoginPhase(Session& session, const Frontend& frontend);

    /// True when the client is logged in: session.store is set and the client has read its OK. False: the session ends,
    /// session.reason says why.
    Task<bool> run();

private:
    struct Row {
        imap::Verb verb;
        Task<> (ImapLoginPhase::*run)(imap::Command command);
    };
    static const Row rows[];

    // login_phase.cpp
    Task<> greet();
    Task<> serve_one();
    Task<Result<>> read_command();
    Task<> dispatch(imap::Command command);
    Task<> answer_bad(std::string tag, std::string_view text);
    Task<> count_bad();
    Task<> say_bye(std::string_view text, std::string_view reason);

    // commands.cpp
    Task<> cmd_capability(imap::Command command);
    Task<> cmd_id(imap::Command command);
    Task<> cmd_noop(imap::Command command);
    Task<> cmd_logout(imap::Command command);
    Task<> cmd_starttls(imap::Command command);
    std::string capability() const;

    // cmd_login.cpp
    Task<> cmd_login(imap::Command command);
    Task<> cmd_authenticate(imap::Command command);
    Task<> conclude(std::string tag, Attempt attempt);
    Task<> answer_login(std::string tag, Entry entry);
    Task<> refuse_plaintext(std::string tag);

    imap::Framer framer_;
    imap::Framer::Step step_;
};

}  // namespace helio::mmp
