#include "store/mailbox/quota.h"

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"

namespace helio::store {
namespace {

bool fits_in(std::uint64_t used, std::uint64_t more, const std::optional<std::uint64_t>& limit) {
    return !limit || more == 0 || (used <= *limit && more <= *limit - used);
}

bool fits(const Usage& usage, const QuotaNeed& need, const QuotaLimits& limits) {
    return fits_in(usage.bytes, need.bytes, limits.bytes) && fits_in(usage.messages, need.messages, limits.messages);
}

/// The first of the words that is said.
std::optional<std::uint64_t> first_of(std::initializer_list<std::optional<std::uint64_t>> words) {
    for (const auto& word : words) {
        if (!word) continue;
        if (*word == unlimited) return std::nullopt;
        return word;
    }
    return std::nullopt;
}

QuotaLimits domain_limits(const storage::IndexReader& index, const QuotaConfig& config, const std::string& domain) {
    const auto set = read_quota(index, QuotaRootId::of_domain(domain)).value_or(QuotaLimits{});
    return {first_of({set.bytes, config.domain_default.bytes}),
            first_of({set.messages, config.domain_default.messages})};
}

std::string user_name(const storage::IndexReader& index, UserId user) {
    return std::string(index.get(keys::owner, keys::of_user(user)).value_or(""));
}

}  // namespace

std::optional<std::uint64_t> limit_word(std::optional<std::int64_t> word) {
    if (!word || *word < -1) return std::nullopt;
    return *word == -1 ? unlimited : static_cast<std::uint64_t>(*word);
}

QuotaLimits user_limits(const storage::IndexReader& index, const QuotaConfig& config, UserId user,
                        const QuotaLimits& known) {
    const auto set = read_quota(index, QuotaRootId::user(user)).value_or(QuotaLimits{});
    return {first_of({set.bytes, known.bytes, config.user_default.bytes}),
            first_of({set.messages, known.messages, config.user_default.messages}), set.mailboxes};
}

Result<> check_account_quota(const storage::IndexReader& index, const QuotaConfig& config, UserId user,
                             const QuotaLimits& known, const QuotaNeed& need) {
    const auto row = read_user(index, user).value_or(UserRow{});
    if (!fits(row.usage, need, user_limits(index, config, user, known))) return fail(errc::over_quota, "user");
    const auto limits = domain_limits(index, config, row.domain);
    if (limits.empty()) return {};
    const auto domain = read_domain(index, row.domain).value_or(DomainRow{});
    if (!fits(domain.usage, need, limits)) return fail(errc::over_quota, "domain");
    return {};
}

Result<> check_folder_quota(const storage::IndexReader& index, MailboxId mailbox, const QuotaNeed& need) {
    const auto limits = read_quota(index, QuotaRootId::folder(mailbox));
    if (!limits) return {};
    const auto row = read_mailbox(index, mailbox).value_or(MailboxRow{});
    if (!fits({row.size_bytes, row.messages}, need, *limits)) return fail(errc::over_quota, "folder");
    return {};
}

Result<> check_quota(const storage::IndexReader& index, const QuotaConfig& config, MailboxId mailbox,
                     const QuotaLimits& known, const QuotaNeed& need) {
    auto checked = check_account_quota(index, config, mailbox.owner(), known, need);
    if (!checked) return checked;
    return check_folder_quota(index, mailbox, need);
}

QuotaRoot user_quota_root(const storage::IndexReader& index, const QuotaConfig& config, UserId user,
                          const QuotaLimits& known) {
    const auto row = read_user(index, user).value_or(UserRow{});
    return {{QuotaScope::user, user_name(index, user), {}},
            user_limits(index, config, user, known),
            row.usage,
            row.mailboxes};
}

std::optional<QuotaRoot> domain_quota_root(const storage::IndexReader& index, const QuotaConfig& config,
                                           std::string_view domain) {
    const std::string name(domain);
    const auto limits = domain_limits(index, config, name);
    const auto row = read_domain(index, name);
    if (limits.empty() && !row) return std::nullopt;
    return QuotaRoot{{QuotaScope::domain, name, {}}, limits, row.value_or(DomainRow{}).usage, 0};
}

std::optional<QuotaRoot> folder_quota_root(const storage::IndexReader& index, MailboxId mailbox) {
    const auto limits = read_quota(index, QuotaRootId::folder(mailbox));
    const auto info = read_info(index, mailbox);
    if (!limits || !info) return std::nullopt;
    const auto row = read_mailbox(index, mailbox).value_or(MailboxRow{});
    return QuotaRoot{{QuotaScope::folder, user_name(index, mailbox.owner()), info->name},
                     *limits,
                     {row.size_bytes, row.messages},
                     0};
}

}  // namespace helio::store
