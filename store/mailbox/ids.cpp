#include "store/mailbox/ids.h"

#include <fmt/format.h>

namespace helio::store {
namespace {

std::optional<std::uint64_t> parse_hex16(char letter, std::string_view text) {
    if (text.size() != 17 || text.front() != letter) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text.substr(1)) {
        if (c >= '0' && c <= '9') {
            value = value * 16 + static_cast<unsigned>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            value = value * 16 + static_cast<unsigned>(c - 'a') + 10;
        } else {
            return std::nullopt;
        }
    }
    return value;
}

}  // namespace

std::string to_object_id(MailboxId id) { return fmt::format("F{:016x}", id.value); }
std::string to_object_id(EmailId id) { return fmt::format("M{:016x}", id.value); }
std::string to_object_id(BodyId id) { return fmt::format("B{:016x}", id.value); }
std::string to_object_id(ThreadId id) { return fmt::format("T{:016x}", id.value); }

std::optional<MailboxId> parse_mailbox_object_id(std::string_view text) {
    const auto value = parse_hex16('F', text);
    if (!value) return std::nullopt;
    return MailboxId{*value};
}

std::optional<EmailId> parse_email_object_id(std::string_view text) {
    const auto value = parse_hex16('M', text);
    if (!value) return std::nullopt;
    return EmailId{*value};
}

std::optional<BodyId> parse_blob_object_id(std::string_view text) {
    const auto value = parse_hex16('B', text);
    if (!value) return std::nullopt;
    return BodyId{*value};
}

std::optional<ThreadId> parse_thread_object_id(std::string_view text) {
    const auto value = parse_hex16('T', text);
    if (!value) return std::nullopt;
    return ThreadId{*value};
}

}  // namespace helio::store
