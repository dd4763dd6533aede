#include "store/lmtpd/directory_quotas.h"

#include "store/mailbox/quota.h"

namespace helio::store::lmtp {

std::optional<KnownQuota> DirectoryQuotas::look_up(const std::string& user) {
    if (directory_ == nullptr) return std::nullopt;
    std::optional<KnownQuota> known;
    {
        const std::lock_guard guard(lock_);
        make_room();
        const auto [at, is_new] = entries_.try_emplace(user);
        auto& entry = at->second;
        known = entry.known;
        const auto now = clock_.now();
        const bool fresh = !is_new && now - entry.asked_at < limits_.fresh;
        if (fresh || entry.asking || asking_ >= limits_.questions) return known;
        entry.asked_at = now;
        entry.asking = true;
        ++asking_;
    }
    base::start(ask(user), [this, user](std::exception_ptr) { ended(user); });
    return known;
}

Task<> DirectoryQuotas::ask(std::string user) {
    const auto answer = co_await directory_->find_login(user);
    answered(user, answer);
}

void DirectoryQuotas::answered(const std::string& user, const ldap::Answer<ldap::User>& answer) {
    const std::lock_guard guard(lock_);
    auto& entry = entries_[user];
    if (answer.found == ldap::Found::unknown) return;
    entry.known.reset();
    if (!answer) return;
    entry.known = KnownQuota{{limit_word(answer->quota_bytes), limit_word(answer->quota_messages)},
                             answer->status == ldap::Status::overquota};
}

void DirectoryQuotas::ended(const std::string& user) {
    base::Completion<bool>* closer = nullptr;
    {
        const std::lock_guard guard(lock_);
        entries_[user].asking = false;
        if (--asking_ == 0) closer = std::exchange(closer_, nullptr);
    }
    if (closer) closer->set(true);
}

/// At the limit all that nobody asks about goes; it comes back when it is needed.
void DirectoryQuotas::make_room() {
    if (entries_.size() < limits_.entries) return;
    std::erase_if(entries_, [](const auto& item) { return !item.second.asking; });
}

Task<> DirectoryQuotas::close() {
    base::Completion<bool> closed;
    {
        const std::lock_guard guard(lock_);
        if (asking_ == 0) co_return;
        closer_ = &closed;
    }
    co_await closed;
}

}  // namespace helio::store::lmtp
