#include "store/offline.h"

#include <cstring>
#include <iostream>

#include <sys/wait.h>
#include <unistd.h>

#include "store/mailbox/mailbox_model.h"

namespace helio::store {
namespace {

int print_report(const storage::VerifyReport& report, std::string_view done) {
    for (const auto& problem : report.problems) std::cout << problem << '\n';
    std::cout << done << ": " << report.records << " records, " << report.bodies << " bodies, "
              << report.problems.size() << " problems" << std::endl;
    return report.problems.empty() ? 0 : 1;
}

int verify_here(const Config& config) {
    const logging::Logger log(config.common.log, "store");
    base::Registry metrics;
    MailboxModel model;
    const auto partition = storage::Partition::open(config.store.storage, model, log, metrics);
    const int status = print_report(partition->verify(), "verified");
    partition->close();
    return status;
}

int verify_guarded(const Config& config) {
    try {
        return verify_here(config);
    } catch (const std::exception& error) {
        std::cout << error.what() << std::endl;
        return 1;
    }
}

}  // namespace

int verify_offline(const Config& config) {
    const auto child = ::fork();
    if (child < 0) throw base::StartupError(std::string("fork: ") + std::strerror(errno));
    if (child == 0) ::_exit(verify_guarded(config));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    std::cout << "the check died by signal " << WTERMSIG(status)
              << ": the index is damaged; make it anew with --rebuild" << std::endl;
    return 2;
}

int rebuild_offline(const Config& config) {
    const logging::Logger log(config.common.log, "store");
    MailboxModel model;
    return print_report(storage::rebuild(config.store.storage, model, log), "rebuilt");
}

}  // namespace helio::store
