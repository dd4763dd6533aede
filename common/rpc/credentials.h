// Who is at the other end of a call, and the credentials both ends use: mutual TLS with certificates from files, read
// again when they change. For rpc/ folders only: this header includes gRPC.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "common/net/tls.h"

namespace helio::rpc {

/// The server's: a client must show a certificate that `ca_file` signed. Throws base::StartupError naming a file that
/// is missing or wrong.
std::shared_ptr<grpc::ServerCredentials> server_credentials(const net::TlsFiles& files, const std::string& ca_file);
/// The client's. The server's certificate must have the name that is dialled (ChannelOptions::tls_name).
std::shared_ptr<grpc::ChannelCredentials> client_credentials(const net::TlsFiles& files, const std::string& ca_file);

/// DNS names and common name of the verified peer certificate, lower case; empty without TLS.
std::vector<std::string> peer_names(const grpc::ServerContextBase& call);
/// A metadata value that the client sent, or empty. `key` in lower case.
std::string metadata(const grpc::ServerContextBase& call, const std::string& key);

}  // namespace helio::rpc
