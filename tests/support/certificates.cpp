#include "tests/support/certificates.h"

#include <cstdio>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace helio::test {
namespace {

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
    void operator()(FILE* file) const { std::fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    X509_add_ext(certificate, extension.get(), -1);
}

Certificate new_certificate(const std::string& common_name, EVP_PKEY* key, int serial) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    return certificate;
}

void write_certificate(const std::string& path, X509* certificate) {
    const std::unique_ptr<FILE, Free> file(std::fopen(path.c_str(), "w"));
    PEM_write_X509(file.get(), certificate);
}

}  // namespace

struct Certificates::Signer {
    Key key{EVP_EC_gen("P-256")};
    Certificate certificate;
};

Certificates::Certificates() : signer_(std::make_shared<Signer>()) {
    auto* key = signer_->key.get();
    signer_->certificate = new_certificate("Heliograph test CA", key, serial_);
    auto* ca = signer_->certificate.get();
    X509_set_issuer_name(ca, X509_get_subject_name(ca));
    extend(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(ca, key, EVP_sha256());
    write_certificate(ca_file(), ca);
}

net::TlsFiles Certificates::issue(const std::vector<std::string>& names) {
    const Key key(EVP_EC_gen("P-256"));
    const auto certificate = new_certificate(names.front(), key.get(), ++serial_);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer_->certificate.get()));
    std::string alternatives = "IP:127.0.0.1";
    for (const auto& name : names) alternatives += (name.contains('@') ? ",email:" : ",DNS:") + name;
    extend(certificate.get(), signer_->certificate.get(), NID_subject_alt_name, alternatives);
    X509_sign(certificate.get(), signer_->key.get(), EVP_sha256());
    const auto stem = (folder_ / ("certificate-" + std::to_string(serial_))).string();
    write_certificate(stem + ".pem", certificate.get());
    const std::unique_ptr<FILE, Free> file(std::fopen((stem + ".key").c_str(), "w"));
    PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {stem + ".pem", stem + ".key"};
}

}  // namespace helio::test
