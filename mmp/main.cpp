// helio-mmp: the IMAP and POP3 proxy of Heliograph's first tier. Proves a client by the directory, logs in to the store
// that the directory names, relays. Keeps nothing.
#include <iostream>

#include "common/daemon/check.h"
#include "common/dns/unbound_resolver.h"
#include "common/ldap/pooled_directory.h"
#include "common/net/activated_sockets.h"
#include "common/net/admin_server.h"
#include "mmp/config.h"
#include "mmp/doors.h"
#include "mmp/imap/service.h"
#include "mmp/imap/store_dialogue.h"
#include "mmp/pop/service.h"
#include "mmp/pop/store_dialogue.h"

namespace {

using namespace helio;

std::shared_ptr<net::TlsSource> make_tls(const std::optional<net::TlsConfig>& config) {
    return config ? std::make_shared<net::TlsSource>(*config) : nullptr;
}

/// SIGHUP: certificates, mailhosts and the log file. What can't be read is said, and the old one stays.
struct Reload {
    std::string config_path;
    std::vector<std::shared_ptr<net::TlsSource>> tls;
    route::MailhostsSource& mailhosts;
    logging::Logger& log;

    void operator()() const try {
        log.reopen();
        for (const auto& source : tls) {
            if (source) source->reload();
        }
        mailhosts.replace(mmp::load_config(config_path).mailhosts);
        log.info("daemon.reloaded");
    } catch (const base::StartupError& error) {
        log.error("daemon.reload_failed", {{"reason", error.what()}});
    }
};

int serve(const daemon::CommandLine& line) {
    const auto config = mmp::load_config(line.config_path);
    const auto tls = make_tls(config.tls);
    const auto site_tls = make_tls(config.site_tls);
    if (line.check) {
        daemon::check_files(config.common.log, config.ldap, config.auth, config.dns);
        std::cout << line.config_path << ": ok\n";
        return 0;
    }
    logging::Logger log(config.common.log, "mmp");
    base::Registry metrics;
    net::Runtime runtime(config.common.threads);
    ldap::PooledDirectory directory(config.ldap, log, metrics);
    dns::UnboundResolver resolver(config.dns, log, metrics);
    auth::Authenticator authenticator(directory, config.auth, log, metrics);
    authenticator.ask_hosts_of(resolver);
    route::MailhostsSource mailhosts(config.mailhosts);
    mmp::StoreDialer dialer(config.stores.tls, site_tls);
    mmp::Stores stores(config.stores, mailhosts, dialer, site_tls, log, metrics);

    const mmp::ImapStoreDialogue imap_dialogue;
    mmp::Gate imap_gate("imap", imap_dialogue, authenticator, stores, config.frontend.relay, log, metrics);
    const mmp::Frontend imap_frontend(config.frontend, tls, imap_gate, log);
    mmp::ImapService imap(imap_frontend);
    const mmp::PopStoreDialogue pop_dialogue;
    mmp::Gate pop_gate("pop3", pop_dialogue, authenticator, stores, config.frontend.relay, log, metrics);
    const mmp::Frontend pop_frontend(config.frontend, tls, pop_gate, log);
    mmp::PopService pop(pop_frontend);

    mmp::Doors doors(runtime, config.limits, tls, log, metrics);
    doors.add("imap", config.imap, imap);
    doors.add("pop3", config.pop, pop);
    std::unique_ptr<net::AdminServer> admin;
    if (config.common.admin_enabled) {
        admin = std::make_unique<net::AdminServer>(
            runtime, config.common.admin, metrics,
            [&directory, &doors] { return doors.closing() ? "shutting down" : directory.not_ready(); }, log);
        admin->start();
    }
    runtime.on_reload(Reload{line.config_path, {tls, site_tls}, mailhosts, log});
    runtime.on_stop([&doors, &config] { return doors.close(config.common.drain); });
    if (admin) runtime.on_stop([&admin] { return admin->stop(); });
    doors.open();
    net::warn_of_unused_sockets(log);
    log.info("daemon.started", {{"version", HELIO_VERSION}, {"threads", config.common.threads}});
    const int status = runtime.run();
    log.info("daemon.stopped");
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    return helio::daemon::guarded_main("helio-mmp", [argc, argv] {
        return serve(helio::daemon::parse_command_line(argc, argv, "helio-mmp", "IMAP and POP3 proxy of Heliograph"));
    });
}
