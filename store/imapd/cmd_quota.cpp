// GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208 §4.1). Users see their own roots; administrators (ImapConfig::admins)
// see and set all. A root without limits is shown with no resources.
#include <algorithm>

#include "common/base/text.h"
#include "store/imapd/commands.h"
#include "store/imapd/named_mailbox.h"

namespace helio::store::imapd {

namespace {

constexpr std::uint64_t storage_unit_bytes = 1024;    // RFC 9208 §5.1
constexpr std::uint64_t greatest_number = INT64_MAX;  // of number64, RFC 9051 §9

void print_root(ImapSession& session, const QuotaRoot& root) {
    std::vector<imap::QuotaUse> resources;
    const auto& limits = root.limits;
    if (limits.bytes) {
        const auto used = root.usage.bytes / storage_unit_bytes + (root.usage.bytes % storage_unit_bytes != 0 ? 1 : 0);
        resources.push_back({"STORAGE", used, *limits.bytes / storage_unit_bytes});
    }
    if (limits.messages) {
        resources.push_back({"MESSAGE", root.usage.messages, std::min(*limits.messages, greatest_number)});
    }
    if (limits.mailboxes) resources.push_back({"MAILBOX", root.mailboxes, *limits.mailboxes});
    imap::print_quota(session.out(), root.name.to_string(), resources);
}

bool is_admin(const ImapSession& session) {
    return std::ranges::find(session.config().admins, session.user_name()) != session.config().admins.end();
}

/// Own roots are the user's and those of its folders.
bool may_see(const ImapSession& session, const QuotaRootName& name) {
    if (is_admin(session)) return true;
    return name.scope != QuotaScope::domain && name.owner == session.user_name();
}

/// The directory's limits: of the session's own user as he logged in, of others as the store hears of them.
Task<QuotaLimits> known_limits(ImapSession& session, std::string owner) {
    if (owner == session.user_name()) co_return session.quota();
    co_return co_await session.services().store.known_quota(std::move(owner));
}

/// The limits that SETQUOTA asks for; a refusal when a resource is none of ours.
std::expected<QuotaLimits, Reply> limits_of(const std::vector<imap::QuotaResource>& resources) {
    QuotaLimits limits;
    for (const auto& resource : resources) {
        if (resource.name == "STORAGE" && resource.limit <= greatest_number / storage_unit_bytes) {
            limits.bytes = resource.limit * storage_unit_bytes;
        } else if (resource.name == "MESSAGE") {
            limits.messages = resource.limit;
        } else if (resource.name == "MAILBOX" && resource.limit <= UINT32_MAX) {
            limits.mailboxes = static_cast<std::uint32_t>(resource.limit);
        } else {
            return std::unexpected(Reply::no(imap::code::cannot, "That resource can't be set to this limit"));
        }
    }
    return limits;
}

}  // namespace

Task<Reply> cmd_get_quota(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::MailboxArguments>(command.arguments);
    const auto name = QuotaRootName::parse(arguments.mailbox);
    if (!name) co_return Reply::no(imap::code::nonexistent, "No such quota root");
    if (!may_see(session, *name)) co_return Reply::no(imap::code::no_perm, "That is not yours to see");
    const auto known = co_await known_limits(session, name->owner);
    const auto root = session.services().store.quota_root(*name, known);
    if (!root) co_return reply_of(root.error());
    print_root(session, *root);
    co_return Reply::ok("Quota completed");
}

Task<Reply> cmd_get_quota_root(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::MailboxArguments>(command.arguments);
    const auto mailbox = named_mailbox(session, arguments.mailbox);
    if (!mailbox) co_return mailbox.error();
    const auto mine = session.store().rights(mailbox->id);
    if (!mine || !mine->has(Right::read)) co_return Reply::no(imap::code::no_perm, "You may not read this mailbox");
    const auto known = co_await known_limits(session, session.store().owner_of(mailbox->id));
    const auto roots = session.services().store.quota_roots(mailbox->id, known, is_admin(session));
    if (!roots) co_return reply_of(roots.error());
    std::vector<std::string> names;
    for (const auto& root : *roots) names.push_back(root.name.to_string());
    imap::print_quota_root(session.out(), mailbox->name, names, session.utf8());
    for (const auto& root : *roots) print_root(session, root);
    co_return Reply::ok("Quota roots completed");
}

Task<Reply> cmd_set_quota(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::SetQuotaArguments>(command.arguments);
    if (!is_admin(session)) co_return Reply::no(imap::code::no_perm, "Only administrators set quotas");
    const auto name = QuotaRootName::parse(arguments.root);
    if (!name) co_return Reply::no(imap::code::nonexistent, "No such quota root");
    const auto limits = limits_of(arguments.resources);
    if (!limits) co_return limits.error();
    const auto done = co_await session.services().store.set_quota(*name, *limits);
    if (!done) co_return reply_of(done.error());
    session.services().log.info(
        "imap.quota_set", {{"session", session.id()}, {"user", session.user_name()}, {"root", name->to_string()}});
    const auto known = co_await known_limits(session, name->owner);
    const auto root = session.services().store.quota_root(*name, known);
    if (root) print_root(session, *root);
    co_return Reply::ok("Quota set");
}

}  // namespace helio::store::imapd
