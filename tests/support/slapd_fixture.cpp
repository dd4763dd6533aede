#include "tests/support/slapd_fixture.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace helio::test {
namespace {

using std::chrono::milliseconds;

int listen_anywhere(sockaddr_in& address) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw std::runtime_error("no free port");
    return fd;
}

bool answers(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("can't read " + path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

void shell(const std::string& command, const std::string& output) {
    if (std::system((command + " >>'" + output + "' 2>&1").c_str()) != 0)
        throw std::runtime_error("failed: " + command + "\n" + read_file(output));
}

std::uint16_t port_of(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

pid_t spawn(const std::vector<std::string>& command, const std::string& output) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int fd = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

std::uint16_t free_port() {
    sockaddr_in address{};
    const int fd = listen_anywhere(address);
    ::close(fd);
    return ntohs(address.sin_port);
}

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
    while (!answers(port_of(url_))) {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_ || std::chrono::steady_clock::now() > give_up)
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
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
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
