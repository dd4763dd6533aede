#include "store/mailbox/quota_warning.h"

#include <algorithm>

#include "common/mail/date.h"
#include "common/mail/trace.h"

namespace helio::store {
namespace {

unsigned percent_of(std::uint64_t used, const std::optional<std::uint64_t>& limit) {
    if (!limit) return 0;
    if (*limit == 0) return 100;
    return static_cast<unsigned>(std::min(100.0 * static_cast<double>(used) / static_cast<double>(*limit), 9999.0));
}

std::string human_bytes(std::uint64_t bytes) {
    constexpr std::uint64_t kib = 1024;
    if (bytes >= 10 * kib * kib * kib) return std::to_string(bytes / (kib * kib * kib)) + " GiB";
    if (bytes >= 10 * kib * kib) return std::to_string(bytes / (kib * kib)) + " MiB";
    return std::to_string((bytes + kib - 1) / kib) + " KiB";
}

/// What {name} stands for; nothing: it stays as it is.
std::optional<std::string> value_of(std::string_view name, const std::string& user, const Usage& usage,
                                    const QuotaLimits& limits) {
    if (name == "percent") return std::to_string(used_percent(usage, limits));
    if (name == "used") return human_bytes(usage.bytes);
    if (name == "limit") return limits.bytes ? human_bytes(*limits.bytes) : "unlimited";
    if (name == "messages") return std::to_string(usage.messages);
    if (name == "user") return user;
    return std::nullopt;
}

std::string fill_in(std::string_view text, const std::string& user, const Usage& usage, const QuotaLimits& limits) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) break;
        out += text.substr(0, open);
        const auto value = value_of(text.substr(open + 1, close - open - 1), user, usage, limits);
        out += value ? *value : std::string(text.substr(open, close - open + 1));
        text.remove_prefix(close + 1);
    }
    out += text;
    return out;
}

/// Lines end with CRLF.
std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\r') continue;
        if (c == '\n') out += '\r';
        out += c;
    }
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out;
}

}  // namespace

unsigned used_percent(const Usage& usage, const QuotaLimits& limits) {
    return std::max(percent_of(usage.bytes, limits.bytes), percent_of(usage.messages, limits.messages));
}

std::string compose_quota_warning(const QuotaConfig& config, const std::string& user, const Usage& usage,
                                  const QuotaLimits& limits, std::int64_t now) {
    const auto domain = user.substr(user.rfind('@') + 1);
    const auto unique = "quota." + std::to_string(now) + "." + user.substr(0, user.rfind('@'));
    std::string text = "Date: " + mail::print_date({now, 0}) + "\r\n";
    text += "From: Mail System <postmaster@" + domain + ">\r\n";
    text += "To: " + user + "\r\n";
    text += "Subject: " + fill_in(config.warning_subject, user, usage, limits) + "\r\n";
    text += "Message-ID: " + mail::make_message_id(unique, domain) + "\r\n";
    text += "Auto-Submitted: auto-generated\r\n";
    text += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    return text + with_crlf(fill_in(config.warning_text, user, usage, limits));
}

}  // namespace helio::store
