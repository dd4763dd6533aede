#include "common/smtp/command.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::smtp {
namespace {

constexpr std::size_t max_name_bytes = 255;  // RFC 5321 §4.5.3.1.2

struct Name {
    std::string_view text;
    Verb verb;
};
constexpr Name names[] = {
    {"EHLO", Verb::ehlo}, {"HELO", Verb::helo},         {"LHLO", Verb::lhlo}, {"MAIL", Verb::mail},
    {"RCPT", Verb::rcpt}, {"DATA", Verb::data},         {"BDAT", Verb::bdat}, {"RSET", Verb::rset},
    {"NOOP", Verb::noop}, {"QUIT", Verb::quit},         {"VRFY", Verb::vrfy}, {"EXPN", Verb::expn},
    {"HELP", Verb::help}, {"STARTTLS", Verb::starttls}, {"AUTH", Verb::auth},
};

std::unexpected<Reply> syntax(std::string text) { return std::unexpected(reply(501, {5, 5, 4}, std::move(text))); }

// "FROM:" and "TO:"; blanks behind the colon are no syntax of RFC 5321, but many clients send one.
bool take_keyword(std::string_view& argument, std::string_view keyword) {
    if (!base::starts_with_ignoring_case(argument, keyword)) return false;
    argument = base::trim(argument.substr(keyword.size()));
    return true;
}

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

Reply utf8_refused() { return reply(553, {5, 6, 7}, "UTF-8 addresses need SMTPUTF8"); }

// The path at the start of `argument`, taken off it together with the blank behind.
std::expected<mail::Address, Reply> take_path(std::string_view& argument, mail::PathRule rule, EnhancedCode wrong,
                                              const char* what) {
    auto path = mail::parse_path(argument, rule);
    if (!path && path.error().code == mail::errc::needs_smtputf8) return std::unexpected(utf8_refused());
    const bool right = path && (path->length == argument.size() || argument[path->length] == ' ');
    if (!right) return std::unexpected(reply(501, wrong, std::string(what) + " syntax"));
    argument.remove_prefix(path->length);
    return std::move(path->address);
}

bool is_name_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':' || c == '[' || c == ']' || is_high(c);
}

}  // namespace

std::string_view to_string(Verb verb) {
    const auto* name = std::find_if(std::begin(names), std::end(names), [&](const Name& n) { return n.verb == verb; });
    return name == std::end(names) ? "?" : name->text;
}

CommandLine split_command(std::string_view line) {
    const auto word = line.substr(0, line.find(' '));
    for (const auto& name : names) {
        if (base::equals_ignoring_case(word, name.text)) return {name.verb, base::trim(line.substr(word.size()))};
    }
    return {Verb::unknown, {}};
}

// The name stands in the Received header: what could break that is refused, what is merely no host name is not
// (RFC 5321 §4.1.4: a server must not refuse for a name that doesn't verify).
std::expected<std::string, Reply> parse_client_name(std::string_view argument) {
    const bool right = !argument.empty() && argument.size() <= max_name_bytes && base::is_utf8(argument) &&
                       std::all_of(argument.begin(), argument.end(), is_name_char);
    if (!right) return syntax("a host name or address literal is needed");
    return std::string(argument);
}

std::expected<MailCommand, Reply> parse_mail(std::string_view argument) {
    if (!take_keyword(argument, "FROM:")) return syntax("use MAIL FROM:<address>");
    const bool has_utf8 = std::any_of(argument.begin(), argument.end(), is_high);
    auto path = take_path(argument, {.utf8 = true, .null_path = true}, {5, 1, 7}, "bad sender address");
    if (!path) return std::unexpected(path.error());
    auto parameters = parse_parameters(argument);
    if (!parameters) return std::unexpected(parameters.error());
    auto meaning = interpret_mail(std::move(*parameters));
    if (!meaning) return std::unexpected(meaning.error());
    if (has_utf8 && !meaning->smtputf8) return std::unexpected(utf8_refused());
    return MailCommand{std::move(*path), std::move(*meaning)};
}

std::expected<RcptCommand, Reply> parse_rcpt(std::string_view argument, bool utf8) {
    if (!take_keyword(argument, "TO:")) return syntax("use RCPT TO:<address>");
    auto path = take_path(argument, {.utf8 = utf8, .bare_postmaster = true}, {5, 1, 3}, "bad recipient address");
    if (!path) return std::unexpected(path.error());
    auto parameters = parse_parameters(argument);
    if (!parameters) return std::unexpected(parameters.error());
    auto meaning = interpret_rcpt(std::move(*parameters));
    if (!meaning) return std::unexpected(meaning.error());
    return RcptCommand{std::move(*path), std::move(*meaning)};
}

std::expected<BdatCommand, Reply> parse_bdat(std::string_view argument) {
    const auto words = base::split(argument, ' ');
    const auto bytes = base::parse_number(words[0]);
    const bool last = words.size() == 2 && base::equals_ignoring_case(words[1], "LAST");
    if (!bytes || words.size() > 2 || (words.size() == 2 && !last)) return syntax("use BDAT size [LAST]");
    return BdatCommand{*bytes, last};
}

std::expected<AuthCommand, Reply> parse_auth(std::string_view argument) {
    const auto words = base::split(argument, ' ');
    if (words[0].empty() || words[0].size() > 20 || words.size() > 2) return syntax("use AUTH mechanism [response]");
    AuthCommand command{base::to_upper(words[0]), std::nullopt};
    if (words.size() == 2) command.initial_response = words[1] == "=" ? std::string() : std::string(words[1]);
    return command;
}

std::optional<Reply> refuse_argument(std::string_view argument) {
    if (argument.empty()) return std::nullopt;
    return reply(501, {5, 5, 4}, "no argument allowed");
}

std::optional<Reply> refuse_others(const std::vector<Parameter>& others) {
    if (others.empty()) return std::nullopt;
    return reply(555, {5, 5, 4}, "unknown parameter " + base::printable(others.front().keyword, 40));
}

std::string print(const MailCommand& command) {
    return "MAIL FROM:" + command.reverse_path.path() + print(command.parameters) + "\r\n";
}

std::string print(const RcptCommand& command) {
    return "RCPT TO:" + command.recipient.path() + print(command.parameters) + "\r\n";
}

std::string print(const BdatCommand& command) {
    return "BDAT " + std::to_string(command.chunk_bytes) + (command.last ? " LAST\r\n" : "\r\n");
}

}  // namespace helio::smtp
