#include "store/config.h"

#include <fstream>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/sample_config.h"
#include "tests/support/temp_folder.h"

using namespace helio;

namespace {

std::string with(std::string text, const std::string& old, const std::string& fresh) {
    const auto at = text.find(old);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old.size(), fresh);
}

/// The sample names files of a real host; here the one that is read at once is ours.
std::string sample(const test::TempFolder& folder) {
    std::ifstream file("deploy/config/store.toml");
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    const auto path = (folder / "ldap.password").string();
    std::ofstream(path) << "secret\n";
    return with(text.str(), "/etc/heliograph/ldap.password", path);
}

store::Config parse(const std::string& text) { return store::read_config(config::Document::parse(text, "store.toml")); }

}  // namespace

TEST_CASE("the sample configuration of the store parses and shows the defaults", "[store][config]") {
    const test::TempFolder folder;
    const auto config = parse(sample(folder));
    CHECK(config.lmtp_listeners.size() == 1);
    CHECK(config.imap_listeners.size() == 1);
    CHECK(config.pop_listeners.size() == 1);
    REQUIRE(config.site_tls);
    CHECK(config.site_tls->peer_check == net::PeerCheck::required);
    CHECK(config.lmtp.clients.size() == 2);
    CHECK(config.lmtp.hostname == "store-a.example.test");
    CHECK(config.spool.folder == "/var/lib/heliograph/store/spool");

    const storage::Options storage;
    CHECK(config.store.storage.segment_bytes == storage.segment_bytes);
    CHECK(config.store.storage.index_map_bytes == storage.index_map_bytes);
    CHECK(config.store.storage.batch_changes == storage.batch_changes);
    CHECK(config.store.storage.batch_bytes == storage.batch_bytes);
    CHECK(config.store.storage.waiting_changes == storage.waiting_changes);
    CHECK(config.store.storage.reserve_bytes == storage.reserve_bytes);
    CHECK(config.store.storage.compaction_bytes_per_second == storage.compaction_bytes_per_second);
    CHECK(config.store.storage.compaction_dead_percent == storage.compaction_dead_percent);
    const store::StoreLimits limits;
    CHECK(config.store.limits.message_bytes == limits.message_bytes);
    CHECK(config.store.limits.mailboxes == limits.mailboxes);
    CHECK(config.store.limits.vanished_rows == limits.vanished_rows);
    CHECK(config.store.limits.deliveries == limits.deliveries);
    CHECK(config.store.limits.delivery_window == limits.delivery_window);
    CHECK(config.store.limits.cached_uid_sets == limits.cached_uid_sets);
    const store::StoreConfig defaults;
    REQUIRE(config.store.initial_folders.size() == defaults.initial_folders.size());
    for (std::size_t i = 0; i < defaults.initial_folders.size(); ++i) {
        CHECK(config.store.initial_folders[i].name == defaults.initial_folders[i].name);
        CHECK(config.store.initial_folders[i].special_use == defaults.initial_folders[i].special_use);
    }
    const store::imapd::ImapConfig imap;
    CHECK(config.imap.proxy_names == std::vector<std::string>{"mmp.example.test"});
    CHECK(config.imap.idle_timeout == imap.idle_timeout);
    CHECK(config.imap.bad_commands == imap.bad_commands);
    CHECK(config.imap.command_bytes == imap.command_bytes);
    CHECK(config.imap.message_limit == imap.message_limit);
    CHECK(config.imap.save_limit == imap.save_limit);
    const store::PopConfig pop;
    CHECK(config.pop.proxy_names == std::vector<std::string>{"mmp.example.test"});
    CHECK(config.pop.idle_timeout == pop.idle_timeout);
    CHECK(config.pop.mark_seen == pop.mark_seen);
    CHECK(config.pop.exclusive == pop.exclusive);
    CHECK(config.pop.in_use_wait == pop.in_use_wait);
    CHECK(config.pop.login_delay == pop.login_delay);
    REQUIRE(config.rpc);
    CHECK(config.rpc->trusted_names == std::vector<std::string>{"mem.example.test"});
    CHECK_FALSE(config.rpc->trust_plain);
    const store::lmtp::LmtpConfig lmtp;
    CHECK(config.lmtp.recipients == lmtp.recipients);
    CHECK(config.lmtp.errors == lmtp.errors);
    CHECK(config.spool.message_memory_bytes == store::default_spool.message_memory_bytes);
    CHECK(config.spool.memory_bytes == store::default_spool.memory_bytes);
    CHECK(config.spool.file_bytes == store::default_spool.file_bytes);
    CHECK(config.lmtp.data_timeout == lmtp.data_timeout);
}

