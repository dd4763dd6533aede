// TlsTransport: OpenSSL over any Transport, through a BIO that calls its try_ functions. With buffers released while
// idle a connection costs 16 KiB, against 73 KiB of asio::ssl::stream.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "common/base/text.h"
#include "common/net/tls_context.h"
#include "common/net/transport.h"

namespace helio::net {
namespace {

struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

int bio_finish(BIO* bio, IoStep step, bool reading) {
    BIO_clear_retry_flags(bio);
    switch (step.io) {
        case Io::done:
            return static_cast<int>(step.bytes);
        case Io::want_read:
            BIO_set_retry_read(bio);
            return -1;
        case Io::want_write:
            BIO_set_retry_write(bio);
            return -1;
        case Io::closed:
            return reading ? 0 : -1;
        case Io::failed:
            return -1;
    }
    return -1;
}
int bio_read(BIO* bio, char* into, int size) {
    auto& plain = *static_cast<Transport*>(BIO_get_data(bio));
    return bio_finish(bio, plain.try_read({into, static_cast<std::size_t>(size)}), true);
}
int bio_write(BIO* bio, const char* bytes, int size) {
    auto& plain = *static_cast<Transport*>(BIO_get_data(bio));
    return bio_finish(bio, plain.try_write({bytes, static_cast<std::size_t>(size)}), false);
}
long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* bio_method() {
    static BIO_METHOD* const method = [] {
        auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "helio transport");
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_ctrl(made, bio_control);
        return made;
    }();
    return method;
}

std::string text_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// One field of the subject; empty when it has none, or one with a NUL in it.
std::string subject_field(X509* certificate, int field) {
    char text[256];
    const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), field, text, sizeof text);
    if (length <= 0) return {};
    const std::string value(text, static_cast<std::size_t>(length));
    return value.contains('\0') ? std::string() : value;
}

// DNS names of the subject alternative name, then the common name, lower case; mail addresses likewise.
void note_names(X509* certificate, TlsInfo& info) {
    auto* alternatives =
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i) {
        const auto* name = sk_GENERAL_NAME_value(alternatives, i);
        if (name->type == GEN_DNS) info.peer_names.push_back(base::to_lower(text_of(name->d.dNSName)));
        if (name->type == GEN_EMAIL) info.peer_emails.push_back(base::to_lower(text_of(name->d.rfc822Name)));
    }
    GENERAL_NAMES_free(alternatives);
    info.peer_common_name = subject_field(certificate, NID_commonName);
    if (!info.peer_common_name.empty()) info.peer_names.push_back(base::to_lower(info.peer_common_name));
    const auto email = subject_field(certificate, NID_pkcs9_emailAddress);
    if (info.peer_emails.empty() && !email.empty()) info.peer_emails.push_back(base::to_lower(email));
}

// RFC 5929 §4.1: the hash of the certificate's signature, but SHA-256 in place of MD5 and SHA-1.
std::string end_point_binding(X509* certificate) {
    int hash = NID_undef;
    if (certificate == nullptr || X509_get_signature_info(certificate, &hash, nullptr, nullptr, nullptr) != 1)
        return {};
    if (hash == NID_undef) return {};  // Ed25519 has no hash of its own: the RFC doesn't say what to take
    if (hash == NID_md5 || hash == NID_sha1) hash = NID_sha256;
    const auto* digest = EVP_get_digestbynid(hash);
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (digest == nullptr || X509_digest(certificate, digest, bytes, &length) != 1) return {};
    return {reinterpret_cast<const char*>(bytes), length};
}

// RFC 9266 §4.2: TLS 1.2 needs the extended master secret.
std::string exporter_binding(SSL* ssl) {
    if (SSL_version(ssl) < TLS1_3_VERSION && SSL_get_extms_support(ssl) != 1) return {};
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    unsigned char bytes[32];
    static constexpr unsigned char no_context = 0;
    if (SSL_export_keying_material(ssl, bytes, sizeof bytes, label.data(), label.size(), &no_context, 0, 1) != 1)
        return {};
    return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

class TlsTransport final : public Transport {
public:
    TlsTransport(std::unique_ptr<Transport> plain, std::shared_ptr<const TlsContext> context)
        : plain_(std::move(plain)), context_(std::move(context)), ssl_(SSL_new(context_->impl().main.get())) {
        auto* bio = BIO_new(bio_method());
        BIO_set_data(bio, plain_.get());
        BIO_set_init(bio, 1);
        SSL_set_bio(ssl_.get(), bio, bio);
    }
    ~TlsTransport() override {
        if (established_) SSL_shutdown(ssl_.get());
    }

    Task<Result<>> handshake(std::string name, SteadyTime deadline) {
        auto* ssl = ssl_.get();
        if (context_->impl().is_server)
            SSL_set_accept_state(ssl);
        else
            prepare_client(name);
        for (;;) {
            ERR_clear_error();
            const int result = SSL_do_handshake(ssl);
            if (result == 1) break;
            const auto step = step_of(result);
            if (step.io == Io::closed) co_return fail(errc::closed, "during the TLS handshake");
            if (step.io == Io::failed) co_return fail(errc::tls_failed, failure_text());
            const auto direction = step.io == Io::want_read ? Worker::Readiness::readable : Worker::Readiness::writable;
            const bool ready = co_await plain_->wait(direction, deadline);
            if (!ready) co_return fail(errc::timed_out, "during the TLS handshake");
        }
        established_ = true;
        note_info();
        co_return {};
    }

    IoStep try_read(std::span<char> into) override {
        ERR_clear_error();
        const int got =
            SSL_read(ssl_.get(), into.data(), static_cast<int>(std::min<std::size_t>(into.size(), 1 << 30)));
        return step_of(got);
    }
    IoStep try_write(std::string_view bytes) override {
        ERR_clear_error();
        const int sent =
            SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 30)));
        return step_of(sent);
    }
    Task<bool> wait(Worker::Readiness readiness, SteadyTime deadline) override {
        return plain_->wait(readiness, deadline);
    }
    void interrupt() override { plain_->interrupt(); }
    void nudge() override { plain_->nudge(); }
    void shutdown_write() override {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        plain_->shutdown_write();
    }
    const Endpoint& peer() const override { return plain_->peer(); }
    const Endpoint& local() const override { return plain_->local(); }
    const TlsInfo* tls() const override { return &info_; }
    std::string channel_binding(ChannelBinding kind) const override {
        if (!established_) return {};
        if (kind == ChannelBinding::exporter) return exporter_binding(ssl_.get());
        if (context_->impl().is_server) return end_point_binding(SSL_get_certificate(ssl_.get()));
        auto* certificate = SSL_get1_peer_certificate(ssl_.get());
        auto binding = end_point_binding(certificate);
        X509_free(certificate);
        return binding;
    }

