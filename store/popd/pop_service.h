// PopService: what a listener hands POP3 connections to. One per store: it holds the maildrop locks.
#pragma once

#include "store/popd/pop_session.h"

namespace helio::store {

class PopService final : public net::Service {
public:
    /// `tls` may be null: no STLS. All must outlive the service.
    PopService(MailStore& store, auth::Authenticator& authenticator, std::shared_ptr<net::TlsSource> tls,
               PopConfig config, const logging::Logger& log, base::Registry& registry,
               const base::Clock& clock = base::system_clock());

    Task<> serve(net::Connection connection) override;
    std::string_view too_many() const override { return "-ERR [SYS/TEMP] Too many connections\r\n"; }

private:
    PopConfig config_;
    PopMetrics metrics_;
    MaildropLocks locks_;
    LoginIntervals intervals_;
    PopServices services_;
};

}  // namespace helio::store
