// PopService: one POP3 session of the proxy from greeting to close. One per daemon, for all POP3 listeners.
#pragma once

#include "common/net/listener.h"
#include "mmp/frontend.h"

namespace helio::mmp {

class PopService final : public net::Service {
public:
    explicit PopService(const Frontend& frontend) : frontend_(frontend) {}
    Task<> serve(net::Connection connection) override;
    std::string_view too_many() const override { return "-ERR [SYS/TEMP] Too many connections\r\n"; }

private:
    Task<bool> log_in(Session& session);

    const Frontend& frontend_;
};

}  // namespace helio::mmp
