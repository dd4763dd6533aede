// SEARCH and UID SEARCH (RFC 9051 §6.4.4; RFC 7162 §3.1.5; RFC 9394). Rows are read in steps from snapshots; texts only
// for messages that flags, dates and sizes do not decide. Between steps other sessions of the worker have their turn.
#include "common/base/text.h"
#include "common/mail/charset.h"
#include "store/imapd/commands.h"
#include "store/imapd/progress.h"
#include "store/imapd/search_program.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t rows_at_once = 4096;
constexpr std::size_t texts_at_once = 16;

class Search {
public:
    Search(ImapSession& session, const SearchProgram& program, const std::string& tag)
        : session_(session), program_(program), progress_(session, tag, program.candidates().size()) {}

    Task<Result<>> run();
    const UidSet& found() const { return found_; }
    ModSeq modseq() const { return modseq_; }

private:
    Result<std::size_t> read_rows(std::vector<Message>& rows, const UidSet& left);
    Result<> ask(const Message& message);

    ImapSession& session_;
    const SearchProgram& program_;
    Progress progress_;
    std::uint64_t done_ = 0;
    Uid next_{0};
    UidSet found_;
    ModSeq modseq_;
};

Result<std::size_t> Search::read_rows(std::vector<Message>& rows, const UidSet& left) {
    std::size_t count = 0;
    Result<> failed;
    const auto read = session_.store().read(session_.selected().mailbox().id, [&](const MailboxView& view) {
        view.each(left, [&](const Message& message) {
            next_ = Uid{message.uid.value + 1};
            if (program_.rows_suffice()) {
                failed = ask(message);
            } else {
                rows.push_back(message);
            }
            return ++count < rows_at_once && failed.has_value();
        });
    });
    if (!read) return fail(read.error());
    if (!failed) return fail(failed.error());
    return count;
}

Result<> Search::ask(const Message& message) {
    const Selected& selected = session_.selected();
    const auto number = selected.sequence_of(message.uid);
    if (!number) return {};
    MessageText text(session_.store(), message);
    const auto matches = program_.matches({message, *number, selected.is_recent(message.uid), text});
    if (!matches) return fail(matches.error());
    if (!*matches) return {};
    found_.add(message.uid);
    modseq_ = std::max(modseq_, message.modseq);
    return {};
}

Task<Result<>> Search::run() {
    const UidSet& all = program_.candidates();
    while (!all.empty() && next_ <= *all.back()) {
        std::vector<Message> rows;
        const auto count = read_rows(rows, next_.value == 0 ? all : all.within(next_, *all.back()));
        if (!count) co_return fail(count.error());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (i % texts_at_once == texts_at_once - 1) {
                co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
            }
            auto asked = ask(rows[i]);
            if (!asked) co_return asked;
            auto told = co_await progress_.tell(done_ + i + 1);
            if (!told) co_return told;
        }
        done_ += *count;
        if (*count < rows_at_once) break;
        co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
    }
    co_return Result<>();
}

bool is_usable_charset(std::string_view charset) {
    return charset.empty() || charset == "UTF-8" || charset == "US-ASCII" || mail::is_known_charset(charset);
}

imap::NumberSet numbers_of(const Selected& selected, const UidSet& uids, bool uid) {
    return uid ? to_numbers(uids) : selected.to_sequence(uids);
}

// With MIN, MAX or PARTIAL but not ALL or COUNT only these are saved (RFC 9051 §6.4.4.1, RFC 9394 §3.2).
UidSet saved_part(const UidSet& found, const imap::SearchArguments& arguments) {
    const std::uint8_t options = arguments.return_options;
    if (found.empty() || (options & (imap::return_all | imap::return_count)) != 0) return found;
    if ((options & (imap::return_min | imap::return_max | imap::return_partial)) == 0) return found;
    UidSet saved;
    if ((options & imap::return_partial) != 0) saved.add(page_of(found, arguments.partial));
    if ((options & imap::return_min) != 0) saved.add(*found.front());
    if ((options & imap::return_max) != 0) saved.add(*found.back());
    return saved;
}

void print_found(ImapSession& session, const imap::Command& command, const UidSet& found,
                 std::optional<std::uint64_t> modseq) {
    const Selected& selected = session.selected();
    const auto& arguments = std::get<imap::SearchArguments>(command.arguments);
    if (!arguments.extended && !session.rev2()) {
        imap::print_search_response(session.out(), numbers_of(selected, found, command.uid), modseq);
        return;
    }
    imap::EsearchResponse response{.tag = command.tag,
                                   .uid = command.uid,
                                   .found = numbers_of(selected, found, command.uid),
                                   .partial = arguments.partial,
                                   .modseq = modseq};
    if ((arguments.return_options & imap::return_partial) != 0) {
        response.page = numbers_of(selected, page_of(found, arguments.partial), command.uid);
    }
    response.options = arguments.extended ? arguments.return_options : std::uint8_t{imap::return_all};
    // SAVE alone gives no answer (RFC 9051 §6.4.4.1).
    if (response.options == imap::return_save) return;
    imap::print_esearch(session.out(), response);
}

}  // namespace

Task<Reply> cmd_search(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::SearchArguments>(command.arguments);
    Selected& selected = session.selected();
    const bool saves = (arguments.return_options & imap::return_save) != 0;
    // All strings are UTF-8 then (RFC 6855 §3).
    if (session.utf8_accept() && !arguments.charset.empty()) co_return Reply::bad("No CHARSET after UTF8=ACCEPT");
    if (!is_usable_charset(arguments.charset)) {
        if (saves) selected.save_result({});
        co_return Reply::no("BADCHARSET (UTF-8 US-ASCII)", "Unknown charset");
    }
    if (session.uidonly() && arguments.key.uses_sequence_numbers()) {
        co_return Reply::bad("No sequence numbers after ENABLE UIDONLY", imap::code::uid_required);
    }
    const bool wants_modseq = arguments.key.uses(imap::SearchKey::Kind::modseq);
    if (wants_modseq) session.enable_condstore();

    Keywords keywords;
    const auto read = session.store().read(selected.mailbox().id,
                                           [&keywords](const MailboxView& view) { keywords = view.keywords(); });
    if (!read) co_return reply_of(read.error());
    const auto now = base::unix_seconds(session.services().clock.wall_now());
    const SearchProgram program(arguments.key, arguments.charset, selected, keywords, now);
    Search search(session, program, command.tag);
    if (!program.is_all()) {
        auto done = co_await search.run();
        if (!done) {
            if (saves) selected.save_result({});
            co_return reply_of(done.error());
        }
    }
    const UidSet& found = program.is_all() ? program.candidates() : search.found();
    if (saves) selected.save_result(saved_part(found, arguments));
    std::optional<std::uint64_t> modseq;
    if (wants_modseq) modseq = search.modseq().value;
    print_found(session, command, found, modseq);
    co_return Reply::ok("Search completed");
}

}  // namespace helio::store::imapd
