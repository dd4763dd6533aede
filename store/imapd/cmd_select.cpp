// SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3; RFC 7162 §3.1.2.1, §3.2.5)
#include "store/imapd/commands.h"
#include "store/imapd/named_mailbox.h"
#include "store/imapd/resync.h"

namespace helio::store::imapd {

namespace {

// The first unseen message is found by a scan; a client can do without it (RFC 3501 §7.1 OK [UNSEEN]).
constexpr std::size_t most_scanned_for_unseen = 5'000;

std::optional<Uid> first_unseen(const MailboxView& view, const Selected& selected) {
    if (selected.opened().unseen == 0) return std::nullopt;
    std::optional<Uid> found;
    std::size_t left = most_scanned_for_unseen;
    view.each(selected.uids(), [&](const Message& message) {
        if (!message.flags.has(Flag::seen)) found = message.uid;
        return !found && --left > 0;
    });
    return found;
}

// The flags that this user may change (RFC 9051 §7.1 PERMANENTFLAGS, RFC 4314 §4).
std::string permanent_flags(Rights rights, const Keywords& keywords) {
    std::string names;
    const auto add = [&names](std::string_view flag) {
        if (!names.empty()) names += ' ';
        names += flag;
    };
    const bool writes = rights.has(Right::write);
    if (writes) add("\\Answered \\Flagged");
    if (rights.has(Right::mark_deleted)) add("\\Deleted");
    if (rights.has(Right::seen)) add("\\Seen");
    if (!writes) return names;
    add("\\Draft");
    for (const auto& name : keywords.names) add(name);
    if (keywords.names.size() < most_keywords) add("\\*");
    return names;
}

void print_state(ImapSession& session, const Selected& selected) {
    std::string& out = session.out();
    const MailboxStatus& status = selected.opened();
    Keywords keywords;
    std::optional<Uid> unseen;
    const bool wants_unseen = !session.rev2() && !session.uidonly();
    const auto read = session.store().read(selected.mailbox().id, [&](const MailboxView& view) {
        keywords = view.keywords();
        if (wants_unseen) unseen = first_unseen(view, selected);
    });
    std::string names = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    if (read) {
        for (const auto& name : keywords.names) names += ' ' + name;
    }
    out += "* FLAGS (" + names + ")\r\n";
    imap::print_numbered(out, selected.exists(), "EXISTS");
    if (!session.rev2()) imap::print_numbered(out, selected.recent_count(), "RECENT");
    const auto number = unseen ? selected.sequence_of(*unseen) : std::nullopt;
    if (number) session.untagged(imap::Status::ok, "UNSEEN " + std::to_string(*number), "First unseen message");
    const std::string permanent = selected.read_only() ? "" : permanent_flags(selected.rights(), keywords);
    session.untagged(imap::Status::ok, "PERMANENTFLAGS (" + permanent + ")", "Flags kept");
    session.untagged(imap::Status::ok, "UIDVALIDITY " + std::to_string(status.uid_validity.value), "UIDs valid");
    session.untagged(imap::Status::ok, "UIDNEXT " + std::to_string(status.uid_next.value), "Predicted next UID");
    session.untagged(imap::Status::ok, "HIGHESTMODSEQ " + std::to_string(status.highest_modseq.value), "Highest");
    session.untagged(imap::Status::ok, "MAILBOXID (" + to_object_id(selected.mailbox().id) + ")", "Id");
    if (session.rev2()) imap::print_list(out, {.attributes = {}, .name = selected.mailbox().name}, true);
}

}  // namespace

Task<Reply> cmd_select(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::SelectArguments>(command.arguments);
    const bool read_only = command.verb == imap::Verb::examine;
    if (arguments.qresync && !session.qresync()) co_return Reply::bad("ENABLE QRESYNC first");
    if (arguments.qresync && arguments.qresync->match && session.uidonly()) {
        co_return Reply::bad("No sequence numbers after ENABLE UIDONLY", imap::code::uid_required);
    }
    const bool closes = session.has_selected();
    session.unselect();
    // Told to all, as a server with CONDSTORE must (RFC 7162 §3.2.11).
    if (closes) session.untagged(imap::Status::ok, imap::code::closed, "Previous mailbox closed");
    auto mailbox = named_mailbox(session, arguments.mailbox);
    if (!mailbox) co_return std::move(mailbox.error());
    auto selected =
        Selected::open(session.store(), std::move(*mailbox), read_only, [&session] { session.mailbox_stirred(); });
    if (!selected) co_return reply_of(selected.error());
    if (arguments.condstore) session.enable_condstore();
    print_state(session, **selected);
    session.select(std::move(*selected));
    session.tell_over_quota();
    if (arguments.qresync) {
        auto told = co_await tell_since(session, *arguments.qresync);
        if (!told) co_return Reply::hang_up();
    }
    co_return session.selected().read_only()
        ? Reply::ok(read_only ? "Examine completed" : "Select completed", std::string(imap::code::read_only))
        : Reply::ok("Select completed", std::string(imap::code::read_write));
}

}  // namespace helio::store::imapd
