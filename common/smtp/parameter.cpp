#include "common/smtp/parameter.h"

#include <algorithm>
#include <functional>

#include "common/base/text.h"
#include "common/smtp/xtext.h"

namespace helio::smtp {
namespace {

constexpr std::size_t max_parameters = 32;
constexpr std::size_t max_envid = 100;  // RFC 3461 §4.4
constexpr std::size_t max_orcpt = 500;  // RFC 3461 §4.2

std::unexpected<Reply> bad(std::string text) { return std::unexpected(reply(501, {5, 5, 4}, std::move(text))); }

bool is_alnum(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
bool is_keyword(std::string_view text) {
    if (text.empty() || !is_alnum(text.front())) return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

// esmtp-value = 1*(%d33-60 / %d62-126); RFC 6531 §3.3 adds UTF-8.
bool is_value(std::string_view text) {
    if (text.empty() || !base::is_utf8(text)) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 32 && byte != '=' && byte != 127;
    });
}

// Values that go on to others or into a DSN must not carry line ends or the like.
bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 32 && c != 127; });
}

template <class P>
using Setter = bool (*)(P& into, const Parameter& parameter);

bool set_size(MailParameters& into, const Parameter& parameter) {
    into.size = parameter.value.size() <= 20 ? base::parse_number(parameter.value) : std::nullopt;
    return into.size.has_value();
}

bool set_body(MailParameters& into, const Parameter& parameter) {
    for (const Body body : {Body::seven_bit, Body::eight_bit_mime, Body::binary_mime}) {
        if (!base::equals_ignoring_case(parameter.value, to_string(body))) continue;
        into.body = body;
        return true;
    }
    return false;
}

bool set_smtputf8(MailParameters& into, const Parameter& parameter) {
    into.smtputf8 = true;
    return !parameter.has_value;
}

bool set_auth(MailParameters& into, const Parameter& parameter) {
    into.auth = xtext_decode(parameter.value);
    return into.auth && !into.auth->empty() && is_printable(*into.auth);
}

bool set_ret(MailParameters& into, const Parameter& parameter) {
    if (base::equals_ignoring_case(parameter.value, "FULL")) into.ret = Ret::full;
    if (base::equals_ignoring_case(parameter.value, "HDRS")) into.ret = Ret::headers;
    return into.ret.has_value();
}

bool set_envid(MailParameters& into, const Parameter& parameter) {
    const auto decoded = xtext_decode(parameter.value);
    if (!decoded || decoded->empty() || parameter.value.size() > max_envid || !is_printable(*decoded)) return false;
    into.envid = *decoded;
    return true;
}

// notify-esmtp-value = "NEVER" / 1#notify-list-element (RFC 3461 §4.1)
bool set_notify(RcptParameters& into, const Parameter& parameter) {
    auto& notify = into.notify;
    notify.given = true;
    for (const auto word : base::split(parameter.value, ',')) {
        bool* flag = base::equals_ignoring_case(word, "NEVER")     ? &notify.never
                     : base::equals_ignoring_case(word, "SUCCESS") ? &notify.success
                     : base::equals_ignoring_case(word, "FAILURE") ? &notify.failure
                     : base::equals_ignoring_case(word, "DELAY")   ? &notify.delay
                                                                   : nullptr;
        if (flag == nullptr || *flag) return false;
        *flag = true;
    }
    return !(notify.never && (notify.success || notify.failure || notify.delay));
}

// original-recipient-address = atom ";" xtext (RFC 3461 §4.2)
bool set_orcpt(RcptParameters& into, const Parameter& parameter) {
    const auto semicolon = parameter.value.find(';');
    if (semicolon == std::string::npos || parameter.value.size() > max_orcpt) return false;
    const auto type = parameter.value.substr(0, semicolon);
    const auto address = xtext_decode(std::string_view(parameter.value).substr(semicolon + 1));
    if (!is_keyword(type) || !address || address->empty() || !is_printable(*address)) return false;
    into.orcpt = type + ";" + *address;
    return true;
}

template <class P>
struct Row {
    std::string_view keyword;
    Setter<P> set;
};

