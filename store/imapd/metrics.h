// ImapMetrics: the counters and histograms of the IMAP service, asked for once.
#pragma once

#include <array>

#include "common/base/metrics.h"
#include "common/imap/command.h"

namespace helio::store::imapd {

class ImapMetrics {
public:
    explicit ImapMetrics(base::Registry& registry);

    base::Counter& logins_ok;
    base::Counter& logins_rejected;
    base::Counter& logins_unavailable;
    base::Counter& bad_commands;
    base::Counter& messages_appended;
    base::Counter& message_bytes_sent;

    /// How long commands of this verb took, from parsed to answered; IDLE apart.
    base::Histogram& of(imap::Verb verb) { return *durations_[static_cast<std::size_t>(verb)]; }

private:
    std::array<base::Histogram*, imap::verb_count> durations_{};
};

}  // namespace helio::store::imapd
