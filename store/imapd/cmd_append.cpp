// APPEND (RFC 9051 §6.3.12), MULTIAPPEND (RFC 3502), CATENATE (RFC 4469), UTF8 data (RFC 6855 §4) and REPLACE
// (RFC 8508). The session hands over at the first literal behind the mailbox, or at the end of a command that has none;
// messages are read from the wire, never through the command buffer. What can be refused is refused before the "+".
#include <algorithm>

#include "common/imap/append_parser.h"
#include "common/imap/print.h"
#include "store/imapd/append_body.h"
#include "store/imapd/commands.h"
#include "store/imapd/url_part.h"

namespace helio::store::imapd {

namespace {

using Event = imap::AppendParser::Event;

// One APPEND or REPLACE under way.
class AppendReader {
public:
    AppendReader(ImapSession& session, std::optional<imap::Framer::Step> announced)
        : session_(session), announced_(announced) {}

    Task<Reply> run();

private:
    using Refusal = std::optional<Reply>;
    Refusal open_target();
    Refusal find_replaced(const imap::AppendTarget& target);
    Task<Refusal> take(Event event);
    Task<Refusal> take_message(bool binary);
    Task<Refusal> take_text(bool binary);
    Task<Refusal> take_argument();
    Refusal check_literal() const;
    Refusal check_count() const;
    Refusal add_part(const std::string& url);
    Refusal end_message();
    Task<Refusal> accept_bytes();
    Task<Refusal> feed();
    Task<Reply> refuse(Reply why);
    Task<Reply> store();
    Task<Reply> store_replacement();

