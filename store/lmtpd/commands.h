// The commands of LMTP and the states in which each is allowed (RFC 2033, RFC 5321 §4.1).
#pragma once

#include "store/lmtpd/lmtp_session.h"

namespace helio::store::lmtp {

struct CommandRow {
    smtp::Verb verb;
    unsigned states;
    Task<Answer> (*run)(LmtpSession& session, std::string_view argument);
};
/// Null for a verb that LMTP does not have.
const CommandRow* find_command(smtp::Verb verb);

Task<Answer> cmd_lhlo(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_starttls(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_mail(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_rcpt(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_data(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_bdat(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_rset(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_noop(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_vrfy(LmtpSession& session, std::string_view argument);
Task<Answer> cmd_quit(LmtpSession& session, std::string_view argument);

}  // namespace helio::store::lmtp
