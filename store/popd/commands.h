// The POP3 commands: one row each says where it is allowed and how many words it takes; the session enforces that once.
// The functions are in cmd_*.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/pop/command.h"
#include "store/popd/pop_session.h"

namespace helio::store {

inline constexpr std::size_t any_words = static_cast<std::size_t>(-1);

struct PopCommandRow {
    std::string_view keyword;
    unsigned char states;  ///< PopState values joined
    std::size_t least_words;
    std::size_t most_words;
    Task<> (*run)(PopSession& session, std::string argument);

    bool allowed_in(PopState state) const { return (states & static_cast<unsigned char>(state)) != 0; }
};

/// nullptr when there is no such command. `keyword` is in upper case.
const PopCommandRow* find_pop_command(std::string_view keyword);

Task<> cmd_capa(PopSession& session, std::string argument);     // RFC 2449 §5
Task<> cmd_stls(PopSession& session, std::string argument);     // RFC 2595 §4
Task<> cmd_user(PopSession& session, std::string argument);     // RFC 1939 §7
Task<> cmd_pass(PopSession& session, std::string argument);     // RFC 1939 §7
Task<> cmd_apop(PopSession& session, std::string argument);     // RFC 1939 §7
Task<> cmd_auth(PopSession& session, std::string argument);     // RFC 5034
Task<> cmd_utf8(PopSession& session, std::string argument);     // RFC 6856 §2
Task<> cmd_lang(PopSession& session, std::string argument);     // RFC 6856 §3
Task<> cmd_xclient(PopSession& session, std::string argument);  // from listed front ends
Task<> cmd_stat(PopSession& session, std::string argument);     // RFC 1939 §5
Task<> cmd_list(PopSession& session, std::string argument);     // RFC 1939 §5
Task<> cmd_uidl(PopSession& session, std::string argument);     // RFC 1939 §7
Task<> cmd_retr(PopSession& session, std::string argument);     // RFC 1939 §5
Task<> cmd_top(PopSession& session, std::string argument);      // RFC 1939 §7
Task<> cmd_dele(PopSession& session, std::string argument);     // RFC 1939 §5
Task<> cmd_rset(PopSession& session, std::string argument);     // RFC 1939 §5
Task<> cmd_noop(PopSession& session, std::string argument);     // RFC 1939 §5
Task<> cmd_quit(PopSession& session, std::string argument);     // RFC 1939 §6

}  // namespace helio::store
