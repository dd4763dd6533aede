#include "common/mail/dsn.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/mail/charset.h"
#include "common/mail/header.h"

namespace helio::mail {
namespace {

constexpr std::size_t line_most = 900;
constexpr std::size_t header_most = 64 * 1024;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// One line of printable text: line ends and control characters become blanks.
std::string one_line(std::string_view text, bool utf8) {
    std::string line = valid_utf8(text.substr(0, line_most));
    for (auto& c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) c = ' ';
        if (byte >= 0x80 && !utf8) c = '?';
    }
    return std::string(base::trim(line));
}

std::string_view action_name(DsnAction action) {
    switch (action) {
        case DsnAction::failed:
            return "failed";
        case DsnAction::delayed:
            return "delayed";
        case DsnAction::delivered:
            return "delivered";
        case DsnAction::relayed:
            return "relayed";
        case DsnAction::expanded:
            return "expanded";
    }
    return "failed";
}

std::string subject_of(const Dsn& dsn) {
    const auto has = [&dsn](DsnAction action) {
        return std::ranges::any_of(dsn.recipients, [action](const DsnRecipient& r) { return r.action == action; });
    };
    if (has(DsnAction::failed)) return "Undelivered mail returned to sender";
    if (has(DsnAction::delayed)) return "Delayed mail (still being retried)";
    return "Successful mail delivery report";
}

std::string introduction(const Dsn& dsn) {
    std::string text = "This is the mail system at host " + dsn.reporting_mta + ".\r\n\r\n";
    const auto subject = subject_of(dsn);
    if (subject.starts_with("Und")) {
        text += "Your message could not be delivered to one or more recipients.\r\nIts header is attached below.\r\n";
    } else if (subject.starts_with("Del")) {
        text += "Your message could not be delivered yet. You need not send it again:\r\nit will be retried.\r\n";
    } else {
        text += "Your message was delivered as reported below.\r\n";
    }
    if (!dsn.queue_id.empty()) text += "Queue id: " + one_line(dsn.queue_id, false) + "\r\n";
    return text;
}

class Printer {
public:
    explicit Printer(const Dsn& dsn) : dsn_(dsn), utf8_(dsn.needs_smtputf8()), header_(original_header()) {}

    std::string run() {
        top();
        text_part();
        status_part();
        header_part();
        out_ += "--" + dsn_.boundary + "--\r\n";
        return std::move(out_);
    }

private:
    void field(std::string_view name, std::string_view value) {
        out_ += std::string(name) + ": " + std::string(value) + "\r\n";
    }
    void begin_part(std::string_view type, bool eight_bit) {
        out_ += "--" + dsn_.boundary + "\r\n";
        field("Content-Type", type);
        if (eight_bit) field("Content-Transfer-Encoding", "8bit");
    }

    void top() {
        field("Date", print_date(dsn_.date));
        field("From", one_line(dsn_.from, utf8_));
        field("To", dsn_.to.to_string());
        field("Subject", subject_of(dsn_));
        field("Message-ID", one_line(dsn_.message_id, false));
        field("Auto-Submitted", "auto-replied");
        field("MIME-Version", "1.0");
        field("Content-Type", "multipart/report; report-type=delivery-status;\r\n\tboundary=\"" + dsn_.boundary + "\"");
        if (utf8_ || !is_ascii(header_)) field("Content-Transfer-Encoding", "8bit");
        out_ += "\r\nThis is a delivery status notification (RFC 3464).\r\n\r\n";
    }

    void text_part() {
        begin_part("text/plain; charset=utf-8", utf8_);
        out_ += "\r\n" + introduction(dsn_);
        for (const auto& recipient : dsn_.recipients) {
            out_ += "\r\n" + recipient.final_recipient.path() + ": " + one_line(recipient.explanation, utf8_) + "\r\n";
            if (!recipient.diagnostic.empty()) {
                const auto host = recipient.remote_mta.empty() ? "" : one_line(recipient.remote_mta, false) + " said: ";
                out_ += "    " + host + one_line(recipient.diagnostic, utf8_) + "\r\n";
            }
            if (recipient.will_retry_until)
                out_ += "    Will be retried until " + print_date(*recipient.will_retry_until) + "\r\n";
        }
        out_ += "\r\n";
    }

    /// RFC 3464 §2.2 per-message fields, then §2.3 per-recipient fields.
    void status_part() {
        begin_part(utf8_ ? "message/global-delivery-status" : "message/delivery-status", utf8_);
        out_ += "\r\n";
        if (!dsn_.envelope_id.empty()) field("Original-Envelope-Id", one_line(dsn_.envelope_id, false));
        field("Reporting-MTA", "dns; " + one_line(dsn_.reporting_mta, false));
        if (dsn_.arrival_date) field("Arrival-Date", print_date(*dsn_.arrival_date));
        for (const auto& recipient : dsn_.recipients) status(recipient);
        out_ += "\r\n";
    }

    void status(const DsnRecipient& recipient) {
        out_ += "\r\n";
        if (!recipient.original_recipient.empty())
            field("Original-Recipient", one_line(recipient.original_recipient, utf8_));
        const bool utf8_address = recipient.final_recipient.needs_smtputf8();
        field("Final-Recipient", (utf8_address ? "utf-8; " : "rfc822; ") + recipient.final_recipient.to_string());
        field("Action", action_name(recipient.action));
        field("Status", recipient.status.to_string());
        if (!recipient.remote_mta.empty()) field("Remote-MTA", "dns; " + one_line(recipient.remote_mta, false));
        if (!recipient.diagnostic.empty()) field("Diagnostic-Code", "smtp; " + one_line(recipient.diagnostic, utf8_));
        if (recipient.last_attempt) field("Last-Attempt-Date", print_date(*recipient.last_attempt));
        if (recipient.will_retry_until) field("Will-Retry-Until", print_date(*recipient.will_retry_until));
    }

    void header_part() {
        begin_part(utf8_ ? "message/global-headers" : "text/rfc822-headers", !is_ascii(header_));
        out_ += "\r\n" + header_ + "\r\n";
    }

    /// The original's fields with CRLF, within bounds; broken lines and lines that could be our boundary are left out.
    std::string original_header() const {
        std::string kept;
        HeaderReader reader(dsn_.original_header, {.block_bytes = header_most});
        while (const auto field = reader.next()) {
            if (field->name.empty()) continue;
            for (auto line : base::split(field->text, '\n')) {
                if (line.ends_with('\r')) line.remove_suffix(1);
                if (!line.empty()) kept += valid_or_raw(line.substr(0, line_most)) + "\r\n";
            }
        }
        return kept;
    }
    /// A bare CR inside a line would be refused by the next hop.
    static std::string valid_or_raw(std::string_view line) {
        std::string clean(line);
        std::ranges::replace(clean, '\r', ' ');
        std::erase(clean, '\0');
        return clean;
    }

    const Dsn& dsn_;
    const bool utf8_;
    const std::string header_;
    std::string out_;
};

}  // namespace

bool Dsn::needs_smtputf8() const {
    return to.needs_smtputf8() || std::ranges::any_of(recipients, [](const DsnRecipient& r) {
               return r.final_recipient.needs_smtputf8() || !is_ascii(r.original_recipient);
           });
}

std::string print_dsn(const Dsn& dsn) { return Printer(dsn).run(); }

}  // namespace helio::mail
