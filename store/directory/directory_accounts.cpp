#include "store/directory/directory_accounts.h"

#include "common/net/worker.h"
#include "store/mailbox/quota.h"

namespace helio::store {

/// A session that waits on its own worker; the answer may come when it has given up.
struct DirectoryAccounts::Waiter {
    net::Worker& home = net::Worker::current();
    base::Event answered;
};

std::optional<KnownQuota> DirectoryAccounts::look_up(const std::string& user) {
    std::optional<KnownQuota> known;
    {
        const std::lock_guard guard(lock_);
        make_room();
        const auto [at, is_new] = entries_.try_emplace(user);
        auto& entry = at->second;
        known = entry.known;
        const auto now = clock_.now();
        const bool fresh = !is_new && now - entry.asked_at < limits_.fresh;
        if (fresh || entry.asking) return known;
        if (asking_ >= limits_.questions) {
            if (is_new) entries_.erase(at);  // not asked, so the next one asks
            return known;
        }
        entry.asked_at = now;
        entry.asking = true;
        ++asking_;
    }
    base::start(ask(user), [this, user](std::exception_ptr) { ended(user); });
    return known;
}

Task<QuotaLimits> DirectoryAccounts::limits_of(std::string user) {
    if (const auto known = look_up(user)) co_return known->limits;
    if (const auto waiter = wait_for(user)) {
        const auto deadline = std::chrono::steady_clock::now() + limits_.patience;
        (void)co_await waiter->home.wait(waiter->answered, deadline);
    }
    co_return known_limits(user);
}

std::shared_ptr<DirectoryAccounts::Waiter> DirectoryAccounts::wait_for(const std::string& user) {
    const std::lock_guard guard(lock_);
    const auto entry = entries_.find(user);
    if (entry == entries_.end() || !entry->second.asking || entry->second.answered) return nullptr;
    auto waiter = std::make_shared<Waiter>();
    entry->second.waiting.push_back(waiter);
    return waiter;
}

Task<GroupNames> DirectoryAccounts::groups_of(std::string user) {
    const auto entry = co_await directory_.find_login(std::move(user));
    if (!entry) co_return nullptr;
    const auto groups = co_await directory_.find_groups(entry.value);
    if (groups.found == ldap::Found::unknown) co_return nullptr;
    if (!groups) co_return std::make_shared<const std::vector<std::string>>();
    co_return GroupNames(groups.value, &groups.value->names);
}

QuotaLimits DirectoryAccounts::known_limits(const std::string& user) {
    const std::lock_guard guard(lock_);
    const auto entry = entries_.find(user);
    if (entry == entries_.end() || !entry->second.known) return {};
    return entry->second.known->limits;
}

Task<> DirectoryAccounts::ask(std::string user) {
    const auto answer = co_await directory_.find_login(user);
    answered(user, answer);
}

void DirectoryAccounts::answered(const std::string& user, const ldap::Answer<ldap::User>& answer) {
    const std::lock_guard guard(lock_);
    auto& entry = entries_[user];
    if (answer.found == ldap::Found::unknown) return;
    entry.answered = true;
    entry.known.reset();
    if (!answer) return;
    entry.known = KnownQuota{{limit_word(answer->quota_bytes), limit_word(answer->quota_messages)},
                             answer->status == ldap::Status::overquota};
}

void DirectoryAccounts::ended(const std::string& user) {
    base::Completion<bool>* closer = nullptr;
    std::vector<std::shared_ptr<Waiter>> waiting;
    {
        const std::lock_guard guard(lock_);
        auto& entry = entries_[user];
        entry.asking = false;
        waiting.swap(entry.waiting);
        if (--asking_ == 0) closer = std::exchange(closer_, nullptr);
    }
    for (auto& waiter : waiting) {
        waiter->home.post([waiter] { waiter->answered.notify(); });
    }
    if (closer) closer->set(true);
}

/// At the limit all that nobody asks about goes; it comes back when it is needed.
void DirectoryAccounts::make_room() {
    if (entries_.size() < limits_.entries) return;
    std::erase_if(entries_, [](const auto& item) { return !item.second.asking; });
}

Task<> DirectoryAccounts::close() {
    base::Completion<bool> closed;
    {
        const std::lock_guard guard(lock_);
        if (asking_ == 0) co_return;
        closer_ = &closed;
    }
    co_await closed;
}

}  // namespace helio::store
