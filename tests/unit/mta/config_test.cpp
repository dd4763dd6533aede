#include "mta/config.h"

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/sample_config.h"

using namespace helio;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

mta::Role role_of(const std::string& name) {
    return name == "mta-inbound" ? mta::Role::inbound : mta::Role::submission;
}

}  // namespace

TEST_CASE("the sample configurations are read as they are", "[mta][config]") {
    const std::string name = GENERATE(as<std::string>(), "mta-inbound", "mta-outbound");
    CAPTURE(name);
    const auto path = "deploy/config/" + name + ".toml";
    const auto config = mta::read_config(config::Document::load(path), role_of(name));
    CHECK(config.queue_storage.folder == "/var/lib/heliograph/" + name + "/queue");
    CHECK(config.mailhosts.find("store-a.example.test", route::Protocol::lmtp).has_value());
    CHECK(config.listeners.size() == (name == "mta-inbound" ? 1 : 2));
}

// What is commented out shows the default, so switching it on must change nothing and must be known.
TEST_CASE("every key that the samples mention is known", "[mta][config]") {
    const std::string name = GENERATE(as<std::string>(), "mta-inbound", "mta-outbound");
    CAPTURE(name);
    const auto text = test::all_switched_on(read_file("deploy/config/" + name + ".toml"));
    const auto all = mta::read_config(config::Document::parse(text, name), role_of(name));
    const auto sample = mta::read_config(config::Document::load("deploy/config/" + name + ".toml"), role_of(name));
    CHECK(all.smtpd.message_bytes == sample.smtpd.message_bytes);
    CHECK(all.smtpd.recipients == sample.smtpd.recipients);
    CHECK(all.smtpd.command_timeout == sample.smtpd.command_timeout);
    CHECK(all.sessions.total == sample.sessions.total);
    CHECK(all.spool.memory_bytes == sample.spool.memory_bytes);
    CHECK(all.queue.max_age == sample.queue.max_age);
    CHECK(all.queue_storage.reserve_bytes == sample.queue_storage.reserve_bytes);
    CHECK(all.queue_storage.index_map_bytes == sample.queue_storage.index_map_bytes);
    CHECK(all.cut_through.timeout == sample.cut_through.timeout);
    CHECK(all.scheduler.attempts == sample.scheduler.attempts);
    CHECK(all.destinations.attempts == sample.destinations.attempts);
    CHECK(all.destinations.store_rest == sample.destinations.store_rest);
    CHECK(all.pools.idle == sample.pools.idle);
    CHECK(all.router.recipient_delimiter == sample.router.recipient_delimiter);
    CHECK(all.store.tls == sample.store.tls);
    CHECK(all.store.timeouts.end_of_data == sample.store.timeouts.end_of_data);
    CHECK(all.remote.timeouts.end_of_data == sample.remote.timeouts.end_of_data);
    CHECK(all.remote.timeouts.command == sample.remote.timeouts.command);
    CHECK(all.auth.throttle.window == sample.auth.throttle.window);
}

TEST_CASE("each configuration that could not work is refused", "[mta][config]") {
    const std::string base = "[queue]\nfolder = \"/q\"\n[ldap]\nurls = [\"ldap://x\"]\nbase_dn = \"o=x\"\n";
    const std::string smtp = "[listeners.smtp]\nlisten = \"127.0.0.1:0\"\n";
    const auto read = [&](const std::string& text, mta::Role role) {
        (void)mta::read_config(config::Document::parse(base + text, "t.toml"), role);
    };
    CHECK_NOTHROW(read(smtp + "[stores]\ntls = \"none\"\n", mta::Role::inbound));
    CHECK_THROWS_WITH(read("[stores]\ntls = \"none\"\n", mta::Role::inbound), Catch::Contains("no listener"));
    CHECK_THROWS_WITH(read(smtp, mta::Role::inbound), Catch::Contains("[site_tls]"));
    CHECK_THROWS_WITH(read(smtp + "[stores]\ntls = \"none\"\n", mta::Role::submission),
                      Catch::Contains("plaintext_auth"));
    CHECK_THROWS_WITH(read(smtp + "tls = \"implicit\"\n[stores]\ntls = \"none\"\n", mta::Role::inbound),
                      Catch::Contains("needs a [tls] table"));
    CHECK_THROWS_WITH(read(smtp + "[stores]\ntls = \"none\"\n[remote]\nsmart_host = \"x\"\n", mta::Role::inbound),
                      Catch::Contains("smart_host"));
    CHECK_THROWS_WITH(read(smtp + "[stores]\ntls = \"none\"\n[smtp]\nnull_sender = true\n", mta::Role::inbound),
                      Catch::Contains("unknown key"));
    CHECK_THROWS_WITH(
        read(smtp + "[stores]\ntls = \"none\"\n[smtp]\nrecipient_delimiter = \"++\"\n", mta::Role::inbound),
        Catch::Contains("recipient_delimiter"));
}
