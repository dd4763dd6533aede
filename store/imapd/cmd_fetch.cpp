// FETCH and UID FETCH (RFC 9051 §6.4.5; RFC 7162 §3.1.4). Goes through the mailbox in steps: each reads some rows from
// one snapshot, prints them, and sends, so that memory is bounded and no snapshot is held while the client reads.
#include <algorithm>

#include "common/net/worker.h"
#include "store/imapd/commands.h"
#include "store/imapd/fetch_printer.h"
#include "store/imapd/resync.h"

namespace helio::store::imapd {

namespace {

using imap::FetchItem;

constexpr std::size_t rows_at_once = 1024;
constexpr std::size_t texts_at_once = 64;
constexpr std::size_t most_waiting_bytes = 64 * 1024;

class Fetch {
public:
    /// `arguments` must outlive it.
    Fetch(ImapSession& session, const imap::FetchArguments& arguments, bool uid)
        : session_(session),
          arguments_(arguments),
          by_uid_(uid),
          printer_(session, items_of(session, arguments, uid)) {}

    /// Those that will be told (CHANGEDSINCE).
    Task<Result<UidSet>> passing(UidSet uids);
    Task<Reply> run(UidSet uids);

private:
    static std::vector<FetchItem> items_of(ImapSession& session, const imap::FetchArguments& arguments, bool uid);
    Task<std::optional<Reply>> set_seen(const UidSet& uids);
    Task<std::optional<Reply>> step_rows(const UidSet& left);
    Task<std::optional<Reply>> step_texts(const UidSet& left);
    bool passes(const Message& message) const {
        return !arguments_.changed_since || message.modseq.value > *arguments_.changed_since;
    }
    void note(const Error& error);
    Reply ending() const;

