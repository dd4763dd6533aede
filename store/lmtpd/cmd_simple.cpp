#include "store/lmtpd/commands.h"

namespace helio::store::lmtp {

Task<Answer> cmd_rset(LmtpSession& session, std::string_view argument) {
    if (auto refusal = smtp::refuse_argument(argument)) co_return std::move(*refusal);
    session.end_transaction();
    co_return smtp::reply(250, {2, 0, 0}, "ok");
}

Task<Answer> cmd_noop(LmtpSession&, std::string_view) { co_return smtp::reply(250, {2, 0, 0}, "ok"); }

Task<Answer> cmd_vrfy(LmtpSession&, std::string_view) {
    co_return smtp::reply(252, {2, 5, 2}, "try to deliver, the answer tells");
}

Task<Answer> cmd_quit(LmtpSession& session, std::string_view argument) {
    if (auto refusal = smtp::refuse_argument(argument)) co_return std::move(*refusal);
    co_return Answer({smtp::reply(221, {2, 0, 0}, session.config().hostname + " bye")}, true);
}

}  // namespace helio::store::lmtp
