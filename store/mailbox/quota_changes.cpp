#include "store/mailbox/quota_changes.h"

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/names.h"

namespace helio::store {

Result<QuotaRootId> find_quota_root(const storage::IndexReader& index, const QuotaRootName& name) {
    constexpr std::size_t longest_domain = 400;
    if (name.scope == QuotaScope::domain) {
        if (name.owner.size() > longest_domain || name.owner.find('@') != std::string::npos) {
            return fail(errc::no_such_quota_root);
        }
        return QuotaRootId::of_domain(name.owner);
    }
    const auto user = find_user(index, name.owner);
    if (!user) return fail(errc::no_such_quota_root);
    if (name.scope == QuotaScope::user) return QuotaRootId::user(*user);
    const auto mailbox = find_mailbox(index, *user, canonical_name(name.mailbox));
    if (!mailbox) return fail(errc::no_such_quota_root);
    return QuotaRootId::folder(*mailbox);
}

Result<> SetQuotaChange::plan(storage::Decision& decision) {
    const auto root = find_quota_root(decision.index(), root_);
    if (!root) return fail(root.error());
    if (limits_.mailboxes && root->scope != QuotaScope::user) return fail(errc::not_allowed, "limit of mailboxes");
    const auto now = read_quota(decision.index(), *root).value_or(QuotaLimits{});
    if (now != limits_) add(decision, records::QuotaSet{*root, limits_});
    return {};
}

}  // namespace helio::store
