#include "mmp/backend/dialer.h"

namespace helio::mmp {

Task<Result<std::unique_ptr<net::Transport>>> StoreDialer::dial(route::Target target, net::SteadyTime deadline) {
    auto plain = co_await net::connect(target.host, deadline);
    if (!plain || mode_ != StoreTls::implicit) co_return plain;
    auto secured =
        co_await net::tls_connect(std::move(*plain), site_tls_->current(), std::move(target.tls_name), deadline);
    co_return secured;
}

}  // namespace helio::mmp
