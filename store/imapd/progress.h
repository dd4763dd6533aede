// Progress: tells the client of a long command that it is alive (RFC 9585 INPROGRESS), not more often than every
// ImapConfig::progress_interval. Used by commands that read many messages.
#pragma once

#include "store/imapd/session.h"

namespace helio::store::imapd {

class Progress {
public:
    Progress(ImapSession& session, std::string tag, std::uint64_t goal)
        : session_(session), tag_(std::move(tag)), goal_(goal), next_(session.deadline(interval())) {}

    /// Call it as often as you like. Errors: the client is gone.
    Task<Result<>> tell(std::uint64_t done);

private:
    std::chrono::milliseconds interval() const { return session_.config().progress_interval; }
    ImapSession& session_;
    std::string tag_;
    std::uint64_t goal_;
    base::SteadyTime next_;
};

}  // namespace helio::store::imapd
