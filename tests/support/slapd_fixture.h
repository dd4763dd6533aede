// Slapd: a real slapd with Heliograph's schema and the sample tree of deploy/ldap, in a folder of its own on a free
// loopback port; for tests of what stands on the directory. It can hang (SIGSTOP), die (SIGKILL) and come back, with
// its data, on the same port. It dies with the thread that made it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "common/ldap/config.h"
#include "tests/support/temp_folder.h"

namespace helio::test {

class Slapd {
public:
    enum class Tls { off, on };
    /// Starts it and returns when it answers. Throws when it can't be started.
    explicit Slapd(Tls tls = Tls::off);
    ~Slapd();
    Slapd(const Slapd&) = delete;
    Slapd& operator=(const Slapd&) = delete;

    const std::string& url() const { return url_; }             ///< ldap://127.0.0.1:port
    const std::string& tls_url() const { return tls_url_; }     ///< ldaps://127.0.0.1:port; with Tls::on
    std::string ca_file() const { return folder_ / "ca.pem"; }  ///< with Tls::on
    /// For a client of this server: short times, plain ldap://, the sample tree.
    ldap::Config client_config() const;

    void hang();    ///< SIGSTOP: the kernel still accepts connections for it
    void resume();  ///< SIGCONT
    void kill();    ///< SIGKILL
    void start();   ///< again, after kill()

    /// Applies LDIF changes ("dn: ...\nchangetype: modify\n...") or adds entries, as the administrator.
    void change(std::string_view ldif) const;
    /// Searches below o=usergroup that it has begun since it started, by its log.
    std::uint64_t searches() const;

    static constexpr const char* admin_dn = "cn=admin,o=usergroup";
    static constexpr const char* admin_password = "secret-admin";

private:
    void make_certificates() const;
    void load() const;

    TempFolder folder_;
    Tls tls_;
    std::string url_;
    std::string tls_url_;
    pid_t pid_ = -1;
};

}  // namespace helio::test
