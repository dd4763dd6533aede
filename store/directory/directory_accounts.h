// DirectoryAccounts: what the directory says about accounts: their room, remembered, and their groups. look_up()
// answers from memory at once and, when nothing fresh is known, asks the directory behind the caller's back: the next
// delivery has it. limits_of() does the same but waits, for a bounded time, for the very first answer about an account.
// While the directory is away the last known holds. One for the daemon; thread-safe; bounded.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/base/completion.h"
#include "common/ldap/directory.h"
#include "store/mailbox/account_source.h"
#include "store/mailbox/message.h"

namespace helio::store {

struct KnownQuota {
    QuotaLimits limits;
    bool over = false;  ///< mailUserStatus: overquota
};

class DirectoryAccounts final : public AccountSource {
public:
    struct Limits {
        std::size_t entries = 100'000;
        std::size_t questions = 64;  ///< under way at once; more are not asked
        std::chrono::seconds fresh{300};
        std::chrono::milliseconds patience{1'000};  ///< of limits_of()
    };
    /// `directory` and `clock` must outlive this.
    DirectoryAccounts(ldap::Directory& directory, Limits limits, const base::Clock& clock = base::system_clock())
        : directory_(directory), limits_(limits), clock_(clock) {}

    /// `user`: "uid@canonical-domain". On a worker's thread.
    std::optional<KnownQuota> look_up(const std::string& user);
    /// On a net::Worker's thread.
    Task<QuotaLimits> limits_of(std::string user) override;
    /// Waits as the directory does; its own caches answer most. For logins.
    Task<GroupNames> groups_of(std::string user) override;
    /// Waits for the questions under way; no look_up() after it.
    Task<> close();

private:
    struct Waiter;
    struct Entry {
        std::optional<KnownQuota> known;
        base::SteadyTime asked_at;
        bool asking = false;
        bool answered = false;  ///< by the directory, at least once: found or absent
        std::vector<std::shared_ptr<Waiter>> waiting;
    };
    Task<> ask(std::string user);
    void make_room();
    void answered(const std::string& user, const ldap::Answer<ldap::User>& answer);
    void ended(const std::string& user);
    /// Null: the answer is there, or nobody asks.
    std::shared_ptr<Waiter> wait_for(const std::string& user);
    QuotaLimits known_limits(const std::string& user);

    ldap::Directory& directory_;
    const Limits limits_;
    const base::Clock& clock_;
    std::mutex lock_;
    std::unordered_map<std::string, Entry> entries_;
    std::size_t asking_ = 0;
    base::Completion<bool>* closer_ = nullptr;
};

}  // namespace helio::store
