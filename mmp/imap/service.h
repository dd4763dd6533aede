// ImapService: one IMAP session of the proxy from greeting to close. One per daemon, for all IMAP listeners.
#pragma once

#include "common/net/listener.h"
#include "mmp/frontend.h"

namespace helio::mmp {

class ImapService final : public net::Service {
public:
    explicit ImapService(const Frontend& frontend) : frontend_(frontend) {}
    Task<> serve(net::Connection connection) override;
    std::string_view too_many() const override { return "* BYE [UNAVAILABLE] Too many connections\r\n"; }

private:
    Task<bool> log_in(Session& session);

    const Frontend& frontend_;
};

}  // namespace helio::mmp
