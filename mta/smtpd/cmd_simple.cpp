// RSET, NOOP, QUIT, VRFY, HELP: commands without an effect beyond their reply (RFC 5321 §4.1.1.5 to §4.1.1.10).
#include "mta/smtpd/commands.h"

namespace helio::mta {

Task<Answer> cmd_rset(Session& session, std::string_view argument) {
    if (auto refusal = smtp::refuse_argument(argument)) co_return std::move(*refusal);
    session.end_transaction();
    co_return smtp::reply(250, {2, 0, 0}, "OK");
}

Task<Answer> cmd_noop(Session&, std::string_view) { co_return smtp::reply(250, {2, 0, 0}, "OK"); }

Task<Answer> cmd_quit(Session& session, std::string_view) {
    co_return Answer(smtp::reply(221, {2, 0, 0}, session.settings().hostname + " bye"), true);
}

Task<Answer> cmd_vrfy(Session&, std::string_view) {
    co_return smtp::reply(252, {2, 5, 0}, "can't verify, but will take a message and try");
}

Task<Answer> cmd_help(Session&, std::string_view) { co_return smtp::reply(214, {2, 0, 0}, "see RFC 5321"); }

}  // namespace helio::mta
