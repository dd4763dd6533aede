#include "common/ldap/handle.h"

#include <csignal>
#include <memory>

#include <fcntl.h>
#include <ldap.h>
#include <openldap.h>
#include <sys/time.h>

#include "common/base/signals.h"
#include "common/ldap/errc.h"
#include "common/ldap/socket.h"

namespace helio::ldap {
namespace {

constexpr const char* system_ca_file = "/etc/ssl/certs/ca-certificates.crt";
constexpr ber_len_t largest_answer_bytes = 4 * 1024 * 1024;

struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
struct FreeUrl {
    void operator()(LDAPURLDesc* url) const { ldap_free_urldesc(url); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

timeval to_timeval(milliseconds duration) {
    return {.tv_sec = duration.count() / 1000, .tv_usec = (duration.count() % 1000) * 1000};
}

std::unexpected<Error> failed(const std::string& url, const char* step, int code) {
    return fail(errc::unavailable, url + ": " + step + ": " + describe(code));
}

int set_options(::ldap* session, const Config& config, milliseconds limit) {
    const int version = LDAP_VERSION3;
    const timeval wait = to_timeval(limit);
    ldap_set_option(session, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(session, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(session, LDAP_OPT_RESTART, LDAP_OPT_OFF);
    ldap_set_option(session, LDAP_OPT_NETWORK_TIMEOUT, &wait);
    ldap_set_option(session, LDAP_OPT_TIMEOUT, &wait);
    const int demand = LDAP_OPT_X_TLS_DEMAND;
    const int least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int as_client = 0;
    ldap_set_option(session, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    ldap_set_option(session, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least);
    ldap_set_option(session, LDAP_OPT_X_TLS_CACERTFILE, config.tls_ca.empty() ? system_ca_file : config.tls_ca.c_str());
    return ldap_set_option(session, LDAP_OPT_X_TLS_NEWCTX, &as_client);  // last: it makes the options above count
}

Result<void> wait_for(::ldap* session, int message_id, milliseconds limit, const std::string& url, const char* step) {
    timeval wait = to_timeval(limit);
    LDAPMessage* raw = nullptr;
    const int type = ldap_result(session, message_id, LDAP_MSG_ALL, &wait, &raw);
    const Message message(raw);
    if (type == 0) return failed(url, step, LDAP_TIMEOUT);
    if (type < 0) return failed(url, step, LDAP_SERVER_DOWN);
    int code = LDAP_OTHER;
    if (ldap_parse_result(session, raw, &code, nullptr, nullptr, nullptr, nullptr, 0) != LDAP_SUCCESS)
        return failed(url, step, LDAP_DECODING_ERROR);
    if (code == LDAP_INVALID_CREDENTIALS) return fail(errc::refused, url + ": " + step + ": " + describe(code));
    if (code != LDAP_SUCCESS) return failed(url, step, code);
    return {};
}

// StartTLS (RFC 4511 section 4.14) unless TLS comes first (ldaps); then the handshake, with the check of the name.
Result<void> secure(::ldap* session, const std::string& url, milliseconds limit, bool ldaps) {
    if (!ldaps) {
        int message_id = 0;
        if (const int code = ldap_start_tls(session, nullptr, nullptr, &message_id); code != LDAP_SUCCESS)
            return failed(url, "StartTLS", code);
        if (auto answered = wait_for(session, message_id, limit, url, "StartTLS"); !answered) return answered;
    }
    if (const int code = ldap_install_tls(session); code != LDAP_SUCCESS) return failed(url, "TLS handshake", code);
    return {};
}

Result<void> bind(::ldap* session, const Config& config, const std::string& url, milliseconds limit) {
    std::string password = config.bind_password.reveal();
    berval credentials{.bv_len = password.size(), .bv_val = password.data()};
    int message_id = 0;
    const int code =
        ldap_sasl_bind(session, config.bind_dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, &message_id);
    const base::Secret wiped(std::move(password));
    if (code != LDAP_SUCCESS) return failed(url, "connect", code);
    return wait_for(session, message_id, limit, url, "bind");
}

// From here on no call on the session may wait for the server.
void become_asynchronous(::ldap* session, int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    Sockbuf* buffer = nullptr;
    ber_len_t most = largest_answer_bytes;
    if (ldap_get_option(session, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS)
        ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most);
}

}  // namespace

void CloseHandle::operator()(::ldap* session) const { ldap_unbind_ext(session, nullptr, nullptr); }

std::string describe(int result_code) { return ldap_err2string(result_code); }

int socket_of(const Handle& handle) {
    int fd = -1;
    if (ldap_get_option(handle.get(), LDAP_OPT_DESC, &fd) != LDAP_OPT_SUCCESS) return -1;
    return fd;
}

Result<Handle> open_handle(const Config& config, const std::string& url, milliseconds limit) {
    base::block_signal(SIGPIPE);
    const auto deadline = std::chrono::steady_clock::now() + limit;
    LDAPURLDesc* parts = nullptr;
    if (const int code = ldap_url_parse(url.c_str(), &parts); code != LDAP_URL_SUCCESS)
        return fail(errc::unavailable, url + ": not a URL of a server");
    const std::unique_ptr<LDAPURLDesc, FreeUrl> owned_parts(parts);
    auto fd = connect_socket(parts->lud_host, parts->lud_port, deadline);
    if (!fd) return fail(errc::unavailable, url + ": " + fd.error().detail);

    Handle handle;
    const SocketWatch watch(*fd, deadline);  // behind the handle, so that it ends before the socket is closed
    ::ldap* raw = nullptr;
    if (const int code = ldap_init_fd(*fd, LDAP_PROTO_TCP, url.c_str(), &raw); code != LDAP_SUCCESS)
        return failed(url, "session", code);
    handle.reset(raw);
    if (set_options(raw, config, limit) != LDAP_OPT_SUCCESS)
        return fail(errc::unavailable, url + ": the CA file can't be used: " + config.tls_ca);
    const bool ldaps = url.starts_with("ldaps://");
    if (ldaps || config.start_tls)
        if (auto secured = secure(raw, url, limit, ldaps); !secured) return fail(std::move(secured.error()));
    if (auto bound = bind(raw, config, url, limit); !bound) return fail(std::move(bound.error()));
    become_asynchronous(raw, *fd);
    return handle;
}

}  // namespace helio::ldap
