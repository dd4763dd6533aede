#include "common/daemon/check.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "common/auth/oauth_config.h"
#include "common/auth/tokens.h"
#include "common/base/startup_error.h"
#include "common/dns/unbound_resolver.h"
#include "common/net/tls_context.h"

namespace helio::daemon {
namespace {

[[noreturn]] void refuse(const std::string& key, const std::filesystem::path& path, const std::string& why) {
    throw base::StartupError(key + ": " + path.string() + ": " + why);
}

void check_ca(const std::string& file) {
    if (file.empty()) return;
    net::TlsConfig config;
    config.ca_file = file;
    config.peer_check = net::PeerCheck::required;
    config.is_server = false;
    (void)net::TlsContext::load(config);
}

void check_log(const logging::Config& config) {
    if (config.file.empty()) return;
    const std::filesystem::path file = config.file;
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (std::filesystem::is_directory(file)) refuse("log.file", file, "is a folder; name a file");
    if (!std::filesystem::is_directory(folder)) refuse("log.file", folder, "there is no such folder; make it");
    // What is not there yet is made in the folder.
    const bool exists = std::filesystem::exists(file);
    if (::access(exists ? file.c_str() : folder.c_str(), exists ? W_OK : W_OK | X_OK) != 0)
        refuse("log.file", exists ? file : folder, std::strerror(errno));
}

void check_login_files(const ldap::Config& ldap, const auth::AuthConfig& auth) {
    check_ca(ldap.tls_ca);
    if (!auth.oauth) return;
    check_ca(auth.oauth->ca_file);
    const logging::Logger log({}, "check");
    const auth::Tokens tokens(*auth.oauth, log, base::system_clock());
}

void check_resolver(const dns::Config& config) {
    const logging::Logger log({}, "check");
    base::Registry metrics;
    const dns::UnboundResolver resolver(config, log, metrics);
}

}  // namespace

void check_files(const logging::Config& log, const ldap::Config& ldap, const auth::AuthConfig& auth,
                 const dns::Config& dns) {
    check_log(log);
    check_login_files(ldap, auth);
    check_resolver(dns);
}

void check_folder(const std::filesystem::path& folder, const std::string& key) {
    std::error_code error;
    auto there = std::filesystem::absolute(folder, error);
    while (!std::filesystem::exists(there, error) && there.has_relative_path()) there = there.parent_path();
    if (!std::filesystem::is_directory(there, error)) refuse(key, there, "is no folder");
    if (::access(there.c_str(), W_OK | X_OK) != 0)
        refuse(key, there, std::string(std::strerror(errno)) + "; the daemon's user must be able to write there");
}

}  // namespace helio::daemon
