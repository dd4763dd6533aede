#include "store/mailbox/index_rows.h"

namespace helio::store {

std::optional<MailboxRow> read_mailbox(const storage::IndexReader& index, MailboxId id) {
    const auto row = index.get(keys::mailbox, keys::counters(id));
    if (!row) return std::nullopt;
    return MailboxRow::decode(*row);
}

std::optional<InfoRow> read_info(const storage::IndexReader& index, MailboxId id) {
    const auto row = index.get(keys::mailbox, keys::info(id));
    if (!row) return std::nullopt;
    return InfoRow::decode(*row);
}

std::optional<UserRow> read_user(const storage::IndexReader& index, UserId id) {
    const auto row = index.get(keys::mailbox, keys::user_row(id));
    if (!row) return std::nullopt;
    return UserRow::decode(*row);
}

std::optional<Message> read_message(const storage::IndexReader& index, MailboxId id, Uid uid) {
    const auto row = index.get(keys::mailbox, keys::message(id, uid));
    if (!row) return std::nullopt;
    return MessageRow::decode(uid, *row);
}

std::optional<UserId> find_user(const storage::IndexReader& index, std::string_view name) {
    constexpr std::size_t longest_key = 500;
    if (name.empty() || name.size() > longest_key) return std::nullopt;
    const auto row = index.get(keys::user, name);
    if (!row) return std::nullopt;
    return keys::user_of(*row);
}

std::optional<MailboxId> find_mailbox(const storage::IndexReader& index, UserId user, std::string_view name) {
    constexpr std::size_t longest_name = 490;
    if (name.size() > longest_name) return std::nullopt;
    const auto row = index.get(keys::name, keys::of_user(user, name));
    if (!row) return std::nullopt;
    return keys::mailbox_of(*row);
}

std::optional<DomainRow> read_domain(const storage::IndexReader& index, std::string_view domain) {
    const auto row = index.get(keys::domain, domain);
    if (!row) return std::nullopt;
    return DomainRow::decode(*row);
}

std::optional<QuotaLimits> read_quota(const storage::IndexReader& index, const QuotaRootId& root) {
    const auto row = index.get(keys::quota, root.key());
    if (!row) return std::nullopt;
    return QuotaRow::decode(*row);
}

Mailbox to_mailbox(MailboxId id, InfoRow info) {
    return {id, std::move(info.name), info.uid_validity, info.special_use, info.created, info.born, info.modseq};
}

namespace {

/// Calls `visit` with each place of a copy until it returns false.
template <class Visit>
void each_holder(const storage::IndexReader& index, UserId user, EmailId email, const Visit& visit) {
    // An email's id is that of its body (append_changes.cpp), which the copies share.
    const BodyId body{email.value};
    const auto prefix = keys::of_holders(body, user);
    index.scan(keys::holder, prefix, keys::after_prefix(prefix), [&](std::string_view key, std::string_view) {
        Decoder in(key.substr(sizeof body.value));
        const MailboxId mailbox{in.u64be()};
        return visit(mailbox, Uid{in.u32be()});
    });
}

}  // namespace

std::vector<EmailCopy> read_copies(const storage::IndexReader& index, UserId user, EmailId email) {
    std::vector<std::pair<MailboxId, Uid>> places;
    each_holder(index, user, email, [&places](MailboxId mailbox, Uid uid) {
        places.emplace_back(mailbox, uid);
        return true;
    });
    std::vector<EmailCopy> copies;
    for (const auto& [mailbox, uid] : places) {
        if (!read_info(index, mailbox)) continue;
        if (auto message = read_message(index, mailbox, uid)) copies.push_back({mailbox, *std::move(message)});
    }
    return copies;
}

std::optional<EmailCopy> first_copy(const storage::IndexReader& index, UserId user, EmailId email) {
    std::optional<EmailCopy> copy;
    each_holder(index, user, email, [&](MailboxId mailbox, Uid uid) {
        auto message = read_info(index, mailbox) ? read_message(index, mailbox, uid) : std::nullopt;
        if (message) copy = EmailCopy{mailbox, *std::move(message)};
        return !copy;
    });
    return copy;
}

}  // namespace helio::store