    ImapSession& session_;
    const imap::FetchArguments& arguments_;
    const bool by_uid_;
    FetchPrinter printer_;
    Uid next_{0};
    bool at_end_ = false;
    std::size_t met_ = 0;  // rows that existed
    std::optional<Error> problem_;
};

std::vector<FetchItem> Fetch::items_of(ImapSession& session, const imap::FetchArguments& arguments, bool uid) {
    std::vector<FetchItem> items = arguments.items;
    const auto add = [&items](FetchItem::Kind kind) {
        const FetchItem item{.kind = kind};
        if (std::find(items.begin(), items.end(), item) == items.end()) items.insert(items.begin(), item);
    };
    if (arguments.changed_since) add(FetchItem::Kind::modseq);
    if (uid && !session.uidonly()) add(FetchItem::Kind::uid);
    return items;
}

// \Seen is stored for all before the first answer (RFC 9051 §6.4.5: the new flags are part of the answer).
Task<std::optional<Reply>> Fetch::set_seen(const UidSet& uids) {
    const auto& items = arguments_.items;
    const bool sets = std::any_of(items.begin(), items.end(), [](const FetchItem& item) { return item.sets_seen(); });
    const auto& selected = session_.selected();
    if (!sets || selected.read_only() || !selected.rights().has(Right::seen)) co_return std::nullopt;
    StoreFlags request{.mailbox = session_.selected().mailbox().id, .uids = {}, .flags = {}, .unchanged_since = {}};
    request.flags.flags = Flags{}.with(Flag::seen);
    const auto read = session_.store().read(request.mailbox, [&](const MailboxView& view) {
        view.each(uids, [&](const Message& message) {
            if (!message.flags.has(Flag::seen) && passes(message)) request.uids.add(message.uid);
            return true;
        });
    });
    if (!read) co_return reply_of(read.error());
    if (request.uids.empty()) co_return std::nullopt;
    const auto stored = co_await session_.store().store_flags(std::move(request));
    if (!stored) co_return reply_of(stored.error());
    session_.selected().told_flags(*stored);
    printer_.show_flags_of(stored->changed);
    co_return std::nullopt;
}

void Fetch::note(const Error& error) {
    if (search::is_gone(error)) {
        --met_;
    } else if (!problem_) {
        problem_ = error;
    }
}

Task<std::optional<Reply>> Fetch::step_rows(const UidSet& left) {
    std::size_t count = 0;
    const Selected& selected = session_.selected();
    at_end_ = true;
    const auto read = session_.store().read(selected.mailbox().id, [&](const MailboxView& view) {
        const Keywords keywords = view.keywords();
        session_.tell_keywords(keywords);
        view.each(left, [&](const Message& message) {
            next_ = Uid{message.uid.value + 1};
            ++met_;
            const auto number = selected.sequence_of(message.uid);
            if (number && passes(message)) {
                std::string_view summary;
                if (printer_.needs_summary()) summary = view.summary(message.body).value_or("");
                const auto printed = printer_.print(*number, message, keywords, summary);
                if (!printed) note(printed.error());
            }
            at_end_ = ++count < rows_at_once && session_.out().size() < most_waiting_bytes;
            return at_end_;
        });
    });
    if (!read) co_return reply_of(read.error());
    auto sent = co_await session_.flush_if_full();
    if (!sent) co_return Reply::hang_up();
    co_return std::nullopt;
}

Task<std::optional<Reply>> Fetch::step_texts(const UidSet& left) {
    std::vector<Message> rows;
    Keywords keywords;
    const Selected& selected = session_.selected();
    const auto read = session_.store().read(selected.mailbox().id, [&](const MailboxView& view) {
        keywords = view.keywords();
        session_.tell_keywords(keywords);
        view.each(left, [&](const Message& message) {
            next_ = Uid{message.uid.value + 1};
            ++met_;
            if (passes(message)) rows.push_back(message);
            return rows.size() < texts_at_once;
        });
    });
    if (!read) co_return reply_of(read.error());
    at_end_ = rows.size() < texts_at_once;
    for (const Message& message : rows) {
        const auto number = selected.sequence_of(message.uid);
        if (!number) continue;
        auto printed = co_await printer_.print_text(*number, message, keywords);
        if (!printed && !printed.error().clean) co_return Reply::hang_up();
        if (!printed) note(printed.error().error);
        auto sent = co_await session_.flush_if_full();
        if (!sent) co_return Reply::hang_up();
    }
    co_return std::nullopt;
}

Reply Fetch::ending() const {
    if (!problem_) return Reply::ok("Fetch completed");
    if (problem_->code == unknown_encoding()) {
        return Reply::no(imap::code::unknown_cte, "A part has an unknown transfer encoding");
    }
    session_.services().log.error("imap.fetch", {{"session", session_.id()},
                                                 {"user", session_.user_name()},
                                                 {"mailbox", to_object_id(session_.selected().mailbox().id)},
                                                 {"result", to_string(*problem_)}});
    return reply_of(*problem_);
}

Task<Result<UidSet>> Fetch::passing(UidSet uids) {
    if (!arguments_.changed_since) co_return uids;
    UidSet found;
    Uid next{0};
    while (!uids.empty() && next <= *uids.back()) {
        std::size_t count = 0;
        const auto read = session_.store().read(session_.selected().mailbox().id, [&](const MailboxView& view) {
            view.each(uids.within(next, *uids.back()), [&](const Message& message) {
                next = Uid{message.uid.value + 1};
                if (passes(message)) found.add(message.uid);
                return ++count < rows_at_once;
            });
        });
        if (!read) co_return fail(read.error());
        if (count < rows_at_once) break;
        co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
    }
    co_return found;
}

Task<Reply> Fetch::run(UidSet uids) {
    auto refused = co_await set_seen(uids);
    if (refused) co_return *refused;
    const Uid last = *uids.back();
    while (!at_end_ && next_ <= last) {
        const UidSet left = next_.value == 0 ? uids : uids.within(next_, last);
        if (printer_.needs_text()) {
            refused = co_await step_texts(left);
        } else {
            refused = co_await step_rows(left);
        }
        if (refused) co_return *refused;
    }
    if (!problem_ && met_ < uids.size()) {
        co_return reply_of_missing("Fetch completed", by_uid_);
    }
    co_return ending();
}

/// RFC 7162 §3.1: whether or not there is a message to tell of.
bool enables_condstore(const imap::FetchArguments& arguments) {
    const auto& items = arguments.items;
    return arguments.changed_since ||
           std::ranges::find(items, FetchItem::Kind::modseq, &FetchItem::kind) != items.end();
}

}  // namespace

Task<Reply> cmd_fetch(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::FetchArguments>(command.arguments);
    if (arguments.vanished && (!session.qresync() || !command.uid)) {
        co_return Reply::bad("VANISHED needs ENABLE QRESYNC and UID FETCH");
    }
    if (arguments.page && !command.uid) co_return Reply::bad("PARTIAL needs UID FETCH");
    NamedMessages named = session.selected().resolve(arguments.set, command.uid);
    if (named.beyond) co_return Reply::bad("No such message", imap::code::client_bug);
    if (enables_condstore(arguments)) session.enable_condstore();
    if (arguments.vanished) {
        // "*" reaches up to what may have been the last message.
        const auto asked = to_uids(arguments.set.resolve(UINT32_MAX));
        auto gone = vanished_since(session, ModSeq{*arguments.changed_since}, asked);
        auto told = co_await session.tell_vanished(std::move(gone), true);
        if (!told) co_return Reply::hang_up();
    }
    if (named.uids.empty()) co_return Reply::ok("No messages");
    Fetch fetch(session, arguments, command.uid);
    if (arguments.page) {
        const auto passing = co_await fetch.passing(std::move(named.uids));
        if (!passing) co_return reply_of(passing.error());
        named.uids = page_of(*passing, *arguments.page);
        if (named.uids.empty()) co_return Reply::ok("No messages");
    }
    Reply reply = co_await fetch.run(session.limit().admit(std::move(named.uids)));
    co_return reply;
}

Task<Result<>> print_new_messages(ImapSession& session, UidSet uids, std::vector<imap::FetchItem> items) {
    if (uids.empty()) co_return Result<>();
    for (auto& item : items) item.peek = item.peek || item.sets_seen();
    imap::FetchArguments arguments;
    arguments.items = std::move(items);
    if (enables_condstore(arguments)) {
        session.enable_condstore();
    } else if (session.condstore()) {
        arguments.items.push_back({.kind = FetchItem::Kind::modseq});
    }
    Fetch fetch(session, arguments, true);
    // A text that can't be read is left out; a FETCH for it will say so.
    const Reply reply = co_await fetch.run(std::move(uids));
    if (reply.after == Reply::After::hang_up) co_return fail(net::errc::closed);
    co_return Result<>();
}

}  // namespace helio::store::imapd
