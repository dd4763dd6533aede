#include "common/auth/tokens.h"

#include <atomic>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include "common/base/completion.h"
#include "common/net/worker.h"

namespace helio::auth {
namespace {

constexpr unsigned threads = 4;
constexpr std::size_t most_waiting = 1'000;
constexpr std::size_t most_answer_bytes = 64 * 1024;

struct CurlFree {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

/// libcurl's own state of the process, made before any thread asks.
void prepare_curl() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)ready;
}

std::size_t take_answer(char* bytes, std::size_t size, std::size_t count, void* into) {
    auto& answer = *static_cast<std::string*>(into);
    const auto length = size * count;
    if (answer.size() + length > most_answer_bytes) return 0;  // ends the transfer
    answer.append(bytes, length);
    return length;
}

/// One handle for each thread, so that its connection to the server is used again.
CURL* thread_handle() {
    thread_local const std::unique_ptr<CURL, CurlFree> handle(curl_easy_init());
    curl_easy_reset(handle.get());
    return handle.get();
}

/// POST token=... (RFC 7662 §2.1). Blocks for at most the configured time.
TokenVerdict introspect(const OauthConfig& config, const base::Secret& token, base::WallTime now) {
    auto* curl = thread_handle();
    if (curl == nullptr) return {.reason = "introspection: out of memory"};
    // A bearer token's characters stand for themselves in a form but for these three.
    std::string form = "token_type_hint=access_token&token=";
    for (const char c : token.reveal())
        form += c == '+' ? "%2B" : c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
    std::string answer;
    curl_easy_setopt(curl, CURLOPT_URL, config.introspection_url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form.c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(config.timeout.count()));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // not what the environment says: the token goes where we were told
    if (!config.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, config.ca_file.c_str());
    if (!config.client_id.empty()) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        curl_easy_setopt(curl, CURLOPT_USERNAME, config.client_id.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, config.client_secret.reveal().c_str());
    }
    const auto code = curl_easy_perform(curl);
    if (code != CURLE_OK) return {.reason = std::string("introspection: ") + curl_easy_strerror(code)};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return judge_introspection(status, answer, config, now);
}

}  // namespace

struct Tokens::Impl {
    Impl(OauthConfig given, const logging::Logger& logger, const base::Clock& its_clock)
        : config(std::move(given)),
          log(logger),
          clock(its_clock),
          pool(config.introspection_url.empty() ? 1 : threads) {
        if (!config.jwks_file.empty()) keys = JwtKeys::load(config.jwks_file);
        prepare_curl();
    }

    const OauthConfig config;
    const logging::Logger& log;
    const base::Clock& clock;
    JwtKeys keys;
    std::atomic<std::size_t> waiting = 0;
    net::Pool pool;
};

Tokens::Tokens(OauthConfig config, const logging::Logger& log, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(config), log, clock)) {}
Tokens::~Tokens() = default;

Task<TokenVerdict> Tokens::verify(base::Secret token) {
    auto& impl = *impl_;
    const auto now = impl.clock.wall_now();
    const bool by_key = impl.keys.size() > 0 && looks_like_jwt(token.reveal());
    if (by_key || impl.config.introspection_url.empty()) {
        co_return verify_jwt(token.reveal(), impl.keys, impl.config, now);
    }
    if (++impl.waiting > most_waiting) {
        --impl.waiting;
        co_return TokenVerdict{.reason = "introspection: too many questions"};
    }
    base::Completion<TokenVerdict> done;
    impl.pool.post([&impl, &done, token, now] { done.set(introspect(impl.config, token, now)); });
    auto verdict = co_await done;
    --impl.waiting;
    if (verdict.verdict == Verdict::unavailable) impl.log.error("auth.introspection", {{"reason", verdict.reason}});
    co_return verdict;
}

TokenVerdict judge_introspection(long status, std::string_view body, const OauthConfig& config, base::WallTime now) {
    // Anything but an answer is our trouble with the server, not the client's with his token.
    if (status != 200) return {.reason = "introspection: status " + std::to_string(status)};
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const auto active = json.is_object() ? json.find("active") : json.end();
    if (active == json.end() || !active->is_boolean()) return {.reason = "introspection: no answer of RFC 7662"};
    if (!active->get<bool>()) return {.verdict = Verdict::rejected, .reason = "token is not active"};
    return judge_claims(body, config, now, false);
}

}  // namespace helio::auth
