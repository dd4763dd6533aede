#include "common/mail/trace.h"

#include "common/base/text.h"
#include "common/mail/header.h"

namespace helio::mail {
namespace {

constexpr std::size_t name_most = 255;

/// What a peer said, safe in a field: printable ASCII or UTF-8 without blanks, parentheses, quotes and backslashes.
std::string cleaned(std::string_view text) {
    std::string clean;
    const bool utf8 = base::is_utf8(text);
    for (const char c : text.substr(0, name_most)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool bad = byte <= 0x20 || byte == 0x7F || (byte >= 0x80 && !utf8) ||
                         std::string_view("()<>\"\\;,").find(c) != std::string_view::npos;
        clean.push_back(bad ? '?' : c);
    }
    return clean.empty() ? "unknown" : clean;
}

/// [192.0.2.1] or [IPv6:2001:db8::1] (RFC 5321 §4.1.3).
std::string literal(std::string_view address) {
    const bool v6 = address.find(':') != std::string_view::npos;
    return (v6 ? "[IPv6:" : "[") + cleaned(address) + "]";
}

}  // namespace

std::string received_protocol(bool lmtp, bool extended, bool tls, bool authenticated, bool utf8) {
    if (!lmtp && !extended) return "SMTP";
    std::string protocol = lmtp ? (utf8 ? "UTF8LMTP" : "LMTP") : (utf8 ? "UTF8SMTP" : "ESMTP");
    if (tls) protocol += 'S';
    if (authenticated) protocol += 'A';
    return protocol;
}

std::string print_received(const ReceivedField& field) {
    std::string text = "Received: from " + cleaned(field.helo);
    if (!field.peer_address.empty())
        text +=
            " (" + (field.peer_name.empty() ? "" : cleaned(field.peer_name) + " ") + literal(field.peer_address) + ")";
    if (!field.tls.empty()) {
        text += "\r\n\t(using";
        for (const auto word : base::split(field.tls, ' ')) text += " " + cleaned(word);
        text += ")";
    }
    text += "\r\n\tby " + cleaned(field.by) + " with " + cleaned(field.protocol) + " id " + cleaned(field.id);
    if (!field.recipient.is_null()) text += "\r\n\tfor " + field.recipient.path();
    return text + ";\r\n\t" + print_date(field.date) + "\r\n";
}

std::string print_return_path(const Address& reverse_path) { return "Return-Path: " + reverse_path.path() + "\r\n"; }

std::string make_message_id(std::string_view unique, std::string_view host) {
    return "<" + cleaned(unique) + "@" + cleaned(host) + ">";
}

std::size_t count_received(std::string_view header_block) {
    std::size_t count = 0;
    HeaderReader reader(header_block);
    while (const auto field = reader.next())
        if (base::equals_ignoring_case(field->name, "received")) ++count;
    return count;
}

}  // namespace helio::mail
