#include "store/rpc/rpc_config.h"

#include "common/base/text.h"

namespace helio::store {

RpcConfig read_rpc_config(config::Section section) {
    RpcConfig config;
    config.server = rpc::read_server_config(section, "127.0.0.1:9780");
    for (const auto& name : section.texts("trusted")) config.trusted_names.push_back(base::to_lower(name));
    config.trust_plain = section.flag("trust_plain", config.trust_plain);
    config.watches_per_user = static_cast<std::size_t>(
        section.integer("watches_per_user", static_cast<std::int64_t>(config.watches_per_user), 1, 100'000));
    return config;
}

}  // namespace helio::store
