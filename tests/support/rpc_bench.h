// RpcBench: the store's gRPC service over a real server on loopback, the store in memory; for tests of store/rpc.
#pragma once

#include <filesystem>
#include <thread>

#include "common/net/worker.h"
#include "common/rpc/call.h"
#include "store/rpc/rpc_server.h"
#include "store/v1/store.grpc.pb.h"
#include "tests/support/store_fixture.h"

namespace helio::test {

namespace pb = store::v1;

inline const std::string alice = "alice@example.test";

/// A store with its gRPC door, one worker on a thread of its own.
class RpcBench {
public:
    explicit RpcBench(store::RpcConfig config = plain_config(),
                      storage::SpoolLimits spool = {.folder = std::filesystem::temp_directory_path()})
        : spool_(std::move(spool)),
          thread_([this] { worker_.run(); }),
          server_(
              fixture.store, [this]() -> base::Executor& { return worker_; }, spool_, std::move(config), fixture.log,
              fixture.metrics) {}
    ~RpcBench() {
        server_.stop_now();
        worker_.stop();
        thread_.join();
    }
    static store::RpcConfig plain_config() {
        store::RpcConfig config;
        config.server.listen = *net::Endpoint::parse("127.0.0.1:0");
        config.server.plain = true;
        config.server.drain = std::chrono::milliseconds(100);
        config.trust_plain = true;
        return config;
    }

    std::unique_ptr<pb::StoreService::Stub> stub(
        std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials()) {
        grpc::ChannelArguments arguments;
        arguments.SetSslTargetNameOverride("store-a.example.test");
        return pb::StoreService::NewStub(
            grpc::CreateCustomChannel(server_.endpoint().to_string(), credentials, arguments));
    }
    net::Worker& worker() { return worker_; }

    StoreFixture fixture;

private:
    storage::SpoolBudget spool_;
    net::Worker worker_;
    std::thread thread_;
    store::RpcServer server_;
};

struct Call {
    explicit Call(std::string user = std::string(alice)) {
        rpc::apply({.timeout = std::chrono::seconds(20), .user = user, .trace_id = "t1"}, context);
    }
    grpc::ClientContext context;
};

}  // namespace helio::test
