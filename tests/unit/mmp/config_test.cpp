#include "mmp/config.h"

#include <fstream>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using namespace std::chrono_literals;

namespace {

std::string sample() {
    std::ifstream file("deploy/config/mmp.toml");
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string with(std::string text, const std::string& old, const std::string& fresh) {
    const auto at = text.find(old);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old.size(), fresh);
}

/// The sample names files of a real host; here the one that is read at once is ours.
std::string sample_with_password(const test::TempFolder& folder) {
    const auto path = (folder / "ldap.password").string();
    std::ofstream(path) << "secret\n";
    return with(sample(), "/etc/heliograph/ldap.password", path);
}

mmp::Config parse(const std::string& text) { return mmp::read_config(config::Document::parse(text, "mmp.toml")); }

}  // namespace

TEST_CASE("the sample configuration of the proxy parses and shows the defaults", "[mmp][config]") {
    const test::TempFolder folder;
    const auto config = parse(sample_with_password(folder));
    CHECK(config.imap.size() == 2);
    CHECK(config.pop.size() == 2);
    CHECK(config.imap[1].name == "imaps");
    CHECK(config.imap[1].implicit_tls);
    REQUIRE(config.site_tls);
    CHECK(config.site_tls->peer_check == net::PeerCheck::required);
    CHECK_FALSE(config.site_tls->is_server);
    CHECK(config.mailhosts.find("store-b.example.test", route::Protocol::pop3));

    const mmp::FrontendConfig frontend;
    CHECK(config.frontend.login_time == frontend.login_time);
    CHECK(config.frontend.failed_logins == frontend.failed_logins);
    CHECK(config.frontend.bad_commands == frontend.bad_commands);
    CHECK(config.frontend.relay.idle == frontend.relay.idle);
    CHECK(config.frontend.relay.buffer_bytes == frontend.relay.buffer_bytes);
    CHECK(config.frontend.imap_capability == frontend.imap_capability);
    const mmp::StoresConfig stores;
    CHECK(config.stores.tls == stores.tls);
    CHECK(config.stores.identity.name == stores.identity.name);
    CHECK(config.stores.connect_timeout == stores.connect_timeout);
    CHECK(config.stores.login_timeout == stores.login_timeout);
    CHECK(config.stores.health.failures == stores.health.failures);
    CHECK(config.stores.health.open_for == stores.health.open_for);
    const auth::ThrottleConfig throttle;
    CHECK(config.auth.throttle.failures_per_address == throttle.failures_per_address);
    CHECK(config.auth.throttle.failures_per_user == throttle.failures_per_user);
    CHECK(config.auth.throttle.window == throttle.window);
    CHECK(config.auth.throttle.delay == throttle.delay);
    const net::SessionLimits limits;
    CHECK(config.limits.total == limits.total);
    CHECK(config.limits.per_address == limits.per_address);
    CHECK(config.limits.per_user == limits.per_user);
}

TEST_CASE("configurations that can't work or weaken the trust are refused", "[mmp][config]") {
    const test::TempFolder folder;
    const auto text = sample_with_password(folder);
    CHECK_THROWS_WITH(parse(with(text, "login_time", "logintime")), Catch::Contains("login_time"));
    CHECK_THROWS_AS(parse(with(text, "plaintext_from = []", "plaintext_from = [\"everybody\"]")), config::ConfigError);
    CHECK_THROWS_AS(parse(with(text, "relay_buffer = \"16KiB\"", "relay_buffer = \"16MiB\"")), config::ConfigError);
    CHECK_THROWS_AS(parse(with(text, "ca = \"/etc/heliograph/site-ca.pem\"",
                               "ca = \"/etc/heliograph/site-ca.pem\"\npeer_check = \"none\"")),
                    config::ConfigError);
    CHECK_THROWS_AS(parse(with(text, "\"ENABLE\", ", "\"X\\r\\n* BYE\", ")), config::ConfigError);
    CHECK_THROWS_AS(parse(with(text, "[site_tls]", "[tls.names.\"x.test\"]")), config::ConfigError);
    CHECK_THROWS_AS(parse("[ldap]\nurls = [\"ldap://127.0.0.1\"]\nbase_dn = \"o=x\"\n"), config::ConfigError);
}
