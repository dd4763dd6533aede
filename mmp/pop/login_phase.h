// PopLoginPhase: the AUTHORIZATION state with a POP3 client: CAPA, STLS, UTF8, LANG, USER/PASS, APOP, AUTH,
// QUIT. RFC 1939, RFC 6856 (UTF8, LANG), RFC 2449 (CAPA, RESP-CODES), RFC 2595 (STLS), RFC 3206 (AUTH, SYS codes), RFC
// 5034 (AUTH). Made by PopService for one session and gone when the relay begins.
#pragma once

#include <string>
#include <string_view>

#include "common/pop/command.h"
#include "mmp/login_phase.h"

namespace helio::mmp {

class PopLoginPhase final : private LoginPhase {
public:
    PopLoginPhase(Session& session, const Frontend& frontend) : LoginPhase(session, frontend) {}

    /// True when the client is logged in: session.store is set and the client has read its +OK.
    Task<bool> run();

private:
    struct Row {
        std::string_view keyword;
        Task<> (PopLoginPhase::*run)(std::string argument);
    };
    static const Row rows[];

    // login_phase.cpp
    Task<> serve_one();
    Task<> read_failed(Error error);
    Task<> dispatch(std::string keyword, std::string argument);
    Task<> answer_bad(std::string_view text);
    Task<> say_bye(std::string_view text, std::string_view reason);

    // commands.cpp
    Task<> cmd_capa(std::string argument);
    Task<> cmd_stls(std::string argument);
    Task<> cmd_quit(std::string argument);
    Task<> cmd_utf8(std::string argument);
    Task<> cmd_lang(std::string argument);

    // cmd_login.cpp
    Task<> cmd_user(std::string argument);
    Task<> cmd_pass(std::string argument);
    Task<> cmd_apop(std::string argument);
    Task<> cmd_auth(std::string argument);
    Task<> conclude(Attempt attempt);
    Task<> answer_login(Entry entry);
    Task<bool> takes_passwords();

    std::string user_;       // of USER, until PASS
    std::string timestamp_;  // of the greeting; empty: no APOP
};

}  // namespace helio::mmp