TEST_CASE("quotas are read, and a limit that is left out is none", "[store][config][quota]") {
    const test::TempFolder folder;
    const auto text = sample(folder);
    const auto quota = parse(text).store.quota;
    const store::QuotaConfig defaults;
    CHECK(quota.user_default == store::QuotaLimits{.bytes = 1u << 30, .messages = 100'000});
    CHECK(quota.domain_default.empty());
    CHECK(quota.warning_percent == defaults.warning_percent);
    CHECK(quota.warning_interval == defaults.warning_interval);
    CHECK(quota.warning_subject == defaults.warning_subject);
    CHECK(quota.warning_text == defaults.warning_text);
    CHECK(quota.grace == defaults.grace);
    CHECK(parse(with(text, "user_messages = 100000\n", "")).store.quota.user_default.messages == std::nullopt);
    CHECK_THROWS_WITH(parse(with(text, "\"Your mailbox is {percent} % full\"", "\"Gr\xc3\xb6\xc3\x9f\"")),
                      Catch::Contains("must be one line of ASCII"));
}

TEST_CASE("limits on the messages of an IMAP command are none or at least 100", "[store][config][imap]") {
    const test::TempFolder folder;
    const auto text = sample(folder);
    const auto limits = [&](const std::string& most, const std::string& saved) {
        const auto first = with(text, "message_limit = 0", "message_limit = " + most);
        return parse(with(first, "save_limit = 0", "save_limit = " + saved)).imap;
    };
    CHECK(limits("100", "0").message_limit == 100);
    CHECK(limits("0", "100").save_limit == 100);
    CHECK(limits("1000", "1000").save_limit == 1000);
    CHECK_THROWS_WITH(limits("99", "0"), Catch::Contains("'imap.message_limit' must be at least 100"));
    CHECK_THROWS_WITH(limits("0", "1"), Catch::Contains("'imap.save_limit' must be at least 100"));
    CHECK_THROWS_WITH(limits("1000", "1001"), Catch::Contains("'imap.save_limit' is above message_limit"));
    CHECK_THROWS_WITH(limits("-1", "0"), Catch::Contains("store.toml:"));
}

TEST_CASE("configurations under which nobody could deliver are refused", "[store][config]") {
    const test::TempFolder folder;
    const auto text = sample(folder);
    CHECK_THROWS_WITH(parse(with(text, "[\"mta-inbound.example.test\", \"mta-outbound.example.test\"]", "[]")),
                      Catch::Contains("no relay could deliver"));
    CHECK_THROWS_WITH(parse(with(text, "plain_from", "plainfrom")), Catch::Contains("did you mean 'plain_from'"));
    CHECK_THROWS_WITH(parse(with(text, "folder = \"/var/lib/heliograph/store\"", "")),
                      Catch::Contains("'storage.folder' is missing"));
}

// What is commented out shows the default or an example: switched on it must be known.
TEST_CASE("every key that the sample of the store mentions is known", "[store][config]") {
    const test::TempFolder folder;
    const auto all = parse(test::all_switched_on(sample(folder)));
    const auto plain = parse(sample(folder));
    CHECK(all.imap_listeners.size() == plain.imap_listeners.size() + 1);
    CHECK(all.tls->by_server_name.contains("mail.example.test"));
    CHECK(all.ldap.timeout == plain.ldap.timeout);
    CHECK(all.ldap.cache_entries == plain.ldap.cache_entries);
    CHECK(all.ldap.stale_limit == plain.ldap.stale_limit);
    CHECK(all.ldap.return_after == plain.ldap.return_after);
    CHECK(all.ldap.bind_cache_ttl == plain.ldap.bind_cache_ttl);
    CHECK(all.auth.sasl.mechanisms == plain.auth.sasl.mechanisms);
    CHECK(all.dns.timeout == plain.dns.timeout);
}

TEST_CASE("mistakes in the store's configuration are told with their place", "[store][config]") {
    struct Row {
        const char* old;
        const char* fresh;
        const char* message;
    };
    const auto row = GENERATE(values<Row>({
        {"drafts = \"Drafts\"", "drafts = \"a//b\"", "'folders.drafts' \"a//b\" can't be a mailbox's name"},
        {"drafts = \"Drafts\"", "drafts = \"a*\"", "'folders.drafts' \"a*\" can't be a mailbox's name"},
        {"drafts = \"Drafts\"", "drafts = \"inbox\"", "\"INBOX\" is INBOX or among the mailboxes of others"},
        {"drafts = \"Drafts\"", "drafts = \"Sent\"", "'folders.sent' \"Sent\" is here twice"},
        {"others = []", "others = [\"Other Users/x\"]", "'folders.others' \"Other Users/x\" is INBOX or among"},
        {"public_folders = \"Public Folders\"", "public_folders = \"Other Users\"",
         "'sharing.public_folders' is other_users"},
        {"message_size = \"100MiB\"", "message_size = 0", "'limits.message_size' must be from \"64KiB\" to \"3GiB\""},
        {"message_size = \"4MiB\"", "message_size = \"4GiB\"",
         "'grpc.message_size' must be from \"64KiB\" to \"1GiB\""},
        {"command_size = \"256KiB\"", "command_size = 0", "'imap.command_size' must be from \"8KiB\" to \"1GiB\""},
        {"index_map = \"64GiB\"", "index_map = \"4KiB\"", "'storage.index_map' must be from \"64MiB\" to \"64TiB\""},
        {"login_timeout = \"3m\"", "login_timeout = \"0s\"", "'imap.login_timeout' must be more than zero"},
        {"login_timeout = \"3m\"", "login_timeout = \"1000000d\"", "'imap.login_timeout' must be at most \"36500d\""},
        {"folder = \"/var/lib/heliograph/store\"", "folder = \"\"", "'storage.folder' is empty"},
        {"hostname = \"store-a.example.test\"", "hostname = \"a\\r\\nb\"", "'store.hostname' must be a host name"},
        {"listen = \"[::]:110\"", "listen = \"[::]:143\"", "listeners.imap and listeners.pop3 both listen on [::]:143"},
        {"listen = \"[::]:9780\"", "listen = \"127.0.0.1:9114\"", "grpc and admin both listen on 127.0.0.1:9114"},
        {"ca = \"/etc/heliograph/site-ca.pem\"\npeer_check = \"request\"", "peer_check = \"request\"",
         "names proxies: their certificates need 'ca'"},
        {"\npeer_check = \"request\"", "\npeer_check = \"none\"", "names proxies: their certificates need 'ca'"},
        {"key = \"/etc/heliograph/site-store.key\"\nca = \"/etc/heliograph/site-ca.pem\"\n\n[lmtp]",
         "key = \"/etc/heliograph/site-store.key\"\n\n[lmtp]", "'ca' is missing; name the file of the site's CA"},
        {"urls = [\"ldaps://ldap1.example.test\"", "urls = [\"ldap://h:473890\"", "write scheme://host:port"},
        {"urls = [\"ldaps://ldap1.example.test\"", "urls = [\"ldap://::1:389\"", "an IPv6 address in brackets"},
        {"urls = [\"ldaps://ldap1.example.test\"", "urls = [\"ldap://h:ldap\"", "write scheme://host:port"},
        {"base_dn = \"o=example\"", "base_dn = \"o=example,,\"", "is no distinguished name"},
        {"base_dn = \"o=example\"", "base_dn = \"\"", "'ldap.base_dn' is empty"},
        {"# mechanisms = [\"PLAIN\", \"LOGIN\"]", "mechanisms = [\"OAUTHBEARER\"]", "which needs an [oauth] table"},
        {"# salt_key_file = \"\"", "salt_key_file = \"/tmp\"", "\"/tmp\" is a folder; name a file"},
    }));
    const test::TempFolder folder;
    CAPTURE(row.fresh);
    CHECK_THROWS_WITH(parse(with(sample(folder), row.old, row.fresh)),
                      Catch::StartsWith("store.toml:") && Catch::Contains(row.message));
}

TEST_CASE("configurations that may look odd and work are taken", "[store][config]") {
    const test::TempFolder folder;
    const auto text = sample(folder);
    const auto archive = parse(with(text, "others = []", "others = [\"Archive\", \"Lists\"]"));
    CHECK(archive.store.initial_folders.size() == 6);
    CHECK_NOTHROW(
        parse(with(text, "bind_dn = \"cn=heliograph,ou=services,o=example\"", "bind_dn = \"svc@corp.example\"")));
    CHECK_NOTHROW(parse(with(text, "drain = \"30s\"", "drain = \"36500d\"")));
    // No TLS towards users, and mechanisms that need none.
    auto plain = with(text, "[tls]\n", "[xx]\n");
    const auto from = plain.find("[xx]\n");
    plain.erase(from, plain.find("# What relays see", from) - from);
    plain = with(with(plain, "proxies = [\"mmp.example.test\"]", "proxies = []"),
                 "[pop3]\nproxies = [\"mmp.example.test\"]", "[pop3]");
    CHECK_THROWS_WITH(parse(plain), Catch::Contains("nobody could log in"));
    CHECK_NOTHROW(parse(with(plain, "# mechanisms = [\"PLAIN\", \"LOGIN\"]", "mechanisms = [\"SCRAM-SHA-256\"]")));
}
