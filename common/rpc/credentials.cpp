#include "common/rpc/credentials.h"

#include <algorithm>

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "common/base/text.h"

namespace helio::rpc {
namespace {

constexpr unsigned refresh_seconds = 60;

std::shared_ptr<grpc::experimental::FileWatcherCertificateProvider> provider(const net::TlsFiles& files,
                                                                             const std::string& ca_file) {
    return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(files.key, files.certificate, ca_file,
                                                                                refresh_seconds);
}

/// gRPC finds a bad file at the first handshake only; this throws now, with the file's name.
void check(const net::TlsFiles& files, const std::string& ca_file, bool is_server) {
    net::TlsContext::load({.files = files,
                           .by_server_name = {},
                           .ca_file = ca_file,
                           .peer_check = net::PeerCheck::required,
                           .is_server = is_server});
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> server_credentials(const net::TlsFiles& files, const std::string& ca_file) {
    check(files, ca_file, true);
    grpc::experimental::TlsServerCredentialsOptions options(provider(files, ca_file));
    options.watch_root_certs();
    options.watch_identity_key_cert_pairs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> client_credentials(const net::TlsFiles& files, const std::string& ca_file) {
    check(files, ca_file, false);
    grpc::experimental::TlsChannelCredentialsOptions options;
    options.set_certificate_provider(provider(files, ca_file));
    options.watch_root_certs();
    options.watch_identity_key_cert_pairs();
    return grpc::experimental::TlsCredentials(options);
}

std::vector<std::string> peer_names(const grpc::ServerContextBase& call) {
    std::vector<std::string> names;
    const auto context = call.auth_context();
    if (!context || !context->IsPeerAuthenticated()) return names;
    for (const auto* property : {"x509_subject_alternative_name", "x509_common_name"})
        for (const auto& value : context->FindPropertyValues(property))
            names.push_back(base::to_lower(std::string_view(value.data(), value.size())));
    return names;
}

std::string metadata(const grpc::ServerContextBase& call, const std::string& key) {
    const auto& all = call.client_metadata();
    const auto found = all.find(key);
    return found == all.end() ? std::string() : std::string(found->second.data(), found->second.size());
}

}  // namespace helio::rpc
