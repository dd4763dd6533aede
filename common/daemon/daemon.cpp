#include "common/daemon/daemon.h"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <sysexits.h>

#include "common/base/signals.h"

namespace helio::daemon {
namespace {

[[noreturn]] void wrong_usage(std::string_view name, std::string_view why) {
    std::cerr << name << ": " << why << "; see " << name << " --help\n";
    std::exit(EX_USAGE);
}

constexpr std::string_view data_help =
    "  --verify       with the daemon stopped: check log and index, and say exactly what is wrong\n"
    "  --rebuild      with the daemon stopped: make the index anew from the log\n";

[[noreturn]] void print_help(std::string_view name, std::string_view about, Keeps keeps) {
    const bool has_data = keeps == Keeps::data;
    std::cout << fmt::format(
        "{0}: {1}\n\n"
        "usage: {0} --config FILE [--check{2}]\n\n"
        "  --config FILE  the TOML configuration (a commented sample is installed with the daemon)\n"
        "  --check        read and check the configuration and the files it names, then end\n"
        "{3}"
        "  --version      print the version\n"
        "  --help         print this\n\n"
        "SIGHUP reads certificates again and reopens the log; SIGTERM drains and ends.\n",
        name, about, has_data ? " | --verify | --rebuild" : "", has_data ? data_help : "");
    std::exit(0);
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv, std::string_view name, std::string_view about, Keeps keeps) {
    CommandLine line;
    const bool has_data = keeps == Keeps::data;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--help" || word == "-h") print_help(name, about, keeps);
        if (word == "--version") {
            std::cout << name << " " HELIO_VERSION "\n";
            std::exit(0);
        }
        if (word == "--check") {
            line.check = true;
        } else if (has_data && word == "--verify") {
            line.verify = true;
        } else if (has_data && word == "--rebuild") {
            line.rebuild = true;
        } else if (word == "--config" && i + 1 < argc) {
            line.config_path = argv[++i];
        } else if (word.starts_with("--config=")) {
            line.config_path = word.substr(9);
        } else {
            wrong_usage(name, fmt::format("'{}' is not understood", word));
        }
    }
    if (line.config_path.empty()) wrong_usage(name, "--config FILE is missing");
    if (line.check + line.verify + line.rebuild > 1) wrong_usage(name, "--check, --verify and --rebuild go one by one");
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
    // Until the runtime waits for it, a reload would end the process: a start may take long (a log to replay).
    base::block_signal(SIGHUP);
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
