#include "store/rpc/rpc_server.h"

#include "store/rpc/rpc_service.h"

namespace helio::store {

struct RpcServer::Impl {
    Impl(MailStore& store, NextExecutor next, storage::SpoolBudget& spool, RpcConfig rpc_config,
         const logging::Logger& log, base::Registry& metrics)
        : config(std::move(rpc_config)),
          service(store, std::move(next), spool, config, log, metrics),
          server(config.server, {&service}) {}

    const RpcConfig config;
    RpcService service;
    rpc::Server server;
};

RpcServer::RpcServer(MailStore& store, NextExecutor next, storage::SpoolBudget& spool, RpcConfig config,
                     const logging::Logger& log, base::Registry& metrics)
    : impl_(std::make_unique<Impl>(store, std::move(next), spool, std::move(config), log, metrics)) {}

RpcServer::~RpcServer() = default;

const net::Endpoint& RpcServer::endpoint() const { return impl_->server.endpoint(); }

Task<> RpcServer::stop() { co_await impl_->server.stop(); }

void RpcServer::stop_now() { impl_->server.stop_now(); }

}  // namespace helio::store
