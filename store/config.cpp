#include "store/config.h"

#include <algorithm>
#include <cctype>
#include <map>

#include <unistd.h>

#include "common/base/text.h"
#include "common/sasl/mechanism.h"
#include "store/mailbox/names.h"

namespace helio::store {
namespace {

std::vector<net::ListenerConfig> read_listeners(config::Section listeners, std::initializer_list<const char*> names) {
    std::vector<net::ListenerConfig> found;
    for (const auto* name : names) {
        if (listeners.has(name)) found.push_back(net::read_listener_config(listeners.section(name), name));
    }
    return found;
}

std::size_t count(config::Section& section, std::string_view key, std::size_t otherwise, std::int64_t most) {
    return static_cast<std::size_t>(section.integer(key, static_cast<std::int64_t>(otherwise), 1, most));
}

storage::Options read_storage(config::Section section) {
    storage::Options options;
    options.folder = section.text("folder");
    if (options.folder.empty()) section.refuse("folder", "is empty; name the folder that keeps the mail");
    options.segment_bytes = section.size("segment", options.segment_bytes, 1u << 20, 1ull << 40);
    // A process has 128 TiB of addresses.
    options.index_map_bytes = section.size("index_map", options.index_map_bytes, 64u << 20, 1ull << 46);
    options.batch_changes = count(section, "batch_changes", options.batch_changes, 100'000);
    options.batch_bytes = static_cast<std::size_t>(section.size("batch", options.batch_bytes, 64u << 10, 1u << 30));
    options.waiting_changes = count(section, "waiting_changes", options.waiting_changes, 10'000'000);
    options.reserve_bytes = section.size("reserve", options.reserve_bytes);
    options.compaction_bytes_per_second = section.size("compaction_rate", options.compaction_bytes_per_second);
    options.compaction_dead_percent =
        static_cast<unsigned>(section.integer("compaction_dead_percent", options.compaction_dead_percent, 1, 99));
    return options;
}

StoreLimits read_store_limits(config::Section section) {
    StoreLimits limits;
    limits.message_bytes = section.size("message_size", limits.message_bytes, 64u << 10, 3ull << 30);
    limits.mailboxes = count(section, "mailboxes_per_user", limits.mailboxes, 10'000'000);
    limits.subscriptions = count(section, "subscriptions_per_user", limits.subscriptions, 10'000'000);
    limits.change_messages = count(section, "copy_messages", limits.change_messages, 1'000'000);
    limits.vanished_rows = count(section, "expunge_history", limits.vanished_rows, 1'000'000);
    limits.annotations = count(section, "annotations", limits.annotations, 10'000);
    constexpr std::size_t most_annotation_bytes = 512u << 10;  // a record of the log holds one
    limits.annotation_bytes =
        static_cast<std::size_t>(section.size("annotation_size", limits.annotation_bytes, 0, most_annotation_bytes));
    limits.deliveries = count(section, "deliveries_remembered", limits.deliveries, 100'000'000);
    limits.delivery_window =
        std::chrono::ceil<std::chrono::hours>(section.duration("delivery_window", limits.delivery_window));
    limits.watches = count(section, "watches", limits.watches, 100'000'000);
    limits.change_emails = count(section, "update_emails", limits.change_emails, 100'000);
    limits.uploads = count(section, "uploads_per_user", limits.uploads, 1'000'000);
    limits.upload_bytes = section.size("upload_size_per_user", limits.upload_bytes);
    limits.upload_life = std::chrono::ceil<std::chrono::hours>(section.duration("upload_life", limits.upload_life));
    limits.cached_uid_sets = count(section, "cached_mailboxes", limits.cached_uid_sets, 10'000'000);
    return limits;
}

/// "a.test b.test": the domains of one line share with each other.
std::vector<std::string> read_domains(std::string_view line) {
    std::vector<std::string> domains;
    for (const auto& domain : base::split(line, ' ')) {
        if (!domain.empty()) domains.push_back(base::to_lower(domain));
    }
    return domains;
}

SharingRules read_sharing(config::Section section) {
    SharingRules rules;
    const auto prefix = [&section](std::string_view key, const std::string& otherwise) {
        auto name = section.text(key, otherwise);
        const bool whole = name.find_first_of("/*%") == std::string::npos && !base::equals_ignoring_case(name, "inbox");
        if (!whole || !base::is_utf8(name)) section.refuse(key, "\"" + name + "\" can't begin a mailbox name");
        return name;
    };
    rules.other_users = prefix("other_users", rules.other_users);
    rules.public_folders = prefix("public_folders", rules.public_folders);
    if (!rules.other_users.empty() && rules.other_users == rules.public_folders)
        section.refuse("public_folders", "is other_users too; one name can't be both");
    rules.public_owner = base::to_lower(section.text("public_owner", rules.public_owner));
    const auto seen = section.text("seen", "own");
    if (seen != "own" && seen != "shared") section.refuse("seen", "it is \"own\" or \"shared\"");
    rules.own_seen = seen == "own";
    rules.grant_anyone = section.flag("grant_anyone", rules.grant_anyone);
    for (const auto& line : section.texts("joined_domains")) rules.joined.push_back(read_domains(line));
    rules.acl_entries = count(section, "acl_entries", rules.acl_entries, 1'000);
    rules.listed = count(section, "listed", rules.listed, 1'000'000);
    return rules;
}

storage::SpoolLimits read_spool(config::Section section, std::filesystem::path folder) {
    auto limits = default_spool;
    limits.folder = std::move(folder);
    limits.message_memory_bytes = section.size("message_memory", limits.message_memory_bytes);
    limits.memory_bytes = section.size("memory", limits.memory_bytes);
    limits.file_bytes = section.size("files", limits.file_bytes, 1u << 20);
    return limits;
}

net::SessionLimits read_session_limits(config::Section section) {
    net::SessionLimits limits;
    limits.total = count(section, "sessions", limits.total, 10'000'000);
    limits.per_address = count(section, "sessions_per_address", limits.per_address, 10'000'000);
    limits.per_user = count(section, "sessions_per_user", limits.per_user, 10'000'000);
    return limits;
}

/// What CREATE would make, none of it twice.
std::vector<InitialFolder> read_folders(config::Section section, const SharingRules& sharing) {
    std::vector<InitialFolder> folders;
    const auto add_name = [&](std::string_view key, std::string name, SpecialUse use) {
        name = canonical_name(name);
        if (!check_name(name, NameLimits{}) || name.find_first_of("*%") != std::string::npos)
            section.refuse(key, "\"" + name + "\" can't be a mailbox's name");
        if (name == inbox_name || !check_own_name(name, NameLimits{}, sharing))
            section.refuse(key, "\"" + name + "\" is INBOX or among the mailboxes of others");
        const bool is_known = std::ranges::find(folders, name, &InitialFolder::name) != folders.end();
        if (is_known && use == SpecialUse::none) return;
        if (is_known) section.refuse(key, "\"" + name + "\" is here twice");
        folders.push_back({std::move(name), use, true});
    };
    const auto add = [&](std::string_view key, std::string_view otherwise, SpecialUse use) {
        auto name = section.text(key, otherwise);
        if (!name.empty()) add_name(key, std::move(name), use);
    };
    add("drafts", "Drafts", SpecialUse::drafts);
    add("sent", "Sent", SpecialUse::sent);
    add("junk", "Junk", SpecialUse::junk);
    add("trash", "Trash", SpecialUse::trash);
    add("archive", "Archive", SpecialUse::archive);
    for (auto& name : section.texts("others")) add_name("others", std::move(name), SpecialUse::none);
    return folders;
}

QuotaConfig read_quota_config(config::Section section) {
    QuotaConfig config;
    const auto limit = [&section](std::string_view key) -> std::optional<std::uint64_t> {
        if (!section.has(key)) return std::nullopt;
        return section.size(key, 0);
    };
    const auto messages = [&section](std::string_view key) -> std::optional<std::uint64_t> {
        if (!section.has(key)) return std::nullopt;
        return static_cast<std::uint64_t>(section.integer(key, 0, 0, INT64_MAX));
    };
    config.user_default.bytes = limit("user_size");
    config.user_default.messages = messages("user_messages");
    config.domain_default.bytes = limit("domain_size");
    config.domain_default.messages = messages("domain_messages");
    config.warning_percent = static_cast<unsigned>(section.integer("warning_percent", config.warning_percent, 0, 100));
    config.warning_interval =
        std::chrono::duration_cast<std::chrono::seconds>(section.duration("warning_interval", config.warning_interval));
    config.warning_subject = section.text("warning_subject", config.warning_subject);
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
    if (!std::ranges::all_of(config.warning_subject, is_plain)) {
        section.refuse("warning_subject", "must be one line of ASCII");
    }
    config.warning_text = section.text("warning_text", config.warning_text);
    config.grace = std::chrono::duration_cast<std::chrono::seconds>(section.duration("grace", config.grace));
    return config;
}

std::string host_name() {
    std::string name(256, '\0');
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    name.resize(name.find('\0'));
    return name;
}

std::string read_hostname(config::Section section) {
    auto name = section.text("hostname", host_name());
    const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_'; };
    if (name.empty() || name.size() > 255 || !std::ranges::all_of(name, fits))
        section.refuse("hostname", "must be a host name such as \"store-a.example.test\"");
    return name;
}

bool any_implicit(const std::vector<net::ListenerConfig>& listeners) {
    for (const auto& listener : listeners) {
        if (listener.implicit_tls) return true;
    }
    return false;
}

/// Two of them on one port: the second could not bind.
void check_ports(const Config& config, const config::Section& root) {
    std::map<std::string, std::string> taken;
    const auto take = [&](const net::Endpoint& endpoint, const std::string& name) {
        if (endpoint.port == 0) return;
        const auto [other, is_free] = taken.emplace(endpoint.to_string(), name);
        if (is_free) return;
        throw config::ConfigError(root.where("listeners") + ": " + other->second + " and " + name + " both listen on " +
                                  endpoint.to_string() + "; give one of them another port");
    };
    for (const auto* listeners : {&config.lmtp_listeners, &config.imap_listeners, &config.pop_listeners}) {
        for (const auto& listener : *listeners) take(listener.endpoint, "listeners." + listener.name);
    }
    if (config.rpc) take(config.rpc->server.listen, "grpc");
    if (config.common.admin_enabled) take(config.common.admin, "admin");
}

/// Somebody must be able to log in where users connect, and nobody may by any certificate that some CA has signed.
void check_users(const Config& config, const config::Section& root) {
    const bool has_proxies = !config.imap.proxy_names.empty() || !config.pop.proxy_names.empty();
    if (config.tls && has_proxies && (config.tls->ca_file.empty() || config.tls->peer_check == net::PeerCheck::none)) {
        throw config::ConfigError(root.where("tls") +
                                  ": [imap] or [pop3] names proxies: their certificates need 'ca' (the site's) and "
                                  "peer_check = \"request\"");
    }
    if (config.tls && config.tls->files.certificate.empty() && config.tls->by_server_name.empty()) {
        throw config::ConfigError(root.where("tls") + ": 'certificate' is missing; add it and 'key'");
    }
    const auto is_plaintext = [](const std::string& name) {
        const auto* mechanism = sasl::find_mechanism(name);
        return mechanism == nullptr || mechanism->plaintext;
    };
    const auto needs_tls = [&](const auto& listeners, const auto& plain, const char* table) {
        if (config.tls || listeners.empty() || !plain.empty()) return;
        if (!std::ranges::all_of(config.auth.sasl.of(table), is_plaintext)) return;
        throw config::ConfigError(root.where("listeners") + ": nobody could log in: add [tls], or [" + table +
                                  "] plaintext_from for a private network");
    };
    needs_tls(config.imap_listeners, config.imap.plaintext_from, "imap");
    needs_tls(config.pop_listeners, config.pop.plaintext_from, "pop3");
}

/// What no single table can tell.
void check_together(const Config& config, const config::Section& root) {
    check_ports(config, root);
    check_users(config, root);
    if (config.site_tls && config.site_tls->ca_file.empty()) {
        throw config::ConfigError(root.where("site_tls") +
                                  ": 'ca' is missing; name the file of the site's CA: else any CA of the system could "
                                  "make a relay");
    }
    if (config.lmtp_listeners.empty() && config.imap_listeners.empty() && config.pop_listeners.empty()) {
        throw config::ConfigError(root.where() + ": no listener; add [listeners.lmtp] or another");
    }
    if (!config.tls && (any_implicit(config.imap_listeners) || any_implicit(config.pop_listeners))) {
        throw config::ConfigError(root.where("listeners") + ": tls = \"implicit\" needs a [tls] table");
    }
    if (config.lmtp_listeners.empty()) return;
    if (!config.site_tls && config.lmtp.plain_from.empty()) {
        throw config::ConfigError(
            root.where() + ": no relay could deliver: add [site_tls], or [lmtp] plain_from for a private network");
    }
    if (config.site_tls && config.lmtp.clients.empty()) {
        throw config::ConfigError(root.where("lmtp") +
                                  ": no relay could deliver: name the relays' certificates in [lmtp] clients");
    }
    if (!config.site_tls && any_implicit(config.lmtp_listeners)) {
        throw config::ConfigError(root.where("listeners") + ": tls = \"implicit\" for LMTP needs a [site_tls] table");
    }
}

}  // namespace

Config read_config(const config::Document& document) {
    auto root = document.root();
    Config config;
    config.common = daemon::read_common(root, "127.0.0.1:9114");
    config.store.storage = read_storage(root.section("storage"));
    config.store.limits = read_store_limits(root.section("limits"));
    config.store.quota = read_quota_config(root.section("quota"));
    config.store.storage.body_bytes = config.store.limits.message_bytes + (1u << 20);  // with our trace fields
    config.store.sharing = read_sharing(root.section("sharing"));
    config.store.initial_folders = read_folders(root.section("folders"), config.store.sharing);
    config.sessions = read_session_limits(root.section("limits"));
    auto listeners = root.section("listeners");
    config.lmtp_listeners = read_listeners(listeners, {"lmtp"});
    config.imap_listeners = read_listeners(listeners, {"imap", "imaps"});
    config.pop_listeners = read_listeners(listeners, {"pop3", "pop3s"});
    if (root.has("tls")) config.tls = net::read_tls_config(root.section("tls"), true);
    if (root.has("site_tls")) {
        config.site_tls = net::read_tls_config(root.section("site_tls"), true);
        config.site_tls->peer_check = net::PeerCheck::required;
    }
    config.ldap = ldap::read_config(root.section("ldap"));
    config.auth = auth::read_auth_config(root);
    config.dns = dns::read_config(root.section("dns"));
    const auto hostname = read_hostname(root.section("store"));
    config.lmtp = lmtp::read_lmtp_config(root.section("lmtp"), hostname, config.store.limits.message_bytes);
    config.spool = read_spool(root.section("spool"), config.store.storage.folder / "spool");
    config.imap = imapd::read_imap_config(root.section("imap"));
    config.pop = read_pop_config(root.section("pop3"));
    if (root.has("grpc")) config.rpc = read_rpc_config(root.section("grpc"));
    document.finish();
    check_together(config, root);
    return config;
}

Config load_config(const std::string& path) { return read_config(config::Document::load(path)); }

}  // namespace helio::store
