#include "common/storage/offline.h"

#include <cerrno>
#include <cstring>
#include <iostream>

#include <sys/wait.h>
#include <unistd.h>

#include "common/base/startup_error.h"
#include "common/storage/engine.h"

namespace helio::storage {
namespace {

int print_report(const VerifyReport& report, std::string_view done) {
    for (const auto& problem : report.problems) std::cout << problem << '\n';
    std::cout << done << ": " << report.records << " records, " << report.bodies << " bodies, "
              << report.problems.size() << " problems" << std::endl;
    return report.problems.empty() ? 0 : 1;
}

/// A folder that is not mounted must not pass for a sound partition.
void need_partition(const Options& options) {
    if (std::filesystem::exists(options.folder / "segments")) return;
    throw base::StartupError("partition " + options.folder.string() +
                             ": there is none; is the file system mounted, and the configuration the daemon's?");
}

int verify_here(Options options, Model& model, const logging::Logger& log) try {
    base::Registry metrics;
    options.compaction_thread = false;
    const auto partition = Partition::open(options, model, log, metrics);
    const int status = print_report(partition->verify(), "verified");
    partition->close();
    return status;
} catch (const std::exception& error) {
    std::cout << error.what() << std::endl;
    return 1;
}

}  // namespace

int print_verified(const Options& options, Model& model, const logging::Logger& log) {
    need_partition(options);
    FolderLock(options.folder);  // a running daemon is no damage: it throws, with another exit status
    const auto child = ::fork();
    if (child < 0) throw base::StartupError(std::string("fork: ") + std::strerror(errno));
    if (child == 0) ::_exit(verify_here(options, model, log));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    std::cout << "the check died by signal " << WTERMSIG(status)
              << ": the index is damaged; make it anew with --rebuild" << std::endl;
    return 2;
}

int print_rebuilt(const Options& options, Model& model, const logging::Logger& log) {
    need_partition(options);
    return print_report(rebuild(options, model, log), "rebuilt");
}

}  // namespace helio::storage
