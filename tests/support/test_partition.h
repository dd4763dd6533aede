// TestPartition: a partition with a MailboxModel in a folder, opened small (little segments), and synchronous calls for
// tests.
#pragma once

#include <map>
#include <memory>

#include "tests/support/loop_executor.h"
#include "tests/support/mailbox_model.h"
#include "tests/support/temp_folder.h"

namespace helio::test {

class TestPartition {
public:
    static storage::Options small_options(const std::filesystem::path& folder);

    explicit TestPartition(const std::filesystem::path& folder) : TestPartition(small_options(folder)) {}
    explicit TestPartition(const storage::Options& options);
    ~TestPartition();

    Result<> submit(storage::Change& change);
    /// The UID that the message got.
    Result<std::uint32_t> append(std::uint32_t box, std::string text, std::uint32_t copy_to = 0);
    Result<> set_flags(std::uint32_t box, std::uint32_t uid, std::string flags);
    Result<> expunge(std::uint32_t box, std::uint32_t uid);
    /// The message's text. Errors: no_such_body for the row too.
    Result<std::string> text(std::uint32_t box, std::uint32_t uid);
    std::optional<Message> message(std::uint32_t box, std::uint32_t uid);
    Box box(std::uint32_t number);
    /// Every row of the index.
    std::map<std::string, std::string> rows();

    storage::Partition& get() { return *partition_; }
    void close() { partition_->close(); }
    /// Closes it and lets go of the folder; only reopen() may follow.
    void let_go() { partition_.reset(); }
    void reopen();
    LoopExecutor& executor() { return executor_; }
    const storage::Options& options() const { return options_; }
    base::Registry& metrics() { return metrics_; }

    static const logging::Logger& quiet_log();

private:
    storage::Options options_;
    LoopExecutor executor_;
    MailboxModel model_;
    base::Registry metrics_;
    std::unique_ptr<storage::Partition> partition_;
};

/// Bytes that do not compress and differ by `seed`.
std::string noise(std::size_t bytes, std::uint64_t seed);

}  // namespace helio::test
