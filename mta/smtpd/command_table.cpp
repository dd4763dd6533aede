#include <algorithm>

#include "mta/smtpd/commands.h"

namespace helio::mta {
namespace {

constexpr unsigned connected = static_cast<unsigned>(State::connected);
constexpr unsigned greeted = static_cast<unsigned>(State::greeted);
constexpr unsigned mail = static_cast<unsigned>(State::mail);
constexpr unsigned recipients = static_cast<unsigned>(State::recipients);
constexpr unsigned chunks = static_cast<unsigned>(State::chunks);
constexpr unsigned any = connected | greeted | mail | recipients | chunks;
constexpr unsigned after_greeting = greeted | mail | recipients | chunks;

constexpr CommandRow rows[] = {
    {smtp::Verb::ehlo, any, true, cmd_ehlo},
    {smtp::Verb::helo, any, true, cmd_helo},
    {smtp::Verb::starttls, greeted, false, cmd_starttls},  // drops what follows instead of refusing it
    {smtp::Verb::auth, greeted, true, cmd_auth},
    {smtp::Verb::mail, greeted, false, cmd_mail},
    {smtp::Verb::rcpt, mail | recipients, false, cmd_rcpt},
    {smtp::Verb::data, mail | recipients, true, cmd_data},  // without a recipient: 554, not 503 (RFC 2920 §3.1)
    {smtp::Verb::bdat, any, false, cmd_bdat},
    {smtp::Verb::rset, any, false, cmd_rset},
    {smtp::Verb::noop, any, false, cmd_noop},
    {smtp::Verb::quit, any, false, cmd_quit},
    {smtp::Verb::vrfy, after_greeting, false, cmd_vrfy},
    {smtp::Verb::help, any, false, cmd_help},
};

}  // namespace

const CommandRow* find_command(smtp::Verb verb) {
    const auto* row =
        std::find_if(std::begin(rows), std::end(rows), [&](const CommandRow& r) { return r.verb == verb; });
    return row == std::end(rows) ? nullptr : row;
}

}  // namespace helio::mta
