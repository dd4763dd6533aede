#include "tests/support/slapd_fixture.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

#include <signal.h>
#include <sys/wait.h>

#include "tests/support/processes.h"

namespace helio::test {
namespace {

using std::chrono::milliseconds;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

std::uint16_t port_of(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

}  // namespace

Slapd::Slapd(Tls tls)
    : tls_(tls),
      url_("ldap://127.0.0.1:" + std::to_string(free_port())),
      tls_url_("ldaps://127.0.0.1:" + std::to_string(free_port())) {
    if (tls_ == Tls::on) make_certificates();
    load();
    start();
}

Slapd::~Slapd() {
    if (pid_ > 0) kill();
}

void Slapd::make_certificates() const {
    const auto in = [this](const char* name) { return "'" + (folder_ / name).string() + "'"; };
    const auto log = (folder_ / "openssl.log").string();
    std::ofstream(folder_ / "san.cnf") << "subjectAltName=IP:127.0.0.1\n";
    const std::string new_key = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";
    shell(new_key + "-x509 -days 2 -subj '/CN=Test CA' -keyout " + in("ca.key") + " -out " + in("ca.pem"), log);
    shell(new_key + "-subj '/CN=slapd' -keyout " + in("slapd.key") + " -out " + in("slapd.csr"), log);
    shell("openssl x509 -req -days 2 -in " + in("slapd.csr") + " -CA " + in("ca.pem") + " -CAkey " + in("ca.key") +
              " -CAcreateserial -extfile " + in("san.cnf") + " -out " + in("slapd.pem"),
          log);
}

void Slapd::load() const {
    std::filesystem::create_directory(folder_ / "cfg");
    std::filesystem::create_directory(folder_ / "db");
    const auto here = std::filesystem::current_path();
    auto config = read_file(here / "deploy/ldap/slapd-config.ldif.in");
    if (tls_ == Tls::on) {
        replace_all(config, "@TLS_CA_FILE@", folder_ / "ca.pem");
        replace_all(config, "@TLS_CERTIFICATE_FILE@", folder_ / "slapd.pem");
        replace_all(config, "@TLS_KEY_FILE@", folder_ / "slapd.key");
    }
    for (auto at = config.find("\nolcTLS"); at != std::string::npos && tls_ == Tls::off; at = config.find("\nolcTLS"))
        config.erase(at, config.find('\n', at + 1) - at);
    replace_all(config, "@RUN_DIR@", folder_.path());
    replace_all(config, "@DB_DIR@", folder_ / "db");
    replace_all(config, "@SCHEMA_DIR@", here / "deploy/ldap");
    replace_all(config, "@CORE_DIR@", "/etc/ldap/schema");
    replace_all(config, "@ADMIN_DN@", admin_dn);
    replace_all(config, "@ADMIN_PASSWORD@", admin_password);
    replace_all(config, "@SERVICE_DN@", "cn=heliograph,o=usergroup");
    std::ofstream(folder_ / "config.ldif") << config;
    const auto cfg = "-F '" + (folder_ / "cfg").string() + "' -l '";
    const auto log = (folder_ / "slapadd.log").string();
    shell("/usr/sbin/slapadd -n0 " + cfg + (folder_ / "config.ldif").string() + "'", log);
    shell("/usr/sbin/slapadd -q -n1 " + cfg + (here / "deploy/ldap/sample-tree.ldif").string() + "'", log);
}

void Slapd::start() {
    const auto listeners = url_ + "/" + (tls_ == Tls::on ? " " + tls_url_ + "/" : "");
    pid_ = spawn({"/usr/sbin/slapd", "-F", folder_ / "cfg", "-h", listeners, "-d", "stats"}, folder_ / "slapd.log");
    const auto give_up = std::chrono::steady_clock::now() + milliseconds(20'000);
    while (!accepts_on(port_of(url_))) {
        if (has_ended(pid_) || std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error("slapd did not start:\n" + read_file(folder_ / "slapd.log"));
        std::this_thread::sleep_for(milliseconds(5));
    }
}

void Slapd::hang() {
    ::kill(pid_, SIGSTOP);
    int status = 0;
    ::waitpid(pid_, &status, WUNTRACED);
}

void Slapd::resume() { ::kill(pid_, SIGCONT); }

void Slapd::kill() {
    kill_child(pid_);
    pid_ = -1;
}

ldap::Config Slapd::client_config() const {
    ldap::Config config;
    config.urls = {url_};
    config.bind_dn = "cn=heliograph,o=usergroup";
    config.bind_password = base::Secret("secret-heliograph");
    config.base_dn = "o=usergroup";
    config.default_domain = "example.test";
    config.timeout = milliseconds(5'000);
    return config;
}

void Slapd::change(std::string_view ldif) const {
    std::ofstream(folder_ / "change.ldif") << ldif;
    const auto program = ldif.find("\nchangetype:") == std::string_view::npos ? "ldapadd" : "ldapmodify";
    shell(std::string(program) + " -x -H " + url_ + " -D '" + admin_dn + "' -w " + admin_password + " -f '" +
              (folder_ / "change.ldif").string() + "'",
          folder_ / "change.log");
}

std::uint64_t Slapd::searches() const {
    const auto log = read_file(folder_ / "slapd.log");
    std::uint64_t count = 0;
    for (auto at = log.find(" SRCH base=\""); at != std::string::npos; at = log.find(" SRCH base=\"", at + 1)) {
        const auto end = log.find('"', at + 12);
        if (std::string_view(log).substr(at, end - at).ends_with("o=usergroup")) ++count;
    }
    return count;
}

}  // namespace helio::test
