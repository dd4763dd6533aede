#include <algorithm>

#include "store/lmtpd/commands.h"

namespace helio::store::lmtp {
namespace {

constexpr unsigned greeted = static_cast<unsigned>(State::greeted);
constexpr unsigned mail = static_cast<unsigned>(State::mail);
constexpr unsigned recipients = static_cast<unsigned>(State::recipients);
constexpr unsigned any = 31;

constexpr CommandRow rows[] = {
    {smtp::Verb::lhlo, any, cmd_lhlo},
    {smtp::Verb::starttls, greeted, cmd_starttls},
    {smtp::Verb::mail, greeted, cmd_mail},
    {smtp::Verb::rcpt, mail | recipients, cmd_rcpt},
    {smtp::Verb::data, mail | recipients, cmd_data},  // without a recipient: 503 (RFC 2033 §4.2)
    {smtp::Verb::bdat, any, cmd_bdat},                // its bytes must leave the wire in any state
    {smtp::Verb::rset, any, cmd_rset},
    {smtp::Verb::noop, any, cmd_noop},
    {smtp::Verb::vrfy, any, cmd_vrfy},
    {smtp::Verb::quit, any, cmd_quit},
};

}  // namespace

const CommandRow* find_command(smtp::Verb verb) {
    const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                   [&](const CommandRow& candidate) { return candidate.verb == verb; });
    return row == std::end(rows) ? nullptr : row;
}

}  // namespace helio::store::lmtp
