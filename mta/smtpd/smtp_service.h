// SmtpService: the net::Service of a relay's listeners; one Session per connection.
#pragma once

#include "mta/smtpd/session.h"

namespace helio::mta {

class SmtpService final : public net::Service {
public:
    explicit SmtpService(const SmtpdServices& services)
        : services_(services), too_many_("421 4.7.0 " + services.settings.hostname + " too many connections\r\n") {}

    Task<> serve(net::Connection connection) override {
        Session session(std::move(connection), services_);
        co_await session.run();
    }
    std::string_view too_many() const override { return too_many_; }

private:
    const SmtpdServices& services_;
    const std::string too_many_;
};

}  // namespace helio::mta
