#include "common/dns/unbound_context.h"

#include <algorithm>

#include <unbound.h>

#include "common/base/startup_error.h"
#include "common/base/text.h"

namespace helio::dns {
namespace {

constexpr int rcode_no_error = 0;
constexpr int rcode_name_error = 3;

struct FreeResult {
    void operator()(ub_result* result) const { ub_resolve_free(result); }
};

void check(int code, const std::string& what) {
    if (code != UB_NOERROR) throw base::StartupError("DNS resolver: " + what + ": " + ub_strerror(code));
}

void set(ub_ctx* context, const char* option, const std::string& value) {
    check(ub_ctx_set_option(context, option, value.c_str()), std::string(option) + " " + value);
}

void set_limits(ub_ctx* context) {
    set(context, "msg-cache-size:", "16m");
    set(context, "rrset-cache-size:", "32m");
    set(context, "outgoing-range:", "512");
    set(context, "num-queries-per-thread:", "1024");
    set(context,
        "unblock-lan-zones:", "yes");  // a site's own reverse zones are asked for, not answered by built-in ones
}

void set_forwarders(ub_ctx* context, const Config& config) {
    const bool own_host =
        std::ranges::any_of(config.forwarders, [](const auto& it) { return it.address.is_loopback(); });
    // The file's may be on this host as well (systemd-resolved).
    if (own_host || config.forwarders.empty()) set(context, "do-not-query-localhost:", "no");
    if (config.forwarders.empty()) {
        const int code = ub_ctx_resolvconf(context, nullptr);
        if (code != UB_READFILE) check(code, "/etc/resolv.conf");
        return;
    }
    for (const auto& forwarder : config.forwarders) {
        const auto text = forwarder.address.to_string() + "@" + std::to_string(forwarder.port);
        check(ub_ctx_set_fwd(context, text.c_str()), "forwarder " + text);
    }
}

std::string presented_name(const char* text) {
    std::string name = text == nullptr ? "" : base::to_lower(text);
    if (name.ends_with('.')) name.pop_back();
    return name;
}

}  // namespace

void CloseContext::operator()(ub_ctx* context) const { ub_ctx_delete(context); }

Context make_context(const Config& config) {
    Context context(ub_ctx_create());
    if (!context) throw base::StartupError("DNS resolver: out of memory or random bytes");
    ub_ctx_debugout(context.get(), nullptr);  // what matters is in the answers and in our own log
    check(ub_ctx_async(context.get(), 1), "threads");
    set_limits(context.get());
    set_forwarders(context.get(), config);
    if (!config.trust_anchor_file.empty())
        check(ub_ctx_add_ta_file(context.get(), config.trust_anchor_file.c_str()), config.trust_anchor_file);
    // Last: this finishes the setting up. Without it a built-in zone says that no name below test. exists.
    check(ub_ctx_zone_add(context.get(), "test.", "transparent"),
          config.trust_anchor_file.empty() ? "configuration" : "trust anchors in " + config.trust_anchor_file);
    return context;
}

RawAnswer take_result(int error, ub_result* raw) {
    const std::unique_ptr<ub_result, FreeResult> result(raw);
    RawAnswer answer;
    if (error != UB_NOERROR || !result) {
        answer.detail = ub_strerror(error);
        return answer;
    }
    answer.bogus = result->bogus != 0;
    if (answer.bogus) {  // it may hold data nevertheless
        answer.detail = std::string("DNSSEC: ") + (result->why_bogus != nullptr ? result->why_bogus : "bogus");
        return answer;
    }
    answer.secure = result->secure != 0;
    answer.ttl = std::chrono::seconds(std::max(0, result->ttl));
    answer.canonical_name = presented_name(result->canonname != nullptr ? result->canonname : result->qname);
    if (result->havedata != 0) {
        for (int i = 0; result->data[i] != nullptr; ++i)
            answer.rdata.emplace_back(result->data[i], static_cast<std::size_t>(result->len[i]));
        answer.found = Found::found;
    } else if (result->rcode == rcode_no_error || result->rcode == rcode_name_error || result->nxdomain != 0) {
        answer.found = Found::absent;
        answer.name_exists = result->rcode == rcode_no_error && result->nxdomain == 0;
    } else {
        answer.detail = "the server answered with rcode " + std::to_string(result->rcode);
    }
    return answer;
}

}  // namespace helio::dns
