#include "mta/config.h"

#include <unistd.h>

#include "common/mail/subaddress.h"

namespace helio::mta {
namespace {

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

std::size_t count(config::Section& section, std::string_view key, std::size_t otherwise, std::int64_t most) {
    return static_cast<std::size_t>(section.integer(key, static_cast<std::int64_t>(otherwise), 1, most));
}

std::vector<net::ListenerConfig> read_listeners(config::Section root) {
    std::vector<net::ListenerConfig> found;
    auto listeners = root.section("listeners");
    for (const auto& name : root.names("listeners")) {
        found.push_back(net::read_listener_config(listeners.section(name), name));
    }
    if (found.empty()) throw config::ConfigError(root.where() + ": no listener; add [listeners.smtp] or another");
    return found;
}

std::vector<net::Network> read_networks(config::Section& section, std::string_view key) {
    std::vector<net::Network> networks;
    for (const auto& text : section.texts(key)) {
        const auto network = net::Network::parse(text);
        if (!network) section.refuse(key, "holds '" + text + "', which is no network");
        networks.push_back(*network);
    }
    return networks;
}

SmtpdSettings read_smtpd(config::Section smtp, config::Section limits, Role role) {
    SmtpdSettings settings;
    settings.role = role;
    settings.hostname = smtp.text("hostname", host_name());
    settings.bare_newlines = smtp.choice("bare_newlines", {"refuse", "normalise"}, "refuse") == 0
                                 ? smtp::BareNewlines::refuse
                                 : smtp::BareNewlines::normalise;
    settings.hops = static_cast<unsigned>(count(smtp, "hops", settings.hops, 1000));
    settings.command_timeout = smtp.timeout("command_timeout", settings.command_timeout);
    settings.data_timeout = smtp.timeout("data_timeout", settings.data_timeout);
    settings.message_timeout = smtp.timeout("message_timeout", settings.message_timeout);
    settings.write_timeout = smtp.timeout("write_timeout", settings.write_timeout);
    if (role == Role::inbound) {
        settings.relay_from = read_networks(smtp, "relay_from");
    } else {
        settings.plaintext_auth = smtp.flag("plaintext_auth", settings.plaintext_auth);
        settings.null_sender = smtp.flag("null_sender", settings.null_sender);
    }
    settings.line_bytes = static_cast<std::size_t>(limits.size("line", settings.line_bytes));
    settings.message_bytes = limits.size("message", settings.message_bytes);
    settings.recipients = count(limits, "recipients", settings.recipients, 1000);
    settings.errors = static_cast<unsigned>(count(limits, "errors", settings.errors, 10'000));
    settings.transactions =
        static_cast<unsigned>(count(limits, "messages_per_session", settings.transactions, 1'000'000));
    return settings;
}

RouterSettings read_router(config::Section smtp) {
    RouterSettings settings;
    settings.postmaster = smtp.text("postmaster", "");
    settings.recipient_delimiter = smtp.text("recipient_delimiter", settings.recipient_delimiter);
    if (!mail::is_recipient_delimiter(settings.recipient_delimiter)) {
        smtp.refuse("recipient_delimiter", "must be one character such as '+', or empty");
    }
    return settings;
}

net::SessionLimits read_sessions(config::Section limits) {
    net::SessionLimits sessions;
    sessions.total = count(limits, "sessions", sessions.total, 10'000'000);
    sessions.per_address = count(limits, "sessions_per_address", sessions.per_address, 10'000'000);
    sessions.per_user = count(limits, "sessions_per_user", sessions.per_user, 10'000'000);
    return sessions;
}

storage::SpoolLimits read_spool(config::Section limits, const std::filesystem::path& folder) {
    storage::SpoolLimits spool;
    spool.folder = folder / "spool";
    spool.message_memory_bytes = static_cast<std::size_t>(limits.size("message_memory", spool.message_memory_bytes));
    spool.memory_bytes = limits.size("memory", spool.memory_bytes);
    spool.file_bytes = limits.size("spool", spool.file_bytes);
    return spool;
}

storage::Options read_storage(config::Section queue) {
    storage::Options options;
    options.folder = std::filesystem::path(queue.text("folder")) / "queue";
    options.segment_bytes = queue.size("segment", options.segment_bytes);
    options.index_map_bytes = queue.size("index_map", 8ull << 30);
    options.reserve_bytes = queue.size("reserve", options.reserve_bytes);
    options.compaction_bytes_per_second = queue.size("compaction_per_second", options.compaction_bytes_per_second);
    return options;
}

QueueSettings read_queue(config::Section queue) {
    QueueSettings settings;
    settings.first_retry = queue.timeout("first_retry", settings.first_retry);
    settings.longest_retry = queue.timeout("longest_retry", settings.longest_retry);
    settings.longest_store_retry = queue.timeout("longest_store_retry", settings.longest_store_retry);
    settings.max_age = queue.duration("max_age", settings.max_age);
    if (settings.first_retry > settings.longest_retry) queue.refuse("first_retry", "must not be above longest_retry");
    return settings;
}

StoreSettings read_stores(config::Section section, const std::string& hostname) {
    StoreSettings settings;
    settings.hostname = hostname;
    settings.tls = static_cast<StoreTls>(section.choice("tls", {"implicit", "starttls", "none"}, "starttls"));
    settings.timeouts.connect = section.timeout("connect_timeout", std::chrono::milliseconds(5'000));
    settings.timeouts.command = section.timeout("command_timeout", std::chrono::milliseconds(30'000));
    settings.timeouts.greeting = settings.timeouts.command;
    settings.timeouts.text = settings.timeouts.command;
    settings.timeouts.end_of_data = section.timeout("end_of_data_timeout", std::chrono::milliseconds(60'000));
    return settings;
}

RemoteSettings read_remote(config::Section section, const std::string& hostname) {
    RemoteSettings settings;
    settings.hostname = hostname;
    settings.port = static_cast<std::uint16_t>(section.integer("port", settings.port, 1, 65'535));
    settings.opportunistic_tls = section.choice("tls", {"opportunistic", "none"}, "opportunistic") == 0;
    settings.timeouts.connect = section.timeout("connect_timeout", settings.timeouts.connect);
    settings.timeouts.command = section.timeout("command_timeout", settings.timeouts.command);
    settings.timeouts.end_of_data = section.timeout("end_of_data_timeout", settings.timeouts.end_of_data);
    const auto smart = section.text("smart_host", "");
    if (smart.empty()) return settings;
    const auto host = net::HostPort::parse(smart);
    if (!host) section.refuse("smart_host", "must be host:port");
    settings.smart_host = *host;
    return settings;
}

void read_deliveries(config::Section section, Config& config) {
    config.scheduler.attempts = count(section, "messages_at_once", config.scheduler.attempts, 100'000);
    config.destinations.attempts = count(section, "per_destination", config.destinations.attempts, 10'000);
    config.scheduler.ready.messages = count(section, "ready", config.scheduler.ready.messages, 10'000'000);
    config.scheduler.ready.lane = count(section, "ready_per_destination", config.scheduler.ready.lane, 1'000'000);
    config.destinations.store_rest = section.duration("store_rest", config.destinations.store_rest);
    config.destinations.remote_rest = section.duration("remote_rest", config.destinations.remote_rest);
    config.pools.idle_per_peer = count(section, "idle_per_peer", config.pools.idle_per_peer, 10'000);
    config.pools.idle = section.duration("idle", config.pools.idle);
    config.cut_through.enabled = section.flag("cut_through", config.cut_through.enabled);
    config.cut_through.timeout = section.timeout("cut_through_timeout", config.cut_through.timeout);
}

void check_together(const Config& config, config::Section root) {
    for (const auto& listener : config.listeners) {
        if (listener.implicit_tls && !config.tls) {
            throw config::ConfigError(root.where("listeners") + ": tls = \"implicit\" needs a [tls] table");
        }
    }
    if (config.smtpd.role == Role::submission && !config.tls && !config.smtpd.plaintext_auth) {
        throw config::ConfigError(root.where() +
                                  ": nobody could log in: add [tls], or plaintext_auth = true in [smtp]");
    }
    if (config.store.tls != StoreTls::none && !config.site_tls) {
        throw config::ConfigError(root.where("stores") + ": TLS to the stores needs a [site_tls] table");
    }
}

}  // namespace

Config read_config(const config::Document& document, Role role) {
    auto root = document.root();
    Config config;
    const bool inbound = role == Role::inbound;
    config.common = daemon::read_common(root, inbound ? "127.0.0.1:9111" : "127.0.0.1:9112");
    config.listeners = read_listeners(root);
    if (root.has("tls")) config.tls = net::read_tls_config(root.section("tls"), true);
    if (root.has("site_tls")) {
        config.site_tls = net::read_tls_config(root.section("site_tls"), false);
        config.site_tls->peer_check = net::PeerCheck::required;  // stores are always verified
    }
    auto limits = root.section("limits");
    auto smtp = root.section("smtp");
    auto queue = root.section("queue");
    config.smtpd = read_smtpd(smtp, limits, role);
    const auto& hostname = config.smtpd.hostname;
    config.router = read_router(smtp);
    config.bounces = {hostname, smtp.text("bounce_from", "Mail Delivery System <MAILER-DAEMON@" + hostname + ">")};
    config.sessions = read_sessions(limits);
    config.queue_storage = read_storage(queue);
    config.queue_storage.body_bytes = config.smtpd.message_bytes + (1u << 20);  // trace fields come on top
    config.queue = read_queue(queue);
    config.spool = read_spool(limits, config.queue_storage.folder.parent_path());
    config.store = read_stores(root.section("stores"), hostname);
    config.remote = read_remote(root.section("remote"), hostname);
    read_deliveries(root.section("delivery"), config);
    if (!inbound) config.auth = auth::read_auth_config(root);
    config.ldap = ldap::read_config(root.section("ldap"));
    config.dns = dns::read_config(root.section("dns"));
    config.mailhosts = route::Mailhosts::read(root);
    document.finish();
    check_together(config, root);
    return config;
}

}  // namespace helio::mta
