#include "mta/smtpd/trace_header.h"

#include "common/mail/date.h"

namespace helio::mta {
namespace {

// RFC 3848 and RFC 6531 §4.3: SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA; UTF8SMTP and its kin.
std::string protocol(const TraceInfo& info) {
    if (!info.esmtp) return "SMTP";
    std::string name = info.smtputf8 ? "UTF8SMTP" : "ESMTP";
    if (info.tls != nullptr) name += 'S';
    if (info.authenticated) name += 'A';
    return name;
}

std::string literal(const net::Address& address) {
    return (address.is_v4() ? "[" : "[IPv6:") + address.to_string() + "]";
}

}  // namespace

std::string received_field(const TraceInfo& info) {
    std::string field = "Received: from " + info.client_name + " (" + literal(info.client) + ")\r\n";
    if (info.tls != nullptr) field += "\t(using " + info.tls->version + " with cipher " + info.tls->cipher + ")\r\n";
    field += "\tby " + info.hostname + " with " + protocol(info) + " id " + info.id;
    if (!info.recipient.empty()) field += "\r\n\tfor <" + info.recipient + ">";
    return field + ";\r\n\t" + mail::print_date({info.unix_seconds, 0}) + "\r\n";
}

std::string date_field(std::int64_t unix_seconds) { return "Date: " + mail::print_date({unix_seconds, 0}) + "\r\n"; }

std::string message_id_field(const std::string& id, const std::string& hostname) {
    return "Message-ID: <" + id + "@" + hostname + ">\r\n";
}

}  // namespace helio::mta
