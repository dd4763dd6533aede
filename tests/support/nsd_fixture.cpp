#include "tests/support/nsd_fixture.h"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/support/processes.h"

namespace helio::test {

Nsd::Nsd(const std::map<std::string, std::string>& zones, const std::map<std::string, std::string>& signed_zones)
    : port_(free_port()) {
    std::ofstream config(folder_ / "nsd.conf");
    config << "server:\n  ip-address: 127.0.0.1@" << port_ << "\n  server-count: 1\n  username: \"\"\n  chroot: \"\"\n";
    for (const auto& [option, file] : std::map<std::string, std::string>{
             {"pidfile", "pid"}, {"xfrdfile", "xfrd.state"}, {"zonelistfile", "zone.list"}, {"database", ""}})
        config << "  " << option << ": \"" << (file.empty() ? "" : (folder_ / file).string()) << "\"\n";
    config << "  zonesdir: \"" << folder_.path().string() << "\"\nremote-control:\n  control-enable: no\n";
    for (const auto& [name, records] : zones) {
        write_zone(name, records);
        config << "zone:\n  name: \"" << name << "\"\n  zonefile: \"" << name << ".zone\"\n";
    }
    for (const auto& [name, records] : signed_zones) {
        write_zone(name, records);
        sign_zone(name);
        config << "zone:\n  name: \"" << name << "\"\n  zonefile: \"" << name << ".zone.signed\"\n";
    }
    config.close();
    start();
}

Nsd::~Nsd() {
    if (pid_ > 0) kill();
}

void Nsd::write_zone(const std::string& name, const std::string& records) const {
    std::ofstream(folder_ / (name + ".zone"))
        << "$ORIGIN " << name << ".\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n"
        << records;
}

void Nsd::sign_zone(const std::string& name) const {
    const auto log = (folder_ / "sign.log").string();
    const auto in_folder = "cd '" + folder_.path().string() + "' && ";
    shell(in_folder + "ldns-keygen -r /dev/urandom -a ECDSAP256SHA256 -k " + name + " > " + name + ".key", log);
    shell(in_folder + "ldns-signzone " + name + ".zone $(cat " + name + ".key)", log);
    shell(in_folder + "cat $(cat " + name + ".key).ds >> anchors", log);
}

void Nsd::start() {
    pid_ = spawn({"/usr/sbin/nsd", "-d", "-c", folder_ / "nsd.conf"}, folder_ / "nsd.log");
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!accepts_on(port_)) {
        if (has_ended(pid_) || std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error("nsd did not start:\n" + read_file(folder_ / "nsd.log"));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void Nsd::kill() {
    kill_child(pid_);
    pid_ = -1;
}

net::Endpoint Nsd::endpoint() const { return {net::Address::parse("127.0.0.1").value(), port_}; }

}  // namespace helio::test
