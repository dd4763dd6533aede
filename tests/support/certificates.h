// Certificates: a CA and certificates signed by it, made with OpenSSL in a temporary folder, for TLS tests.
#pragma once

#include <string>
#include <vector>

#include "common/net/tls.h"
#include "tests/support/temp_folder.h"

namespace helio::test {

class Certificates {
public:
    Certificates();
    std::string ca_file() const { return (folder_ / "ca.pem").string(); }
    /// A P-256 certificate with these DNS names (or mail addresses) and 127.0.0.1, signed by the CA; the first is the
    /// CN too.
    net::TlsFiles issue(const std::vector<std::string>& names);

private:
    struct Signer;
    TempFolder folder_;
    std::shared_ptr<Signer> signer_;
    int serial_ = 1;
};

}  // namespace helio::test
