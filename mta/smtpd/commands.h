// The commands of an SMTP session: one function each (cmd_*.cpp), and the table that says in which states they are
// allowed (RFC 5321 §4.1.4) and whether they must be the last of a pipelined group (RFC 2920 §3.1).
#pragma once

#include "mta/smtpd/session.h"

namespace helio::mta {

using CommandFunction = Task<Answer> (*)(Session& session, std::string_view argument);

struct CommandRow {
    smtp::Verb verb;
    unsigned states;  ///< of State
    bool last_of_group;
    CommandFunction run;
};

/// Nothing for a verb that this server doesn't know.
const CommandRow* find_command(smtp::Verb verb);

/// RFC 5321 §4.1.1.1; EHLO lists the extensions.
Task<Answer> cmd_ehlo(Session& session, std::string_view argument);
Task<Answer> cmd_helo(Session& session, std::string_view argument);
/// RFC 3207. Sends its 220 itself; what the client sent before the handshake is dropped.
Task<Answer> cmd_starttls(Session& session, std::string_view argument);
/// RFC 4954: PLAIN and LOGIN. Wrong password, unknown user and throttled get one answer.
Task<Answer> cmd_auth(Session& session, std::string_view argument);
/// RFC 5321 §4.1.1.2. Submission: the sender must be the user's own.
Task<Answer> cmd_mail(Session& session, std::string_view argument);
/// RFC 5321 §4.1.1.3. 550 5.1.1 absent, 451 4.4.3 unknown, 550 5.7.1 relaying denied.
Task<Answer> cmd_rcpt(Session& session, std::string_view argument);
/// RFC 5321 §4.1.1.4.
Task<Answer> cmd_data(Session& session, std::string_view argument);
/// RFC 3030 §2. Takes its chunk off the wire whatever the answer is.
Task<Answer> cmd_bdat(Session& session, std::string_view argument);
Task<Answer> cmd_rset(Session& session, std::string_view argument);
Task<Answer> cmd_noop(Session& session, std::string_view argument);
Task<Answer> cmd_quit(Session& session, std::string_view argument);
/// 252 for every name: never tells who exists (RFC 5321 §7.3).
Task<Answer> cmd_vrfy(Session& session, std::string_view argument);
Task<Answer> cmd_help(Session& session, std::string_view argument);

}  // namespace helio::mta
