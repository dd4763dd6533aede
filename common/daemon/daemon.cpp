#include "common/daemon/daemon.h"

#include <cstdlib>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <sysexits.h>

namespace helio::daemon {
namespace {

[[noreturn]] void wrong_usage(std::string_view name, std::string_view why) {
    std::cerr << name << ": " << why << "; see " << name << " --help\n";
    std::exit(EX_USAGE);
}

[[noreturn]] void print_help(std::string_view name, std::string_view about) {
    std::cout << fmt::format(
        "{0}: {1}\n\n"
        "usage: {0} --config FILE [--check]\n\n"
        "  --config FILE  the TOML configuration (a commented sample is installed with the daemon)\n"
        "  --check        read and check the configuration and the files it names, then end\n"
        "  --version      print the version\n"
        "  --help         print this\n\n"
        "SIGHUP reads certificates again and reopens the log; SIGTERM drains and ends.\n",
        name, about);
    std::exit(0);
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv, std::string_view name, std::string_view about) {
    CommandLine line;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--help" || word == "-h") print_help(name, about);
        if (word == "--version") {
            std::cout << name << " " HELIO_VERSION "\n";
            std::exit(0);
        }
        if (word == "--check") {
            line.check = true;
        } else if (word == "--config" && i + 1 < argc) {
            line.config_path = argv[++i];
        } else if (word.starts_with("--config=")) {
            line.config_path = word.substr(9);
        } else {
            wrong_usage(name, fmt::format("'{}' is not understood", word));
        }
    }
    if (line.config_path.empty()) wrong_usage(name, "--config FILE is missing");
    return line;
}

CommonConfig read_common(config::Section root, std::string_view default_admin) {
    CommonConfig common;
    auto log = root.section("log");
    common.log.level = static_cast<logging::Level>(log.choice("level", {"debug", "info", "warning", "error"}, "info"));
    common.log.format = static_cast<logging::Format>(log.choice("format", {"logfmt", "json"}, "logfmt"));
    common.log.file = log.text("file", "");
    auto admin = root.section("admin");
    const auto endpoint = net::Endpoint::parse(admin.text("listen", default_admin));
    if (!endpoint) admin.refuse("listen", "must be address:port such as \"127.0.0.1:9110\"");
    common.admin = *endpoint;
    common.admin_enabled = admin.flag("enabled", true);
    auto runtime = root.section("runtime");
    common.threads = static_cast<unsigned>(runtime.integer("threads", 0, 0, 256));
    if (common.threads == 0) common.threads = std::max(1u, std::thread::hardware_concurrency());
    common.drain = runtime.duration("drain", common.drain);
    return common;
}

int guarded_main(std::string_view name, const std::function<int()>& body) {
    try {
        return body();
    } catch (const base::StartupError& error) {
        std::cerr << name << ": " << error.what() << '\n';
        return EX_CONFIG;
    } catch (const std::exception& error) {
        std::cerr << name << ": " << error.what() << '\n';
        return EX_SOFTWARE;
    }
}

}  // namespace helio::daemon