    ImapSession& session_;
    std::optional<imap::Framer::Step> announced_;  // a literal that nobody has decided on; nothing: the command is over
    imap::AppendParser parser_;
    std::size_t parsed_to_ = 0;  // of the framer's command text
    std::optional<Mailbox> mailbox_;
    std::optional<Uid> replaced_;
    std::unique_ptr<AppendBody> assembled_;  // by CATENATE
    std::vector<NewMessage> messages_;
    std::uint64_t bytes_ = 0;
    bool done_ = false;
};

std::optional<Reply> AppendReader::open_target() {
    const auto target = imap::parse_append_target(session_.framer().command());
    if (!target) return Reply::bad("Missing mailbox name");
    parsed_to_ = target->consumed;
    if (target->replace) {
        auto refusal = find_replaced(*target);
        if (refusal) return refusal;
    }
    const auto name = session_.decode(target->mailbox);
    if (!name) return Reply::no(imap::code::cannot, "Invalid mailbox name");
    const auto found = session_.store().find_mailbox(*name);
    if (!found) return reply_of_target(session_, *name);
    const auto mine = session_.store().rights(found->id);
    const auto allowed = mine ? check_rights(*mine, Right::insert) : Result<>(fail(mine.error()));
    if (!allowed) return reply_of(allowed.error());
    mailbox_ = *found;
    return std::nullopt;
}

std::optional<Reply> AppendReader::find_replaced(const imap::AppendTarget& target) {
    if (!session_.has_selected()) return Reply::bad("No mailbox is selected");
    if (session_.uidonly() && !target.uid) {
        return Reply::bad("Only the UID form after ENABLE UIDONLY", imap::code::uid_required);
    }
    const Selected& selected = session_.selected();
    if (selected.read_only()) return Reply::no(imap::code::read_only, "Mailbox is read-only");
    const auto named = selected.resolve(imap::SeqSet::of({{target.number, target.number}}), target.uid);
    if (named.beyond) return Reply::bad("No such message", imap::code::client_bug);
    if (named.uids.empty()) return Reply::no(imap::code::nonexistent, "No such message");
    replaced_ = *named.uids.front();
    return std::nullopt;
}

// What can be said of a literal before its bytes come.
std::optional<Reply> AppendReader::check_literal() const {
    const std::uint64_t most = session_.store().limits().message_bytes;
    const std::uint64_t before = bytes_ + (assembled_ ? assembled_->size() : 0);
    if (announced_->literal_bytes > most || before + announced_->literal_bytes > most) {
        return Reply::no(imap::code::too_big, "Message too large");
    }
    if (session_.config().literal_minus && announced_->non_sync && announced_->literal_bytes > 4096) {
        return Reply::bad("Literal too large", imap::code::too_big);
    }
    return check_count();
}

// One more message than there may be: nothing is appended (RFC 3502 §3, RFC 9738 §3).
std::optional<Reply> AppendReader::check_count() const {
    const ImapConfig& config = session_.config();
    const std::size_t most_messages = replaced_ ? 1 : config.append_messages;
    const std::uint32_t told = tighter_limit(config.message_limit, config.save_limit);
    if (told != 0 && !replaced_ && messages_.size() == told) {
        return Reply::no(message_limit_code(told, std::nullopt), "Too many messages");
    }
    if (messages_.size() == most_messages) return Reply::no(imap::code::limit, "Too many messages");
    return std::nullopt;
}

// From here on the literal's bytes are the caller's to read.
Task<std::optional<Reply>> AppendReader::accept_bytes() {
    const bool waits = !announced_->non_sync;
    session_.framer().take_literal();
    parsed_to_ = session_.framer().command().size();
    if (!waits) co_return std::nullopt;
    imap::print_continuation(session_.out(), "OK");
    auto sent = co_await session_.flush();
    if (!sent) co_return Reply::hang_up();
    co_return std::nullopt;
}

Task<std::optional<Reply>> AppendReader::take_message(bool binary) {
    const auto refusal = check_literal();
    if (refusal) co_return refusal;
    const std::uint64_t bytes = announced_->literal_bytes;
    auto failed = co_await accept_bytes();
    if (failed) co_return failed;
    AppendBody body(session_);
    const auto read = co_await body.read_literal(bytes);
    if (!read) co_return Reply::hang_up();
    failed = co_await feed();
    if (failed) co_return failed;
    if (body.refused()) co_return reply_of(*body.refused());
    if (body.has_nul() && !binary) co_return Reply::bad("NUL in message; use literal8");
    assembled_ = std::make_unique<AppendBody>(std::move(body));
    co_return end_message();
}

Task<std::optional<Reply>> AppendReader::take_text(bool binary) {
    if (!assembled_) assembled_ = std::make_unique<AppendBody>(session_);
    const auto refusal = check_literal();
    if (refusal) co_return refusal;
    const std::uint64_t bytes = announced_->literal_bytes;
    auto failed = co_await accept_bytes();
    if (failed) co_return failed;
    const auto read = co_await assembled_->read_literal(bytes);
    if (!read) co_return Reply::hang_up();
    failed = co_await feed();
    if (failed) co_return failed;
    if (assembled_->refused()) co_return reply_of(*assembled_->refused());
    if (assembled_->has_nul() && !binary) co_return Reply::bad("NUL in message; use literal8");
    co_return std::nullopt;
}

// A URL as a literal: the framer keeps it.
Task<std::optional<Reply>> AppendReader::take_argument() {
    if (!session_.framer().accept_literal()) co_return Reply::bad("Literal too large", imap::code::too_big);
    if (!announced_->non_sync) {
        imap::print_continuation(session_.out(), "OK");
        auto sent = co_await session_.flush();
        if (!sent) co_return Reply::hang_up();
    }
    auto failed = co_await feed();
    co_return failed;
}

std::optional<Reply> AppendReader::add_part(const std::string& url) {
    if (!assembled_) assembled_ = std::make_unique<AppendBody>(session_);
    const std::uint64_t most = session_.store().limits().message_bytes - bytes_;
    return add_url_part(session_, url, most, *assembled_);
}

std::optional<Reply> AppendReader::end_message() {
    if (auto refusal = check_count()) return refusal;
    const auto body = std::exchange(assembled_, nullptr);
    const imap::MessageHead& head = parser_.head();
    // An empty literal is how a client cancels (RFC 3502 §3).
    if (!body || body->size() == 0) return Reply::no(imap::code::cannot, "Empty message; nothing appended");
    bytes_ += body->size();
    NewMessage message{body->text(), {Flags{head.flags.system}, head.flags.keywords}, std::nullopt};
    if (head.date) message.internal_date = Date{head.date->unix_seconds, head.date->zone_minutes};
    messages_.push_back(std::move(message));
    return std::nullopt;
}

Task<std::optional<Reply>> AppendReader::take(Event event) {
    parsed_to_ += event.consumed;
    switch (event.kind) {
        case Event::Kind::end:
            done_ = true;
            co_return std::nullopt;
        case Event::Kind::message_end:
            co_return end_message();
        case Event::Kind::url:
            co_return add_part(event.url);
        case Event::Kind::accept: {
            auto refusal = co_await take_argument();
            co_return refusal;
        }
        case Event::Kind::text: {
            auto refusal = co_await take_text(event.binary);
            co_return refusal;
        }
        case Event::Kind::message:
            break;
    }
    if (event.utf8 && !session_.utf8()) co_return Reply::bad("ENABLE UTF8=ACCEPT first");
    auto refusal = co_await take_message(event.binary);
    co_return refusal;
}

// Reads on to the next literal or the end of the command.
Task<std::optional<Reply>> AppendReader::feed() {
    announced_.reset();
    for (;;) {
        auto bytes = co_await session_.wire().read_some(4096, session_.idle_deadline());
        if (!bytes) co_return Reply::hang_up();
        const auto step = session_.framer().feed(*bytes);
        session_.wire().unread(bytes->size() - step.consumed);
        if (step.state == imap::Framer::State::need_more) continue;
        if (step.state == imap::Framer::State::error) co_return Reply::bad(to_text(step.fault));
        if (step.state == imap::Framer::State::literal) announced_ = step;
        co_return std::nullopt;
    }
}

// A client that does not wait sends its literals all the same: they are skipped.
Task<Reply> AppendReader::refuse(Reply why) {
    if (!announced_ || why.after == Reply::After::hang_up || session_.framer().refuse_literal()) co_return why;
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
    const auto stored = co_await session_.store().append(mailbox_->id, std::move(messages_), session_.quota());
    if (!stored) {
        if (stored.error().code == make_error_code(errc::no_such_mailbox)) {
            co_return Reply::no(imap::code::try_create, "No such mailbox");
        }
        co_return reply_of(stored.error());
    }
    session_.services().metrics.messages_appended.add(count);
    if (session_.has_selected() && session_.selected().mailbox().id == mailbox_->id) {
        session_.selected().look_again();
        session_.selected().look_for_keywords();
    }
    UidSet uids;
    for (const auto& one : *stored) uids.add(one.uid);
    co_return Reply::ok("Append completed",
                        "APPENDUID " + std::to_string(stored->front().uid_validity.value) + ' ' + uids.to_string());
}

Task<Reply> AppendReader::store_replacement() {
    const MailboxId from = session_.selected().mailbox().id;
    const auto stored = co_await session_.store().replace(from, *replaced_, mailbox_->id, std::move(messages_.front()),
                                                          session_.quota());
    if (!stored) co_return reply_of(stored.error());
    session_.services().metrics.messages_appended.add(1);
    session_.selected().catch_up(stored->before);
    session_.selected().look_for_keywords();
    // Before the EXPUNGE, so that the client knows what came instead (RFC 8508 §3.2).
    session_.untagged(
        imap::Status::ok,
        "APPENDUID " + std::to_string(stored->added.uid_validity.value) + ' ' + std::to_string(stored->added.uid.value),
        "Replacement message ready");
    std::string code;
    if (session_.condstore()) code = "HIGHESTMODSEQ " + std::to_string(stored->modseq.value);
    co_return Reply::ok("Replace completed", std::move(code));
}

Task<Reply> AppendReader::run() {
    auto refusal = open_target();
    while (!refusal && !done_) {
        const std::string_view text = session_.framer().command().substr(parsed_to_);
        auto event = parser_.next(text, !announced_);
        if (event) {
            refusal = co_await take(std::move(*event));
        } else {
            refusal = Reply::bad(event.error().text);
        }
    }
    if (refusal) {
        Reply reply = co_await refuse(std::move(*refusal));
        co_return reply;
    }
    if (replaced_) {
        Reply reply = co_await store_replacement();
        co_return reply;
    }
    Reply reply = co_await store();
    co_return reply;
}

}  // namespace

Task<Reply> append_messages(ImapSession& session, std::optional<imap::Framer::Step> announced) {
    AppendReader reader(session, announced);
    Reply reply = co_await reader.run();
    co_return reply;
}

// Only an APPEND without any data comes here, and such a one does not parse.
Task<Reply> cmd_append(ImapSession&, const imap::Command&) { co_return Reply::bad("Missing message literal"); }

}  // namespace helio::store::imapd
