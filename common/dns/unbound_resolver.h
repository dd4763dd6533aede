// UnboundResolver: the real Resolver, on libunbound: cached, validated where a trust anchor is configured. One thread
// of its own makes all calls; libunbound's own thread does the work. Callers on any executor's thread await its
// answers. What holds: no caller waits longer than Config::timeout; questions under way are bounded. Destroy it before
// the executors of its callers, and with no question under way.
#pragma once

#include <memory>

#include "common/base/metrics.h"
#include "common/dns/config.h"
#include "common/dns/resolver.h"
#include "common/logging/logger.h"

namespace helio::dns {

class UnboundResolver final : public Resolver {
public:
    /// Throws base::StartupError when libunbound does not take the configuration.
    UnboundResolver(Config config, const logging::Logger& log, base::Registry& metrics);
    ~UnboundResolver() override;

    Task<Answer<MxRecord>> find_mx(std::string name) override;
    Task<Answer<net::Address>> find_addresses(std::string name) override;
    Task<Answer<std::string>> find_txt(std::string name) override;
    Task<Answer<std::string>> find_names(net::Address address) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace helio::dns
