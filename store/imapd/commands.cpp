#include "store/imapd/commands.h"

#include <algorithm>
#include <array>

namespace helio::store::imapd {

namespace {

using imap::Verb;
using Handler = Task<Reply> (*)(ImapSession& session, const imap::Command& command);

// In which states a command is allowed.
constexpr unsigned not_authenticated = 1;
constexpr unsigned authenticated = 2;  // also when a mailbox is selected
constexpr unsigned selected = 4;
constexpr unsigned any_state = not_authenticated | authenticated | selected;
constexpr unsigned logged_in = authenticated | selected;

// What else the dispatcher does.
constexpr unsigned uses_sequences = 1;  // its non-UID form: no EXPUNGE is sent meanwhile (RFC 9051 §7.5.1)
constexpr unsigned writes = 2;          // refused in a mailbox opened by EXAMINE
constexpr unsigned no_news = 4;         // mailbox news is not told at its end
constexpr unsigned by_numbers = 8;      // its non-UID form is refused after ENABLE UIDONLY (RFC 9586 §3)
constexpr unsigned saves = 16;          // makes messages: SAVELIMIT holds too (RFC 9738)

struct Row {
    Verb verb;
    unsigned states;
    unsigned flags;
    Handler handler;
};

constexpr std::array<Row, imap::verb_count> rows = {{
    {Verb::capability, any_state, 0, cmd_capability},
    {Verb::noop, any_state, 0, cmd_noop},
    {Verb::logout, any_state, no_news, cmd_logout},
    {Verb::id, any_state, 0, cmd_id},
    {Verb::starttls, not_authenticated, no_news, cmd_starttls},
    {Verb::authenticate, not_authenticated, no_news, cmd_authenticate},
    {Verb::login, not_authenticated, no_news, cmd_login},
    {Verb::enable, logged_in, 0, cmd_enable},
    {Verb::compress, logged_in, no_news, cmd_compress},
    {Verb::select, logged_in, no_news, cmd_select},
    {Verb::examine, logged_in, no_news, cmd_select},
    {Verb::create, logged_in, 0, cmd_create},
    {Verb::delete_, logged_in, 0, cmd_delete},
    {Verb::rename, logged_in, 0, cmd_rename},
    {Verb::subscribe, logged_in, 0, cmd_subscribe},
    {Verb::unsubscribe, logged_in, 0, cmd_subscribe},
    {Verb::list, logged_in, 0, cmd_list},
    {Verb::lsub, logged_in, 0, cmd_lsub},
    {Verb::namespace_, logged_in, 0, cmd_namespace},
    {Verb::status, logged_in, 0, cmd_status},
    {Verb::append, logged_in, 0, cmd_append},
    {Verb::idle, logged_in, 0, cmd_idle},
    {Verb::check, selected, 0, cmd_noop},
    {Verb::close, selected, no_news, cmd_close},
    {Verb::unselect, selected, no_news, cmd_unselect},
    {Verb::expunge, selected, writes, cmd_expunge},
    {Verb::search, selected, uses_sequences | by_numbers, cmd_search},
    {Verb::sort, selected, uses_sequences | by_numbers, cmd_sort},
    {Verb::thread, selected, uses_sequences | by_numbers, cmd_thread},
    {Verb::fetch, selected, uses_sequences | by_numbers, cmd_fetch},
    {Verb::store, selected, uses_sequences | by_numbers | writes, cmd_store},
    {Verb::copy, selected, by_numbers | saves, cmd_copy},
    {Verb::move, selected, by_numbers | writes, cmd_move},
    {Verb::unauthenticate, logged_in, no_news, cmd_unauthenticate},
    {Verb::uid_batches, selected, 0, cmd_uid_batches},
    {Verb::esearch, logged_in, 0, cmd_esearch},
    {Verb::notify, logged_in, 0, cmd_notify},
    {Verb::set_acl, logged_in, 0, cmd_set_acl},
    {Verb::delete_acl, logged_in, 0, cmd_set_acl},
    {Verb::get_acl, logged_in, 0, cmd_get_acl},
    {Verb::list_rights, logged_in, 0, cmd_list_rights},
    {Verb::my_rights, logged_in, 0, cmd_my_rights},
    {Verb::get_quota, logged_in, 0, cmd_get_quota},
    {Verb::get_quota_root, logged_in, 0, cmd_get_quota_root},
    {Verb::set_quota, logged_in, 0, cmd_set_quota},
    {Verb::get_metadata, logged_in, 0, cmd_get_metadata},
    {Verb::set_metadata, logged_in, 0, cmd_set_metadata},
}};

const Row& row_of(Verb verb) {
    return *std::find_if(rows.begin(), rows.end(), [verb](const Row& row) { return row.verb == verb; });
}

unsigned bit_of(ImapState state) {
    switch (state) {
        case ImapState::not_authenticated:
            return not_authenticated;
        case ImapState::authenticated:
            return authenticated;
        case ImapState::selected:
            return selected;
    }
    return 0;
}

std::string_view wrong_state(const Row& row) {
    if (row.states == not_authenticated) return "Already logged in";
    if (row.states == selected) return "No mailbox is selected";
    return "Log in first";
}

}  // namespace

Task<Reply> dispatch(ImapSession& session, const imap::Command& command) {
    const Row& row = row_of(command.verb);
    const unsigned state = bit_of(session.state());
    if ((row.states & state) == 0) {
        // Before login everything else is asked in the wrong order; later only that one command is.
        co_return Reply::bad(state == not_authenticated ? std::string_view("Log in first") : wrong_state(row));
    }
    if ((row.flags & by_numbers) != 0 && !command.uid && session.uidonly()) {
        co_return Reply::bad("Only the UID form after ENABLE UIDONLY", imap::code::uid_required);
    }
    if ((row.flags & writes) != 0 && session.selected().read_only()) {
        co_return Reply::no(imap::code::read_only, "Mailbox is read-only");
    }
    const ImapConfig& config = session.config();
    session.limit() =
        MessageLimit(tighter_limit(config.message_limit, (row.flags & saves) != 0 ? config.save_limit : 0));
    Reply reply = co_await row.handler(session, command);
    if (reply.after == Reply::After::hang_up || (row.flags & no_news) != 0) co_return reply;
    auto told = co_await session.tell_news((row.flags & uses_sequences) == 0 || command.uid);
    if (!told) co_return session.last_reply(std::move(reply));
    session.limit().tell(reply, session.out());
    co_return reply;
}

}  // namespace helio::store::imapd
