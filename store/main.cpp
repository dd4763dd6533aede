// helio-store: the message store of Heliograph's second tier: LMTP in, IMAP and POP3 out, one partition that keeps it
// all.
#include <filesystem>
#include <iostream>

#include "common/daemon/check.h"
#include "common/dns/unbound_resolver.h"
#include "common/ldap/pooled_directory.h"
#include "common/net/activated_sockets.h"
#include "common/net/admin_server.h"
#include "common/storage/offline.h"
#include "store/config.h"
#include "store/directory/directory_accounts.h"
#include "store/doors.h"
#include "store/imapd/imap_service.h"
#include "store/lmtpd/lmtp_service.h"
#include "store/mailbox/mail_store.h"
#include "store/mailbox/mailbox_model.h"
#include "store/popd/pop_service.h"
#include "store/rpc/rpc_server.h"

namespace {

using namespace helio;

std::shared_ptr<net::TlsSource> make_tls(const std::optional<net::TlsConfig>& config) {
    return config ? std::make_shared<net::TlsSource>(*config) : nullptr;
}

/// SIGHUP: certificates and the log file. What can't be read is said, and the old one stays.
struct Reload {
    std::vector<std::shared_ptr<net::TlsSource>> tls;
    logging::Logger& log;

    void operator()() const try {
        log.reopen();
        for (const auto& source : tls) {
            if (source) source->reload();
        }
        log.info("daemon.reloaded");
    } catch (const base::StartupError& error) {
        log.error("daemon.reload_failed", {{"reason", error.what()}});
    }
};

Task<> finish_deletions(store::MailStore& mail, const logging::Logger& log) {
    const auto done = co_await mail.finish_deletions();
    if (!done) log.warning("store.purge_failed", {{"error", to_string(done.error())}});
    const auto expired = co_await mail.expire_uploads();
    if (!expired) log.warning("store.uploads_not_expired", {{"error", to_string(expired.error())}});
}

/// Deletions that a crash cut short go on before anybody connects.
void prepare(store::MailStore& mail, const std::filesystem::path& spool, const logging::Logger& log) {
    std::filesystem::create_directories(spool);
    net::Worker worker;
    worker.run_until_done(finish_deletions(mail, log));
}

void add_gauges(const storage::SpoolBudget& spool, base::Registry& metrics) {
    metrics.gauge_of("helio_store_spool_memory_bytes", "Message texts that are being received, in memory",
                     [&spool] { return static_cast<std::int64_t>(spool.memory_bytes()); });
    metrics.gauge_of("helio_store_spool_file_bytes", "Message texts that are being received, in files",
                     [&spool] { return static_cast<std::int64_t>(spool.file_bytes()); });
}

int serve(const store::Config& config) {
    const auto tls = make_tls(config.tls);
    const auto site_tls = make_tls(config.site_tls);
    logging::Logger log(config.common.log, "store");
    base::Registry metrics;
    net::Runtime runtime(config.common.threads);
    ldap::PooledDirectory directory(config.ldap, log, metrics);
    dns::UnboundResolver resolver(config.dns, log, metrics);
    auth::Authenticator authenticator(directory, config.auth, log, metrics);
    authenticator.ask_hosts_of(resolver);
    store::DirectoryAccounts accounts(directory, {});
    store::MailStore mail(config.store, log, metrics, base::system_clock(), &accounts);
    prepare(mail, config.spool.folder, log);
    storage::SpoolBudget spool(config.spool);
    add_gauges(spool, metrics);

    store::lmtp::LmtpService lmtp(mail, &accounts, site_tls, config.lmtp, spool, log, metrics);
    store::imapd::ImapService imap(mail, authenticator, &directory, tls, config.imap, spool, log, metrics);
    store::PopService pop(mail, authenticator, tls, config.pop, log, metrics);
    store::Doors doors(runtime, log, metrics);
    doors.add("lmtp", config.lmtp_listeners, site_tls, config.sessions, lmtp);
    doors.add("imap", config.imap_listeners, tls, config.sessions, imap);
    doors.add("pop3", config.pop_listeners, tls, config.sessions, pop);
    std::unique_ptr<store::RpcServer> rpc;
    if (config.rpc) {
        const auto next = [&runtime]() -> base::Executor& { return runtime.next(); };
        rpc = std::make_unique<store::RpcServer>(mail, next, spool, *config.rpc, log, metrics);
        log.info("net.listening", {{"listener", "grpc"}, {"endpoint", rpc->endpoint().to_string()}});
    }
    std::unique_ptr<net::AdminServer> admin;
    if (config.common.admin_enabled) {
        admin = std::make_unique<net::AdminServer>(
            runtime, config.common.admin, metrics,
            [&mail, &doors] { return doors.closing() ? "shutting down" : mail.not_ready(); }, log);
        admin->start();
    }
    runtime.on_reload(Reload{{tls, site_tls}, log});
    runtime.on_stop([&doors, &config] { return doors.close(config.common.drain); });
    if (rpc) runtime.on_stop([&rpc] { return rpc->stop(); });
    runtime.on_stop([&accounts] { return accounts.close(); });
    if (admin) runtime.on_stop([&admin] { return admin->stop(); });
    doors.open();
    net::warn_of_unused_sockets(log);
    log.info("daemon.started", {{"version", HELIO_VERSION}, {"threads", config.common.threads}});
    const int status = runtime.run();
    mail.close();
    log.info("daemon.stopped");
    return status;
}

/// --check: what serve() would read and write before it serves.
void check(const store::Config& config) {
    (void)make_tls(config.tls);
    (void)make_tls(config.site_tls);
    if (config.rpc) rpc::check_files(config.rpc->server);
    daemon::check_files(config.common.log, config.ldap, config.auth, config.dns);
    daemon::check_folder(config.store.storage.folder, "storage.folder");
}

int run(int argc, char** argv) {
    const auto line =
        daemon::parse_command_line(argc, argv, "helio-store", "message store of Heliograph", daemon::Keeps::data);
    const auto config = store::load_config(line.config_path);
    if (line.check) {
        check(config);
        std::cout << line.config_path << ": ok\n";
        return 0;
    }
    if (line.verify || line.rebuild) {
        const logging::Logger log(config.common.log, "store");
        store::MailboxModel model;
        return line.verify ? storage::print_verified(config.store.storage, model, log)
                           : storage::print_rebuilt(config.store.storage, model, log);
    }
    return serve(config);
}

}  // namespace

int main(int argc, char** argv) {
    return helio::daemon::guarded_main("helio-store", [argc, argv] { return run(argc, argv); });
}
