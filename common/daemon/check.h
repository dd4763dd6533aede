// What --check looks at besides the configuration itself: the files that a start would read or write, so that "ok"
// means that the daemon starts. Changes nothing. All throw base::StartupError with the file and the remedy.
#pragma once

#include <filesystem>
#include <string>

#include "common/auth/config.h"
#include "common/dns/config.h"
#include "common/ldap/config.h"
#include "common/logging/logger.h"

namespace helio::daemon {

/// What every daemon has: the log file can be opened; the directory's and the authorization server's CA, the keys of
/// tokens and the trust anchors of the DNS are what they should be.
void check_files(const logging::Config& log, const ldap::Config& ldap, const auth::AuthConfig& auth,
                 const dns::Config& dns);
/// The folder is there and this user may write to it, or it can be made. `key` is what names it.
void check_folder(const std::filesystem::path& folder, const std::string& key);

}  // namespace helio::daemon