private:
    void prepare_client(const std::string& name) {
        auto* ssl = ssl_.get();
        SSL_set_connect_state(ssl);
        resume_earlier(name);
        if (name.empty()) return;
        if (Address::parse(name)) {
            if (context_->impl().peer_check != PeerCheck::none)
                X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
            return;
        }
        SSL_set_tlsext_host_name(ssl, name.c_str());
        if (context_->impl().peer_check != PeerCheck::none) SSL_set1_host(ssl, name.c_str());
    }

    // Only a session with this very peer, under this name and context, saves the check of its certificate.
    void resume_earlier(const std::string& name) {
        session_key_ = std::make_unique<std::string>(peer().to_string() + ' ' + name);
        SSL_set_app_data(ssl_.get(), session_key_.get());
        const auto earlier = context_->impl().sessions.take(*session_key_);
        if (earlier) SSL_set_session(ssl_.get(), earlier.get());
    }

    IoStep step_of(int result) {
        if (result > 0) return {Io::done, static_cast<std::size_t>(result)};
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_READ:
                return {Io::want_read, 0};
            case SSL_ERROR_WANT_WRITE:
                return {Io::want_write, 0};
            case SSL_ERROR_ZERO_RETURN:
                return {Io::closed, 0};
            case SSL_ERROR_SYSCALL:
                established_ = false;
                return {Io::closed, 0};
            default:
                established_ = false;
                return {Io::failed, 0};  // no close_notify after a fatal error
        }
    }

    std::string failure_text() {
        const auto verified = SSL_get_verify_result(ssl_.get());
        auto text = openssl_reasons();
        if (verified != X509_V_OK) text += fmt::format(" ({})", X509_verify_cert_error_string(verified));
        return text;
    }

    void note_info() {
        auto* ssl = ssl_.get();
        info_.version = SSL_get_version(ssl);
        info_.cipher = SSL_get_cipher_name(ssl);
        info_.resumed = SSL_session_reused(ssl) == 1;
        if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name))
            info_.server_name = base::to_lower(name);
        // Names count only when the chain was checked: with PeerCheck::none anybody could claim any name.
        if (context_->impl().peer_check == PeerCheck::none || SSL_get_verify_result(ssl) != X509_V_OK) return;
        if (auto* certificate = SSL_get1_peer_certificate(ssl)) {
            // Resumption checks no dates.
            const bool expired = X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
            if (!expired) note_names(certificate, info_);
            X509_free(certificate);
        }
    }

    std::unique_ptr<Transport> plain_;
    std::shared_ptr<const TlsContext> context_;
    std::unique_ptr<SSL, SslFree> ssl_;
    TlsInfo info_;
    std::unique_ptr<std::string> session_key_;  // a client's: the peer's tickets are kept under it
    bool established_ = false;
};

Task<Result<std::unique_ptr<Transport>>> start_tls(std::unique_ptr<Transport> plain,
                                                   std::shared_ptr<const TlsContext> context, std::string name,
                                                   SteadyTime deadline) {
    auto tls = std::make_unique<TlsTransport>(std::move(plain), std::move(context));
    auto agreed = co_await tls->handshake(std::move(name), deadline);
    if (!agreed) co_return fail(agreed.error());
    co_return tls;
}

}  // namespace

Task<Result<std::unique_ptr<Transport>>> tls_accept(std::unique_ptr<Transport> plain,
                                                    std::shared_ptr<const TlsContext> context, SteadyTime deadline) {
    return start_tls(std::move(plain), std::move(context), {}, deadline);
}

Task<Result<std::unique_ptr<Transport>>> tls_connect(std::unique_ptr<Transport> plain,
                                                     std::shared_ptr<const TlsContext> context, std::string name,
                                                     SteadyTime deadline) {
    return start_tls(std::move(plain), std::move(context), std::move(name), deadline);
}

}  // namespace helio::net
