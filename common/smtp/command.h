// Commands of SMTP (RFC 5321), LMTP (RFC 2033) and submission (RFC 6409), from a line to values and back.
// A server splits each line, finds its row by the verb, and the command's function parses the argument. Whatever is
// wrong comes back as the Reply to give. Pure: no socket, no state; what is allowed when is the session's.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "common/mail/address.h"
#include "common/smtp/parameter.h"
#include "common/smtp/reply.h"

namespace helio::smtp {

enum class Verb {
    unknown,
    ehlo,
    helo,
    lhlo,
    mail,
    rcpt,
    data,
    bdat,
    rset,
    noop,
    quit,
    vrfy,
    expn,
    help,
    starttls,
    auth,
};
std::string_view to_string(Verb verb);  ///< "EHLO"; "?" for unknown

struct CommandLine {
    Verb verb = Verb::unknown;
    std::string_view argument;  ///< behind the verb, without blanks at both ends
};
/// `line` is without its CRLF. Never fails: what is no command has Verb::unknown.
CommandLine split_command(std::string_view line);

struct MailCommand {
    mail::Address reverse_path;
    MailParameters parameters;
    bool operator==(const MailCommand&) const = default;
};
struct RcptCommand {
    mail::Address recipient;
    RcptParameters parameters;
    bool operator==(const RcptCommand&) const = default;
};
struct BdatCommand {
    std::uint64_t chunk_bytes = 0;
    bool last = false;
    bool operator==(const BdatCommand&) const = default;
};
struct AuthCommand {
    std::string mechanism;                        ///< upper case
    std::optional<std::string> initial_response;  ///< still in base64; empty for "=" (RFC 4954 §4)
    bool operator==(const AuthCommand&) const = default;
};

/// EHLO, HELO, LHLO: the client's name. 501 5.5.4 when it is no domain, literal or host name.
std::expected<std::string, Reply> parse_client_name(std::string_view argument);
/// "FROM:<path> parameters". 501 5.5.4, 501 5.1.7 for a malformed path, 553 5.6.7 for UTF-8 without SMTPUTF8.
std::expected<MailCommand, Reply> parse_mail(std::string_view argument);
/// "TO:<path> parameters"; `utf8`: MAIL had SMTPUTF8. 501 5.5.4, 501 5.1.3 for a malformed path, 553 5.6.7 as above.
std::expected<RcptCommand, Reply> parse_rcpt(std::string_view argument, bool utf8);
/// "chunk-size [LAST]" (RFC 3030 §2). 501 5.5.4.
std::expected<BdatCommand, Reply> parse_bdat(std::string_view argument);
/// "mechanism [initial-response]" (RFC 4954 §4). 501 5.5.4.
std::expected<AuthCommand, Reply> parse_auth(std::string_view argument);
/// For DATA, RSET, STARTTLS, QUIT: 501 5.5.4 when there is an argument.
std::optional<Reply> refuse_argument(std::string_view argument);
/// 555 5.5.4 naming the first parameter that nobody knows; nothing when there is none.
std::optional<Reply> refuse_others(const std::vector<Parameter>& others);

// For clients; with CRLF.
std::string print(const MailCommand& command);
std::string print(const RcptCommand& command);
std::string print(const BdatCommand& command);

}  // namespace helio::smtp