constexpr Row<MailParameters> mail_rows[] = {
    {"SIZE", set_size}, {"BODY", set_body}, {"SMTPUTF8", set_smtputf8},
    {"AUTH", set_auth}, {"RET", set_ret},   {"ENVID", set_envid},
};
constexpr Row<RcptParameters> rcpt_rows[] = {{"NOTIFY", set_notify}, {"ORCPT", set_orcpt}};

template <class P, std::size_t N>
std::expected<P, Reply> interpret(std::vector<Parameter> parameters, const Row<P> (&rows)[N]) {
    P result;
    for (auto& parameter : parameters) {
        const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                       [&](const Row<P>& r) { return r.keyword == parameter.keyword; });
        if (row == std::end(rows)) {
            result.others.push_back(std::move(parameter));
        } else if (!row->set(result, parameter)) {
            return bad("bad value of parameter " + parameter.keyword);
        }
    }
    return result;
}

std::string print_others(const std::vector<Parameter>& others) {
    std::string text;
    for (const auto& other : others) {
        text += ' ' + other.keyword;
        if (other.has_value) text += '=' + other.value;
    }
    return text;
}

}  // namespace

std::string_view to_string(Body body) {
    switch (body) {
        case Body::seven_bit:
            return "7BIT";
        case Body::eight_bit_mime:
            return "8BITMIME";
        case Body::binary_mime:
            return "BINARYMIME";
    }
    return "7BIT";
}

std::expected<std::vector<Parameter>, Reply> parse_parameters(std::string_view text) {
    std::vector<Parameter> result;
    for (const auto word : base::split(text, ' ')) {
        if (word.empty()) continue;  // more than one space: harmless, and seen in the wild
        if (result.size() == max_parameters) return bad("too many parameters");
        const auto equals = word.find('=');
        Parameter parameter{base::to_upper(word.substr(0, equals)), {}, equals != word.npos};
        if (parameter.has_value) parameter.value = word.substr(equals + 1);
        if (!is_keyword(parameter.keyword)) return bad("malformed parameter");
        if (parameter.has_value && !is_value(parameter.value)) {
            return bad("malformed value of parameter " + parameter.keyword);
        }
        const auto same = [&](const Parameter& other) { return other.keyword == parameter.keyword; };
        if (std::any_of(result.begin(), result.end(), same)) return bad("parameter given twice: " + parameter.keyword);
        result.push_back(std::move(parameter));
    }
    return result;
}

std::expected<MailParameters, Reply> interpret_mail(std::vector<Parameter> parameters) {
    return interpret(std::move(parameters), mail_rows);
}

std::expected<RcptParameters, Reply> interpret_rcpt(std::vector<Parameter> parameters) {
    return interpret(std::move(parameters), rcpt_rows);
}

std::string print(const MailParameters& parameters) {
    std::string text;
    if (parameters.size) text += " SIZE=" + std::to_string(*parameters.size);
    if (parameters.body != Body::seven_bit) text += " BODY=" + std::string(to_string(parameters.body));
    if (parameters.smtputf8) text += " SMTPUTF8";
    if (parameters.auth) text += " AUTH=" + xtext_encode(*parameters.auth);
    if (parameters.ret) text += *parameters.ret == Ret::full ? " RET=FULL" : " RET=HDRS";
    if (!parameters.envid.empty()) text += " ENVID=" + xtext_encode(parameters.envid);
    return text + print_others(parameters.others);
}

std::string print(const RcptParameters& parameters) {
    std::string text;
    const auto& notify = parameters.notify;
    if (notify.never || notify.success || notify.failure || notify.delay) {
        std::string list = notify.never ? ",NEVER" : "";
        if (notify.success) list += ",SUCCESS";
        if (notify.failure) list += ",FAILURE";
        if (notify.delay) list += ",DELAY";
        text += " NOTIFY=" + list.substr(1);
    }
    const auto semicolon = parameters.orcpt.find(';');
    if (semicolon != std::string::npos) {
        text += " ORCPT=" + parameters.orcpt.substr(0, semicolon + 1) +
                xtext_encode(std::string_view(parameters.orcpt).substr(semicolon + 1));
    }
    return text + print_others(parameters.others);
}

}  // namespace helio::smtp
