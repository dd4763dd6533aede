#include "store/mailbox/thread_id.h"

#include <openssl/sha.h>

#include "common/mail/message_id.h"

namespace helio::store {
namespace {

constexpr std::uint64_t hashed = 1ull << 63;  // tells the two kinds apart

}  // namespace

ThreadId thread_of(const mail::SummaryView& summary) {
    for (const auto field : {summary.references(), summary.in_reply_to(), summary.message_id()}) {
        const auto root = mail::first_message_id(field);
        if (!root) continue;
        unsigned char digest[SHA256_DIGEST_LENGTH];
        SHA256(reinterpret_cast<const unsigned char*>(root->data()), root->size(), digest);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8 | digest[i];
        return ThreadId{value | hashed};
    }
    return {};
}

ThreadId alone(EmailId email) { return ThreadId{email.value & ~hashed}; }

}  // namespace helio::store
