// The directory client over TLS: StartTLS and ldaps with a CA of the test's own, checked by name.
#include "common/ldap/pooled_directory.h"
#include "tests/support/ask.h"
#include "tests/support/catch.h"
#include "tests/support/slapd_fixture.h"

using namespace helio;
using namespace helio::ldap;
using test::ask;

namespace {

Found alice_over(const Config& config) {
    test::Surroundings around;
    PooledDirectory directory(config, around.log, around.metrics);
    const auto alice = ask(directory.find_login("alice"));
    if (alice) CHECK(ask(directory.verify_password(alice.value, base::Secret("secret-alice"))) == Proof::accepted);
    return alice.found;
}

std::string with_host(std::string url, const std::string& host) { return url.replace(url.find("127.0.0.1"), 9, host); }

}  // namespace

TEST_CASE("StartTLS and ldaps work with the site's CA, and only with it", "[ldap][slapd][tls]") {
    test::Slapd slapd(test::Slapd::Tls::on);
    test::Slapd other(test::Slapd::Tls::on);
    auto start_tls = slapd.client_config();
    start_tls.start_tls = true;
    auto ldaps = slapd.client_config();
    ldaps.urls = {slapd.tls_url()};

    for (auto* config : {&start_tls, &ldaps}) {
        config->tls_ca = slapd.ca_file();
        CHECK(alice_over(*config) == Found::found);
        config->tls_ca = other.ca_file();
        CHECK(alice_over(*config) == Found::unknown);
        config->tls_ca = "";  // the system's CAs
        CHECK(alice_over(*config) == Found::unknown);
    }
}

TEST_CASE("a certificate for another name is refused", "[ldap][slapd][tls]") {
    test::Slapd slapd(test::Slapd::Tls::on);
    auto config = slapd.client_config();
    config.tls_ca = slapd.ca_file();
    config.urls = {with_host(slapd.tls_url(), "127.0.0.2")};
    CHECK(alice_over(config) == Found::unknown);
    config.urls = {with_host(slapd.url(), "127.0.0.2")};
    config.start_tls = true;
    CHECK(alice_over(config) == Found::unknown);
}

TEST_CASE("StartTLS against a server without TLS does not fall back to plain text", "[ldap][slapd][tls]") {
    test::Slapd slapd;
    auto config = slapd.client_config();
    config.start_tls = true;
    CHECK(alice_over(config) == Found::unknown);
}
