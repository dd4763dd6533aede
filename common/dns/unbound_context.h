// A libunbound context set up from our configuration, and its results as values.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/dns/config.h"
#include "common/dns/resolver.h"

struct ub_ctx;
struct ub_result;

namespace helio::dns {

struct CloseContext {
    void operator()(::ub_ctx* context) const;
};
using Context = std::unique_ptr<::ub_ctx, CloseContext>;

/// Throws base::StartupError, naming what libunbound refused.
Context make_context(const Config& config);

/// One question's answer before its records are read.
struct RawAnswer {
    Found found = Found::unknown;
    std::vector<std::string> rdata;
    bool name_exists = false;
    bool secure = false;
    bool bogus = false;
    std::string canonical_name;
    std::chrono::seconds ttl{0};
    std::string detail;
};

/// `error` and `result` as libunbound calls back; takes `result` and frees it.
RawAnswer take_result(int error, ::ub_result* result);

}  // namespace helio::dns
