// SETACL, DELETEACL, GETACL, LISTRIGHTS, MYRIGHTS (RFC 4314 §3). The rights that they need are checked in the store.
#include "store/imapd/commands.h"
#include "store/imapd/named_mailbox.h"

namespace helio::store::imapd {

namespace {

const imap::AclArguments& arguments_of(const imap::Command& command) {
    return std::get<imap::AclArguments>(command.arguments);
}

Reply reply_of_change(const Error& error) {
    if (error.code == make_error_code(errc::bad_name)) return Reply::no(imap::code::cannot, "Invalid identifier");
    if (error.code == make_error_code(errc::not_allowed)) {
        return Reply::no(imap::code::no_perm, "Mailboxes can't be shared with these users");
    }
    return reply_of(error);
}

AclAction action_of(imap::AclArguments::Action action) {
    switch (action) {
        case imap::AclArguments::Action::add:
            return AclAction::add;
        case imap::AclArguments::Action::remove:
            return AclAction::remove;
        case imap::AclArguments::Action::replace:
            break;
    }
    return AclAction::replace;
}

}  // namespace

Task<Reply> cmd_set_acl(ImapSession& session, const imap::Command& command) {
    const auto& arguments = arguments_of(command);
    const bool erases = command.verb == imap::Verb::delete_acl;
    const auto rights = parse_rights(arguments.rights.value_or(""));
    if (!rights) co_return Reply::bad("Unknown right");
    const auto mailbox = named_mailbox(session, arguments_of(command).mailbox);
    if (!mailbox) co_return mailbox.error();
    const auto action = erases ? AclAction::erase : action_of(arguments.action);
    std::string identifier = *arguments.identifier;
    const auto done = co_await session.store().set_acl(mailbox->id, std::move(identifier), action, *rights);
    if (!done) co_return reply_of_change(done.error());
    co_return Reply::ok(erases ? "Deleteacl completed" : "Setacl completed");
}

Task<Reply> cmd_get_acl(ImapSession& session, const imap::Command& command) {
    const auto mailbox = named_mailbox(session, arguments_of(command).mailbox);
    if (!mailbox) co_return mailbox.error();
    const auto acl = session.store().acl(mailbox->id);
    if (!acl) co_return reply_of(acl.error());
    std::vector<std::pair<std::string, std::string>> entries;
    for (const auto& entry : *acl) entries.emplace_back(entry.identifier, to_string(entry.rights));
    imap::print_acl(session.out(), mailbox->name, entries, session.utf8());
    co_return Reply::ok("Getacl completed");
}

Task<Reply> cmd_list_rights(ImapSession& session, const imap::Command& command) {
    const auto mailbox = named_mailbox(session, arguments_of(command).mailbox);
    if (!mailbox) co_return mailbox.error();
    const auto mine = session.store().rights(mailbox->id);
    if (!mine) co_return reply_of(mine.error());
    const auto allowed = check_rights(*mine, Right::administer);
    if (!allowed) co_return reply_of(allowed.error());
    const auto owner = session.store().owner_of(mailbox->id);
    const auto& asked = *arguments_of(command).identifier;
    const auto identifier = canonical_identifier(asked, owner);
    if (!identifier) co_return Reply::no(imap::code::cannot, "Invalid identifier");
    const bool is_owner = *identifier == owner;
    std::vector<std::string> optional;
    for (const char letter : right_letters) {
        const auto right = parse_rights({&letter, 1}).value_or(Rights());
        if (!is_owner || !owner_keeps.has(right)) optional.emplace_back(1, letter);
    }
    // The obsolete letters, untied (RFC 4314 §2.1.1).
    optional.emplace_back("c");
    optional.emplace_back("d");
    imap::print_list_rights(session.out(), mailbox->name, asked, is_owner ? to_string(owner_keeps) : "", optional,
                            session.utf8());
    co_return Reply::ok("Listrights completed");
}

Task<Reply> cmd_my_rights(ImapSession& session, const imap::Command& command) {
    const auto mailbox = named_mailbox(session, arguments_of(command).mailbox);
    if (!mailbox) co_return mailbox.error();
    const auto mine = session.store().rights(mailbox->id);
    if (!mine) co_return reply_of(mine.error());
    imap::print_my_rights(session.out(), mailbox->name, to_string(*mine), session.utf8());
    co_return Reply::ok("Myrights completed");
}

}  // namespace helio::store::imapd
