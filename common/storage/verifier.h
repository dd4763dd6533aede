// Verifier: checks every record and body of the log, and the index against a replay of the log into a temporary index.
// A difference names the table and the key. LMDB has no checksums of its own, and a truncated map raises SIGBUS: a
// daemon that must not die runs it in a child process (helio-store --verify, which opens the partition by
// verify_offline()).
#pragma once

#include "common/logging/logger.h"
#include "common/storage/index.h"
#include "common/storage/log_walker.h"

namespace helio::storage {

class Verifier {
public:
    Verifier(const Options& options, Model& model, const SegmentSet& segments, const logging::Logger& log);

    /// Against the index as it is now. No segment may be removed meanwhile (Compactor::pause).
    VerifyReport run(const Index& index);

private:
    void replay(Index& fresh, const IndexState& until);
    void compare(const Index::View& held, const Index::View& fresh);
    void compare_table(const Table& table, const Index::View& held, const Index::View& fresh);
    void compare_bodies(const Index::View& held, const Index::View& fresh);
    void problem(std::string what);

    const Options& options_;
    Model& model_;
    const SegmentSet& segments_;
    const logging::Logger& logger_;
    VerifyReport report_;
};

}  // namespace helio::storage
