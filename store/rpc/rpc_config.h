// RpcConfig: the [grpc] table of the store's configuration; const after start.
#pragma once

#include <string>
#include <vector>

#include "common/rpc/server.h"

namespace helio::store {

struct RpcConfig {
    rpc::ServerConfig server;
    /// Names in client certificates (lower case) whose `helio-user` is believed.
    std::vector<std::string> trusted_names;
    /// With a plain listener (server.plain) there is no certificate: believe everybody who can reach it.
    bool trust_plain = false;
    std::size_t watches_per_user = 100;
};

/// Keys: those of rpc::read_server_config(), trusted, trust_plain, watches_per_user.
RpcConfig read_rpc_config(config::Section section);

}  // namespace helio::store
