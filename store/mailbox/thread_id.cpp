#include "store/mailbox/thread_id.h"

#include <openssl/sha.h>

namespace helio::store {
namespace {

constexpr std::uint64_t hashed = 1ull << 63;  // tells the two kinds apart

/// The first "<...>" of `field`, or nothing.
std::string_view first_message_id(std::string_view field) {
    const auto open = field.find('<');
    if (open == std::string_view::npos) return {};
    const auto close = field.find('>', open);
    if (close == std::string_view::npos || close == open + 1) return {};
    return field.substr(open, close - open + 1);
}

}  // namespace

ThreadId thread_of(const mail::SummaryView& summary) {
    for (const auto field : {summary.references(), summary.in_reply_to(), summary.message_id()}) {
        const auto root = first_message_id(field);
        if (root.empty()) continue;
        unsigned char digest[SHA256_DIGEST_LENGTH];
        SHA256(reinterpret_cast<const unsigned char*>(root.data()), root.size(), digest);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8 | digest[i];
        return ThreadId{value | hashed};
    }
    return {};
}

ThreadId alone(EmailId email) { return ThreadId{email.value & ~hashed}; }

}  // namespace helio::store
