#include "store/imapd/metrics.h"

#include "common/base/text.h"

namespace helio::store::imapd {

namespace {

constexpr std::string_view logins = "helio_imap_logins_total";
constexpr std::string_view logins_help = "IMAP logins by result";

}  // namespace

ImapMetrics::ImapMetrics(base::Registry& registry)
    : logins_ok(registry.counter(logins, logins_help, "result=\"ok\"")),
      logins_rejected(registry.counter(logins, logins_help, "result=\"rejected\"")),
      logins_unavailable(registry.counter(logins, logins_help, "result=\"unavailable\"")),
      bad_commands(registry.counter("helio_imap_bad_commands_total", "IMAP commands answered BAD")),
      messages_appended(registry.counter("helio_imap_appended_messages_total", "Messages stored by APPEND")),
      message_bytes_sent(registry.counter("helio_imap_sent_bytes_total", "Bytes sent to IMAP clients")) {
    for (std::size_t i = 0; i < durations_.size(); ++i) {
        const std::string verb = base::to_lower(imap::name_of(static_cast<imap::Verb>(i)));
        durations_[i] =
            &registry.histogram("helio_imap_command_seconds", "Duration of IMAP commands", "command=\"" + verb + "\"");
    }
}

}  // namespace helio::store::imapd
