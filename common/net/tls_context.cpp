#include "common/net/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include "common/base/startup_error.h"
#include "common/base/text.h"

namespace helio::net {

std::string openssl_reasons() {
    std::string text;
    while (const auto code = ERR_get_error()) {
        char reason[160];
        ERR_error_string_n(code, reason, sizeof reason);
        if (!text.empty()) text += "; ";
        text += reason;
    }
    return text.empty() ? "no reason given" : text;
}

namespace {

[[noreturn]] void refuse(std::string_view what, const std::string& file, std::string_view remedy) {
    throw base::StartupError(fmt::format("{} {}: {}; {}", what, file, openssl_reasons(), remedy));
}

void load_files(SSL_CTX* context, const TlsFiles& files) {
    if (files.certificate.empty()) return;
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
        refuse("can't use the certificate", files.certificate, "it must be a PEM chain that this user may read");
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        refuse("can't use the key", files.key, "it must be the PEM key of the certificate, readable by this user");
    if (SSL_CTX_check_private_key(context) != 1)
        refuse("key and certificate differ:", files.key, "give the key that the certificate was made with");
}

int choose_by_server_name(SSL* ssl, int*, void* argument) {
    const auto& impl = *static_cast<const TlsContext::Impl*>(argument);
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    const auto found = impl.by_server_name.find(base::to_lower(name));
    if (found != impl.by_server_name.end()) SSL_set_SSL_CTX(ssl, found->second.get());
    return SSL_TLSEXT_ERR_OK;
}

// A resumed session's certificate was checked when the session began, so it must not be old. Reloaded files make new
// contexts, whose keys open no earlier ticket.
constexpr long resumable_seconds = 3600;

int verify_mode(PeerCheck check, bool is_server) {
    if (check == PeerCheck::none) return SSL_VERIFY_NONE;
    const bool must = check == PeerCheck::required && is_server;
    return SSL_VERIFY_PEER | (must ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
}

// A peer sent a ticket: TlsTransport has noted on the connection under which name it is to be kept.
int keep_session(SSL* ssl, SSL_SESSION* session) {
    const auto* impl = static_cast<const TlsContext::Impl*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const auto* peer = static_cast<const std::string*>(SSL_get_app_data(ssl));
    if (impl == nullptr || peer == nullptr) return 0;
    impl->sessions.keep(*peer, SslSessionPtr(session));
    return 1;  // the reference is ours now
}

SslCtxPtr make_context(const TlsConfig& config, const TlsFiles& files) {
    SslCtxPtr context(SSL_CTX_new(config.is_server ? TLS_server_method() : TLS_client_method()));
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                           SSL_OP_CIPHER_SERVER_PREFERENCE);
    static constexpr unsigned char session_id[] = "heliograph";
    SSL_CTX_set_session_id_context(context.get(), session_id, sizeof session_id - 1);
    SSL_CTX_set_timeout(context.get(), resumable_seconds);
    load_files(context.get(), files);
    if (!config.ca_file.empty()) {
        if (SSL_CTX_load_verify_locations(context.get(), config.ca_file.c_str(), nullptr) != 1)
            refuse("can't use the CA file", config.ca_file, "it must hold PEM certificates and be readable");
        if (config.is_server)
            SSL_CTX_set_client_CA_list(context.get(), SSL_load_client_CA_file(config.ca_file.c_str()));
    } else if (config.peer_check != PeerCheck::none) {
        SSL_CTX_set_default_verify_paths(context.get());
    }
    SSL_CTX_set_verify(context.get(), verify_mode(config.peer_check, config.is_server), nullptr);
    return context;
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

std::shared_ptr<const TlsContext> TlsContext::load(const TlsConfig& config) {
    ERR_clear_error();
    auto impl = std::make_unique<Impl>();
    impl->peer_check = config.peer_check;
    impl->is_server = config.is_server;
    impl->main = make_context(config, config.files);
    for (const auto& [name, files] : config.by_server_name)
        impl->by_server_name.emplace(base::to_lower(name), make_context(config, files));
    SSL_CTX_set_app_data(impl->main.get(), impl.get());
    if (!config.is_server) {
        SSL_CTX_set_session_cache_mode(impl->main.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(impl->main.get(), keep_session);
    }
    SSL_CTX_set_tlsext_servername_callback(impl->main.get(), choose_by_server_name);
    SSL_CTX_set_tlsext_servername_arg(impl->main.get(), impl.get());
    return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

TlsConfig read_tls_config(config::Section section, bool is_server) {
    TlsConfig config;
    config.is_server = is_server;
    config.files.certificate = section.text("certificate", "");
    config.files.key = section.text("key", "");
    config.ca_file = section.text("ca", "");
    const auto check = section.choice("peer_check", {"none", "request", "required"}, is_server ? "none" : "required");
    config.peer_check = static_cast<PeerCheck>(check);
    if (config.files.certificate.empty() != config.files.key.empty())
        section.refuse("certificate", "and 'key' go together; give both or none");
    for (const auto& name : section.names("names")) {
        auto entry = section.section("names").section(name);
        config.by_server_name[name] = {entry.text("certificate"), entry.text("key")};
    }
    return config;
}

TlsSource::TlsSource(TlsConfig config) : config_(std::move(config)), context_(TlsContext::load(config_)) {}

std::shared_ptr<const TlsContext> TlsSource::current() const {
    const std::lock_guard guard(lock_);
    return context_;
}

void TlsSource::reload() {
    auto fresh = TlsContext::load(config_);
    const std::lock_guard guard(lock_);
    context_ = std::move(fresh);
}

}  // namespace helio::net
