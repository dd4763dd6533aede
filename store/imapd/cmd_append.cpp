// APPEND (RFC 9051 §6.3.12) and MULTIAPPEND (RFC 3502). The session hands over at the first message literal; messages
// are read from the wire, never through the command buffer. What can be refused is refused before the "+".
#include <algorithm>

#include "common/imap/print.h"
#include "store/imapd/append_body.h"
#include "store/imapd/commands.h"

namespace helio::store::imapd {

namespace {

// One APPEND under way.
class AppendReader {
public:
    AppendReader(ImapSession& session, imap::Framer::Step announced) : session_(session), announced_(announced) {}

    Task<Reply> run();

private:
    std::optional<Reply> take_head();
    Task<std::optional<Reply>> take_literal(const imap::AppendArguments& arguments);
    Task<std::expected<bool, Reply>> next();
    Task<Reply> refuse(Reply why);
    Task<Reply> store();

    ImapSession& session_;
    imap::Framer::Step announced_;
    std::size_t parsed_to_ = 0;  // of the framer's command text
    imap::AppendArguments head_;
    std::optional<Mailbox> mailbox_;
    std::vector<NewMessage> messages_;
    std::uint64_t bytes_ = 0;
};

// Parses what stands before the announced literal; an answer refuses it.
std::optional<Reply> AppendReader::take_head() {
    const bool first = parsed_to_ == 0;
    const std::string_view text = session_.framer().command().substr(parsed_to_);
    auto arguments = imap::parse_append_message(text, !first);
    if (!arguments) return Reply::bad(arguments.error().text);
    if (first) {
        const auto name = session_.decode(arguments->mailbox);
        if (!name) return Reply::no(imap::code::cannot, "Invalid mailbox name");
        const auto found = session_.store().find_mailbox(*name);
        if (!found) return reply_of_target(session_, *name);
        const auto mine = session_.store().rights(found->id);
        const auto allowed = mine ? check_rights(*mine, Right::insert) : Result<>(fail(mine.error()));
        if (!allowed) return reply_of(allowed.error());
        mailbox_ = *found;
    }
    const std::uint64_t most = session_.store().limits().message_bytes;
    if (announced_.literal_bytes > most || bytes_ + announced_.literal_bytes > most) {
        return Reply::no(imap::code::too_big, "Message too large");
    }
    if (session_.config().literal_minus && announced_.non_sync && announced_.literal_bytes > 4096) {
        return Reply::bad("Literal too large", imap::code::too_big);
    }
    if (messages_.size() == session_.config().append_messages) return Reply::no(imap::code::limit, "Too many messages");
    head_ = std::move(*arguments);
    return std::nullopt;
}

// Reads the literal's bytes.
Task<std::optional<Reply>> AppendReader::take_literal(const imap::AppendArguments& arguments) {
    if (!announced_.non_sync) {
        imap::print_continuation(session_.out(), "OK");
        auto sent = co_await session_.flush();
        if (!sent) co_return Reply::hang_up();
    }
    auto body = co_await read_append_body(session_, announced_.literal_bytes);
    if (!body) co_return Reply::hang_up();
    bytes_ += announced_.literal_bytes;
    if (body->refused) co_return reply_of(*body->refused);
    if (body->has_nul && !arguments.binary) co_return Reply::bad("NUL in message; use literal8");
    NewMessage message{body->body, {Flags{arguments.flags.system}, arguments.flags.keywords}, std::nullopt};
    if (arguments.date) message.internal_date = Date{arguments.date->unix_seconds, arguments.date->zone_minutes};
    messages_.push_back(std::move(message));
    co_return std::nullopt;
}

// What follows a message: true another literal, false the end of the command.
Task<std::expected<bool, Reply>> AppendReader::next() {
    for (;;) {
        auto bytes = co_await session_.wire().read_some(4096, session_.idle_deadline());
        if (!bytes) co_return std::unexpected(Reply::hang_up());
        const auto step = session_.framer().feed(*bytes);
        session_.wire().unread(bytes->size() - step.consumed);
        switch (step.state) {
            case imap::Framer::State::need_more:
                continue;
            case imap::Framer::State::literal:
                announced_ = step;
                co_return true;
            case imap::Framer::State::error:
                co_return std::unexpected(Reply::bad(to_text(step.fault)));
            case imap::Framer::State::complete:
                break;
        }
        const std::string_view rest = session_.framer().command().substr(parsed_to_);
        if (!rest.empty() && rest != " ") co_return std::unexpected(Reply::bad("Unexpected text behind the message"));
        co_return false;
    }
}

// A client that does not wait sends its literals all the same: they are skipped.
Task<Reply> AppendReader::refuse(Reply why) {
    if (session_.framer().refuse_literal()) co_return why;
    for (;;) {
        auto bytes = co_await session_.wire().read_some(16 * 1024, session_.idle_deadline());
        if (!bytes) co_return Reply::hang_up();
        const auto step = session_.framer().feed(*bytes);
        session_.wire().unread(bytes->size() - step.consumed);
        if (step.state == imap::Framer::State::error) co_return why;
    }
}

Task<Reply> AppendReader::store() {
    const std::size_t count = messages_.size();
    // An empty literal is how a client cancels (RFC 3502 §3).
    const bool empty = std::any_of(messages_.begin(), messages_.end(),
                                   [](const NewMessage& message) { return message.body->size() == 0; });
    if (empty) co_return Reply::no(imap::code::cannot, "Empty message; nothing appended");
    const auto stored = co_await session_.store().append(mailbox_->id, std::move(messages_), session_.quota());
    if (!stored) {
        if (stored.error().code == make_error_code(errc::no_such_mailbox)) {
            co_return Reply::no(imap::code::try_create, "No such mailbox");
        }
        co_return reply_of(stored.error());
    }
    session_.services().metrics.messages_appended.add(count);
    if (session_.has_selected() && session_.selected().mailbox().id == mailbox_->id) session_.selected().look_again();
    UidSet uids;
    for (const auto& one : *stored) uids.add(one.uid);
    co_return Reply::ok("Append completed",
                        "APPENDUID " + std::to_string(stored->front().uid_validity.value) + ' ' + uids.to_string());
}

Task<Reply> AppendReader::run() {
    for (;;) {
        auto refusal = take_head();
        if (refusal) {
            Reply reply = co_await refuse(std::move(*refusal));
            co_return reply;
        }
        session_.framer().take_literal();
        parsed_to_ = session_.framer().command().size();
        auto failed = co_await take_literal(head_);
        auto more = std::expected<bool, Reply>(false);
        if (!failed || failed->after != Reply::After::hang_up) more = co_await next();
        if (failed && more && *more) {
            Reply reply = co_await refuse(std::move(*failed));
            co_return reply;
        }
        if (failed) co_return *failed;
        if (!more) co_return more.error();
        if (!*more) break;
    }
    Reply reply = co_await store();
    co_return reply;
}

}  // namespace

Task<Reply> append_messages(ImapSession& session, imap::Framer::Step announced) {
    AppendReader reader(session, announced);
    Reply reply = co_await reader.run();
    co_return reply;
}

// Only an APPEND without a message literal comes here, and such a one does not parse.
Task<Reply> cmd_append(ImapSession&, const imap::Command&) { co_return Reply::bad("Missing message literal"); }

}  // namespace helio::store::imapd
