// Nsd: a real DNS server on a free loopback port, for the zones that a test writes; for tests of what stands on the
// DNS. It dies with the thread that made it.
#pragma once

#include <map>
#include <string>

#include <sys/types.h>

#include "common/net/address.h"
#include "tests/support/temp_folder.h"

namespace helio::test {

class Nsd {
public:
    /// `zones`: name without its last dot -> records in master file format, without SOA, NS and $ORIGIN, which are
    /// added. Zones in `signed_zones` are signed; their DS records are in trust_anchor_file(). Returns when it answers.
    explicit Nsd(const std::map<std::string, std::string>& zones,
                 const std::map<std::string, std::string>& signed_zones = {});
    ~Nsd();
    Nsd(const Nsd&) = delete;
    Nsd& operator=(const Nsd&) = delete;

    net::Endpoint endpoint() const;
    std::string trust_anchor_file() const { return folder_ / "anchors"; }
    void kill();
    void start();  ///< again, after kill()

private:
    void write_zone(const std::string& name, const std::string& records) const;
    void sign_zone(const std::string& name) const;

    TempFolder folder_;
    std::uint16_t port_;
    pid_t pid_ = -1;
};

}  // namespace helio::test
