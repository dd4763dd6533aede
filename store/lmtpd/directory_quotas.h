// DirectoryQuotas: what the directory says about the room of recipients, known without waiting for it. look_up()
// answers from memory at once and, when nothing fresh is known, asks the directory behind the caller's back: the next
// delivery has it. While the directory is away the last known holds. One for all LMTP sessions; thread-safe; bounded.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/base/clock.h"
#include "common/base/completion.h"
#include "common/ldap/directory.h"
#include "store/mailbox/message.h"

namespace helio::store::lmtp {

struct KnownQuota {
    QuotaLimits limits;
    bool over = false;  ///< mailUserStatus: overquota
};

class DirectoryQuotas {
public:
    struct Limits {
        std::size_t entries = 100'000;
        std::size_t questions = 64;  ///< under way at once; more are not asked
        std::chrono::seconds fresh{300};
    };
    /// `directory` may be null: nothing is known. It and `clock` must outlive this.
    DirectoryQuotas(ldap::Directory* directory, Limits limits, const base::Clock& clock)
        : directory_(directory), limits_(limits), clock_(clock) {}

    /// `user`: "uid@canonical-domain". On a worker's thread.
    std::optional<KnownQuota> look_up(const std::string& user);
    /// Waits for the questions under way; no look_up() after it.
    Task<> close();

private:
    struct Entry {
        std::optional<KnownQuota> known;
        base::SteadyTime asked_at;
        bool asking = false;
    };
    Task<> ask(std::string user);
    void make_room();
    void answered(const std::string& user, const ldap::Answer<ldap::User>& answer);
    void ended(const std::string& user);

    ldap::Directory* directory_;
    const Limits limits_;
    const base::Clock& clock_;
    std::mutex lock_;
    std::unordered_map<std::string, Entry> entries_;
    std::size_t asking_ = 0;
    base::Completion<bool>* closer_ = nullptr;
};

}  // namespace helio::store::lmtp
