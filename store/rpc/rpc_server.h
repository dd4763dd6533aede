// RpcServer: the store's gRPC door: helio.store.v1.StoreService on one endpoint. A facade: it includes no gRPC.
// Handlers run on the runtime's workers; stop() must be awaited before those end.
#pragma once

#include <functional>
#include <memory>

#include "common/base/executor.h"
#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "common/storage/spool_budget.h"
#include "store/mailbox/mail_store.h"
#include "store/rpc/rpc_config.h"

namespace helio::store {

class RpcServer {
public:
    /// The executor for the next call; from any thread.
    using NextExecutor = std::function<base::Executor&()>;

    /// Serves at once. `spool`: for uploads. All must outlive the server. Throws base::StartupError with the endpoint
    /// or the file that is wrong.
    RpcServer(MailStore& store, NextExecutor next, storage::SpoolBudget& spool, RpcConfig config,
              const logging::Logger& log, base::Registry& metrics);
    ~RpcServer();

    const net::Endpoint& endpoint() const;
    Task<> stop();
    void stop_now();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::store
