#include "common/daemon/check.h"

#include <fstream>

#include "common/auth/oauth_config.h"
#include "common/base/startup_error.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

using namespace helio;
using base::StartupError;

TEST_CASE("--check finds files that a start could not use", "[daemon]") {
    const test::TempFolder folder;
    const auto garbage = (folder / "garbage").string();
    std::ofstream(garbage) << "no certificate, no key\n";

    CHECK_NOTHROW(daemon::check_folder(folder / "not" / "yet", "storage.folder"));
    CHECK_FALSE(std::filesystem::exists(folder / "not"));
    CHECK_THROWS_WITH(daemon::check_folder(garbage, "storage.folder"),
                      Catch::StartsWith("storage.folder: ") && Catch::Contains("is no folder"));

    logging::Config log;
    ldap::Config directory;
    auth::AuthConfig login;
    dns::Config resolver;
    const auto check = [&] { daemon::check_files(log, directory, login, resolver); };
    CHECK_NOTHROW(check());
    log.file = (folder / "new.log").string();
    CHECK_NOTHROW(check());
    CHECK_FALSE(std::filesystem::exists(folder / "new.log"));
    for (const auto& bad : {garbage + "/x.log", (folder / "none" / "x.log").string(), folder.path().string()}) {
        log.file = bad;
        CHECK_THROWS_AS(check(), StartupError);
    }
    log.file.clear();

    directory.tls_ca = garbage;
    CHECK_THROWS_WITH(check(), Catch::Contains(garbage));
    directory.tls_ca.clear();
    auth::OauthConfig oauth;
    oauth.jwks_file = garbage;
    login.oauth = std::make_shared<const auth::OauthConfig>(oauth);
    CHECK_THROWS_WITH(check(), Catch::Contains(garbage));
    login.oauth = nullptr;

    resolver.trust_anchor_file = garbage;
    CHECK_THROWS_AS(check(), StartupError);
}
