#include "mta/daemon.h"

#include <iostream>

#include "common/daemon/check.h"
#include "common/dns/unbound_resolver.h"
#include "common/ldap/pooled_directory.h"
#include "common/net/activated_sockets.h"
#include "common/storage/offline.h"
#include "mta/config.h"
#include "mta/deliver/hop_deliverer.h"
#include "mta/smtpd/smtp_service.h"

namespace helio::mta {
namespace {

const char* name_of(Role role) { return role == Role::inbound ? "mta-inbound" : "mta-outbound"; }

std::shared_ptr<net::TlsSource> make_tls(const std::optional<net::TlsConfig>& config) {
    return config ? std::make_shared<net::TlsSource>(*config) : nullptr;
}

std::string first_reason(const ldap::Directory& directory, const storage::Partition& partition) {
    auto reason = partition.not_ready();
    return reason.empty() ? directory.not_ready() : reason;
}

/// SIGHUP: certificates, mailhosts and the log file. What can't be read is said, and the old one stays.
struct Reload {
    std::string config_path;
    Role role;
    std::vector<std::shared_ptr<net::TlsSource>> tls;
    route::MailhostsSource& mailhosts;
    logging::Logger& log;

    void operator()() const try {
        log.reopen();
        for (const auto& source : tls) {
            if (source) source->reload();
        }
        mailhosts.replace(read_config(config::Document::load(config_path), role).mailhosts);
        log.info("daemon.reloaded");
    } catch (const base::StartupError& error) {
        log.error("daemon.reload_failed", {{"reason", error.what()}});
    }
};

/// The folders below [queue] folder; the spool holds unlinked files only.
void make_folders(const Config& config) {
    std::error_code failed;
    std::filesystem::create_directories(config.queue_storage.folder, failed);
    if (!failed) std::filesystem::create_directories(config.spool.folder, failed);
    if (failed) {
        throw base::StartupError("can't make " + config.queue_storage.folder.string() + ": " + failed.message() +
                                 "; check [queue] folder and its owner");
    }
}

/// The listeners and the sessions behind them.
class Doors {
public:
    Doors(net::Runtime& runtime, const Config& config, std::shared_ptr<net::TlsSource> tls, net::Service& service,
          const logging::Logger& log, base::Registry& metrics)
        : sessions_(config.sessions, &metrics.gauge("helio_mta_sessions", "SMTP sessions open now")) {
        for (const auto& listener : config.listeners) {
            listeners_.push_back(
                std::make_unique<net::Listener>(runtime, listener, tls, service, sessions_, log, metrics));
        }
    }
    void open() {
        for (const auto& listener : listeners_) listener->start();
    }
    Task<> close(std::chrono::milliseconds patience) {
        for (const auto& listener : listeners_) co_await listener->stop();
        sessions_.close();
        co_await sessions_.drain(std::chrono::steady_clock::now() + patience);
    }

private:
    net::SessionSet sessions_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
};

/// Lives on worker 0 for as long as the relay serves.
class Sweeper {
public:
    explicit Sweeper(ClientPools& pools) : pools_(pools) {}
    Task<> run() {
        while (!stopping_) {
            const bool woken = co_await net::Worker::current().wait(wake_, std::chrono::steady_clock::now() + interval);
            if (!woken) pools_.sweep();
        }
        ended_.notify();
    }
    Task<> stop() {
        stopping_ = true;
        wake_.notify();
        co_await ended_.wait();
    }

private:
    static constexpr std::chrono::seconds interval{5};
    ClientPools& pools_;
    base::Event wake_;
    base::Event ended_;
    bool stopping_ = false;
};

Task<> stop_queue(Scheduler& scheduler, ClientPools& pools, std::chrono::milliseconds patience) {
    co_await scheduler.stop(std::chrono::steady_clock::now() + patience, pools);
    co_await pools.close();
}

Task<> close_partition(storage::Partition& partition) {
    partition.close();
    co_return;
}

/// --verify and --rebuild of the stopped relay's queue.
int look_after_queue(const Config& config, const daemon::CommandLine& line, Role role) {
    const logging::Logger log(config.common.log, name_of(role));
    QueueModel model;
    return line.verify ? storage::print_verified(config.queue_storage, model, log)
                       : storage::print_rebuilt(config.queue_storage, model, log);
}

}  // namespace

int serve(const daemon::CommandLine& line, Role role) {
    const auto config = read_config(config::Document::load(line.config_path), role);
    const auto tls = make_tls(config.tls);
    const auto site_tls = make_tls(config.site_tls);
    if (line.check) {
        daemon::check_files(config.common.log, config.ldap, config.auth, config.dns);
        daemon::check_folder(config.queue_storage.folder, "queue.folder");
        std::cout << line.config_path << ": ok\n";
        return 0;
    }
    if (line.verify || line.rebuild) return look_after_queue(config, line, role);
    make_folders(config);
    logging::Logger log(config.common.log, name_of(role));
    base::Registry metrics;
    const auto& clock = base::system_clock();
    net::Runtime runtime(config.common.threads);
    ldap::PooledDirectory directory(config.ldap, log, metrics);
    dns::UnboundResolver resolver(config.dns, log, metrics);
    route::MailhostsSource mailhosts(config.mailhosts);
    Router router(directory, config.router, log);

    QueueModel model;
    const auto partition = storage::Partition::open(config.queue_storage, model, log, metrics);
    Queue queue(*partition, config.queue, config.bounces, log, metrics, clock);

    TcpConnector connector;
    ClientPools pools(config.pools);
    Destinations destinations(config.destinations, clock);
    StoreDeliverer stores(config.store, connector, mailhosts, site_tls, pools, destinations, log);
    RemoteDeliverer remote(config.remote, connector, resolver, pools, destinations, log);
    HopDeliverer deliverer(stores, remote);
    Scheduler scheduler(
        config.scheduler, queue, router, deliverer, destinations,
        [&runtime]() -> net::Worker& { return runtime.next(); }, log);

    std::unique_ptr<auth::Authenticator> authenticator;
    if (role == Role::submission) {
        authenticator = std::make_unique<auth::Authenticator>(directory, config.auth, log, metrics);
        authenticator->ask_hosts_of(resolver);
    }
    CutThrough cut_through(config.cut_through, deliverer, queue, log);
    storage::SpoolBudget spool(config.spool);
    SmtpdMetrics smtpd_metrics(metrics);
    const SmtpdServices services{config.smtpd,        directory, router,        cut_through, spool,
                                 authenticator.get(), tls,       smtpd_metrics, log,         clock};
    SmtpService service(services);
    metrics.gauge_of("helio_mta_spool_memory_bytes", "Message text in memory",
                     [&spool] { return static_cast<std::int64_t>(spool.memory_bytes()); });
    metrics.gauge_of("helio_mta_spool_file_bytes", "Message text in spool files",
                     [&spool] { return static_cast<std::int64_t>(spool.file_bytes()); });

    metrics.gauge_of("helio_mta_queue_messages", "Messages in the queue (counted up to 100000)",
                     [&queue] { return static_cast<std::int64_t>(queue.size(100'000)); });

    metrics.gauge_of("helio_mta_queue_ready", "Due messages known in memory",
                     [&scheduler] { return static_cast<std::int64_t>(scheduler.ready()); });

    Doors doors(runtime, config, tls, service, log, metrics);
    std::unique_ptr<net::AdminServer> admin;
    if (config.common.admin_enabled) {
        admin = std::make_unique<net::AdminServer>(
            runtime, config.common.admin, metrics, [&] { return first_reason(directory, *partition); }, log);
        admin->start();
    }
    runtime.on_reload(Reload{line.config_path, role, {tls, site_tls}, mailhosts, log});
    runtime.on_stop([&] { return doors.close(config.common.drain); });
    Sweeper sweeper(pools);
    runtime.on_stop([&] { return sweeper.stop(); });
    runtime.on_stop([&] { return stop_queue(scheduler, pools, config.common.drain); });
    runtime.on_stop([&] { return close_partition(*partition); });
    if (admin) runtime.on_stop([&] { return admin->stop(); });
    runtime.worker(0).post([&] {
        base::start(scheduler.run(), [&log](std::exception_ptr failure) {
            if (failure) log.error("mta.scheduler_failed");
        });
        base::start(sweeper.run(), [](std::exception_ptr) {});
    });
    doors.open();
    net::warn_of_unused_sockets(log);
    log.info("daemon.started", {{"version", HELIO_VERSION}, {"threads", config.common.threads}});
    const int status = runtime.run();
    log.info("daemon.stopped");
    return status;
}

}  // namespace helio::mta
