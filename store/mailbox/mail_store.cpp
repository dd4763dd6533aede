#include "common/base/text.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/mail_store_impl.h"
#include "store/mailbox/quota_changes.h"

namespace helio::store {

Result<> MailStore::Impl::read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const {
    bool found = false;
    partition->read([&](const storage::IndexReader& index) {
        auto info = read_info(index, mailbox);
        if (!info) return;
        found = true;
        use(MailboxView(index, to_mailbox(mailbox, std::move(*info))));
    });
    if (!found) return fail(errc::no_such_mailbox);
    return {};
}

Result<UidsAt> MailStore::Impl::uids_at(MailboxId mailbox) {
    UidsAt found;
    const auto done = read(mailbox, [&](const MailboxView& view) { found = uid_cache.uids(view); });
    if (!done) return fail(done.error());
    return found;
}

Result<std::shared_ptr<const UidSet>> MailStore::Impl::uids(MailboxId mailbox) {
    auto found = uids_at(mailbox);
    if (!found) return fail(std::move(found).error());
    return std::move(found->uids);
}

MailStore::MailStore(StoreConfig config, const logging::Logger& log, base::Registry& metrics, const base::Clock& clock,
                     AccountSource* accounts) {
    const auto options = config.storage;
    const auto open = [&](storage::Model& model) { return storage::Partition::open(options, model, log, metrics); };
    impl_ = std::make_unique<Impl>(std::move(config), open, log, metrics, clock, accounts);
}

MailStore::MailStore(StoreConfig config, OpenPartition open, const logging::Logger& log, base::Registry& metrics,
                     const base::Clock& clock, AccountSource* accounts)
    : impl_(std::make_unique<Impl>(std::move(config), open, log, metrics, clock, accounts)) {}

MailStore::~MailStore() = default;

const StoreLimits& MailStore::limits() const { return impl_->config.limits; }

const SharingRules& MailStore::sharing() const { return impl_->config.sharing; }

std::optional<UserId> MailStore::find_user(std::string_view user) const {
    std::optional<UserId> found;
    const auto name = base::to_lower(user);
    impl_->partition->read([&](const storage::IndexReader& index) { found = store::find_user(index, name); });
    return found;
}

Result<> MailStore::read(UserId user, const std::function<void(const UserView&)>& use) const {
    bool found = false;
    impl_->partition->read([&](const storage::IndexReader& index) {
        if (!read_user(index, user)) return;
        found = true;
        use(UserView(index, user));
    });
    if (!found) return fail(errc::no_such_user);
    return {};
}

Result<> MailStore::read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const {
    return impl_->read(mailbox, use);
}

Result<Mailbox> MailStore::find_mailbox(UserId user, std::string_view name) const {
    std::optional<Mailbox> found;
    const auto done = read(user, [&](const UserView& view) { found = view.find(name); });
    if (!done || !found) return fail(errc::no_such_mailbox, std::string(name));
    return std::move(*found);
}

Result<MailboxStatus> MailStore::status(MailboxId mailbox) const {
    MailboxStatus found;
    const auto done = read(mailbox, [&](const MailboxView& view) { found = view.status(); });
    if (!done) return fail(done.error());
    return found;
}

Result<std::shared_ptr<const UidSet>> MailStore::uids(MailboxId mailbox) const { return impl_->uids(mailbox); }

Result<UidsAt> MailStore::uids_at(MailboxId mailbox) const { return impl_->uids_at(mailbox); }

std::optional<UidsAt> MailStore::known_uids(MailboxId mailbox, ModSeq modseq) const {
    return impl_->uid_cache.known_uids(mailbox, modseq);
}

Result<std::unique_ptr<storage::Body>> MailStore::open_body(BodyId body) const {
    return impl_->partition->open_body(body);
}

Result<std::string> MailStore::summary(BodyId body) const {
    std::optional<std::string> found;
    impl_->partition->read([&](const storage::IndexReader& index) {
        if (const auto bytes = index.get(keys::summary, keys::of_body(body))) found.emplace(*bytes);
    });
    if (!found) return fail(errc::no_such_message);
    return std::move(*found);
}

Task<GroupNames> MailStore::known_groups(std::string user) {
    bool any = false;
    impl_->partition->read([&any](const storage::IndexReader& index) { any = uses_groups(index); });
    if (!any || impl_->accounts == nullptr) co_return nullptr;
    co_return co_await impl_->accounts->groups_of(base::to_lower(user));
}

Task<QuotaLimits> MailStore::known_quota(std::string user) {
    if (impl_->accounts == nullptr) co_return QuotaLimits{};
    co_return co_await impl_->accounts->limits_of(base::to_lower(user));
}

Result<std::vector<QuotaRoot>> MailStore::quota_roots(MailboxId mailbox, const QuotaLimits& known,
                                                      bool with_domain) const {
    std::vector<QuotaRoot> roots;
    const auto& config = impl_->config.quota;
    impl_->partition->read([&](const storage::IndexReader& index) {
        if (!read_info(index, mailbox)) return;
        roots.push_back(user_quota_root(index, config, mailbox.owner(), known));
        if (auto folder = folder_quota_root(index, mailbox)) roots.push_back(std::move(*folder));
        if (!with_domain) return;
        const auto owner = read_user(index, mailbox.owner()).value_or(UserRow{});
        if (auto domain = domain_quota_root(index, config, owner.domain)) roots.push_back(std::move(*domain));
    });
    if (roots.empty()) return fail(errc::no_such_mailbox);
    return roots;
}

Result<QuotaRoot> MailStore::quota_root(const QuotaRootName& name, const QuotaLimits& known) const {
    std::optional<QuotaRoot> found;
    const auto& config = impl_->config.quota;
    impl_->partition->read([&](const storage::IndexReader& index) {
        const auto root = find_quota_root(index, name);
        if (!root) return;
        if (root->scope == QuotaScope::user) found = user_quota_root(index, config, root->user_id, known);
        if (root->scope == QuotaScope::domain) found = domain_quota_root(index, config, root->domain);
        if (root->scope == QuotaScope::folder) found = folder_quota_root(index, root->mailbox);
    });
    if (!found) return fail(errc::no_such_quota_root);
    return std::move(*found);
}

std::uint64_t MailStore::quotas_set() const { return impl_->quotas_set; }

Result<Watch> MailStore::watch(MailboxId mailbox, OnMailboxEvent on_event) {
    return impl_->hub.watch_mailbox(mailbox, std::move(on_event));
}

Result<Watch> MailStore::watch(UserId user, OnMailboxEvent on_event) {
    return impl_->hub.watch_user(user, std::move(on_event));
}

Uid MailStore::claim_recent(MailboxId mailbox, Uid uid_next, bool claim) {
    return impl_->recent.claim(mailbox, uid_next, claim);
}

std::string MailStore::not_ready() const { return impl_->partition->not_ready(); }

storage::Partition& MailStore::partition() { return *impl_->partition; }

void MailStore::close() { impl_->partition->close(); }

}  // namespace helio::store
