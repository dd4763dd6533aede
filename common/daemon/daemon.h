// Daemon: what every main has in common: the command line, the [log], [admin] and [runtime] tables, the admin port,
// reload at SIGHUP and the orderly end at SIGTERM. A main reads top-down and builds its object graph by hand (STYLE
// S4).
#pragma once

#include <memory>
#include <string>

#include "common/config/document.h"
#include "common/logging/logger.h"
#include "common/net/admin_server.h"

namespace helio::daemon {

struct CommandLine {
    std::string config_path;
    bool check = false;    ///< read and check everything, say "ok", end
    bool verify = false;   ///< of a daemon that keeps data: check a stopped one's log and index
    bool rebuild = false;  ///< and make its index anew from the log
};

enum class Keeps { nothing, data };

/// Handles --help and --version itself (prints, exits 0) and wrong usage (prints, exits 64).
/// `about` is the one-line purpose for --help; one that keeps data has --verify and --rebuild too.
CommandLine parse_command_line(int argc, char** argv, std::string_view name, std::string_view about,
                               Keeps keeps = Keeps::nothing);

struct CommonConfig {
    logging::Config log;
    net::Endpoint admin;  ///< port 0 with enabled=false in [admin]: none
    bool admin_enabled = true;
    unsigned threads = 0;                     ///< 0 in the file: one per core
    std::chrono::milliseconds drain{30'000};  ///< how long SIGTERM waits for sessions
};
/// Reads [log] level, format, file; [admin] listen, enabled; [runtime] threads, drain.
CommonConfig read_common(config::Section root, std::string_view default_admin);

/// Runs `body` and turns StartupError into "name: text" on standard error and exit status 78 (EX_CONFIG).
int guarded_main(std::string_view name, const std::function<int()>& body);

}  // namespace helio::daemon
