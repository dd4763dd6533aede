#include "store/imapd/search_run.h"

#include <array>
#include <chrono>

#include "common/base/text.h"
#include "common/mail/charset.h"
#include "store/imapd/progress.h"
#include "store/imapd/search_condition.h"
#include "store/search/matcher.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t rows_at_once = 4096;
constexpr std::size_t summaries_at_once = 1024;
constexpr std::size_t summaries_ahead = 16;
constexpr std::size_t texts_at_once = 16;
constexpr std::chrono::milliseconds longest_turn{5};

class Search {
public:
    /// Looks at the messages `uids` of `mailbox`; all references must hold until run() has ended.
    Search(ImapSession& session, MailboxId mailbox, const search::Matcher& matcher, const UidSet& uids,
           const std::string& tag)
        : session_(session), mailbox_(mailbox), matcher_(matcher), uids_(uids), progress_(session, tag, uids.size()) {}

    Task<Result<>> run();
    UidSet take_found() { return std::move(found_); }
    ModSeq modseq() const { return modseq_; }

private:
    Result<std::size_t> read_rows(std::vector<Message>& rows, const UidSet& left);
    Result<> ask_summaries(const MailboxView& view, std::vector<Message>& rows);
    Result<> ask(const Message& message, std::string_view summary);

    ImapSession& session_;
    const MailboxId mailbox_;
    const search::Matcher& matcher_;
    const UidSet& uids_;
    Progress progress_;
    std::uint64_t done_ = 0;
    Uid next_{0};
    UidSet found_;
    ModSeq modseq_;
};

// Takes `rows` out. Where the summaries of a large mailbox lie is known before the first is looked at, so that memory
// brings the next ones while one is read.
Result<> Search::ask_summaries(const MailboxView& view, std::vector<Message>& rows) {
    std::array<std::string_view, summaries_ahead> summaries;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        summaries[i] = view.summary(rows[i].body).value_or("");
        __builtin_prefetch(summaries[i].data());
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto asked = ask(rows[i], summaries[i]);
        if (!asked) return asked;
    }
    rows.clear();
    return {};
}

// Asks the messages in place, or collects them when their texts are needed. A summary that does not decide (it is cut)
// has its message's header read in place too: that is rare.
Result<std::size_t> Search::read_rows(std::vector<Message>& rows, const UidSet& left) {
    std::size_t count = 0;
    Result<> failed;
    const bool in_place = matcher_.summaries_suffice();
    const std::size_t most = matcher_.rows_suffice() ? rows_at_once : summaries_at_once;
    const auto read = session_.store().read(mailbox_, [&](const MailboxView& view) {
        view.each(left, [&](const Message& message) {
            next_ = Uid{message.uid.value + 1};
            if (matcher_.rows_suffice()) {
                failed = ask(message, {});
            } else {
                rows.push_back(message);
                if (in_place && rows.size() == summaries_ahead) failed = ask_summaries(view, rows);
            }
            return ++count < most && failed.has_value();
        });
        if (in_place && failed) failed = ask_summaries(view, rows);
    });
    if (!read) return fail(read.error());
    if (!failed) return fail(failed.error());
    if (count < most) next_ = Uid{0};
    return count;
}

Result<> Search::ask(const Message& message, std::string_view summary) {
    search::MessageText text(session_.store(), message, summary);
    const auto answer = matcher_.ask({message, text});
    if (!answer && search::is_gone(answer.error())) return {};
    if (!answer) return fail(answer.error());
    if (*answer != search::Answer::yes) return {};
    found_.add(message.uid);
    modseq_ = std::max(modseq_, message.modseq);
    return {};
}

Task<Result<>> Search::run() {
    if (uids_.empty()) co_return Result<>();
    do {
        std::vector<Message> rows;
        const auto count = read_rows(rows, next_.value == 0 ? uids_ : uids_.within(next_, *uids_.back()));
        if (!count) co_return fail(count.error());
        auto since = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (i % texts_at_once == texts_at_once - 1 || std::chrono::steady_clock::now() - since > longest_turn) {
                since = std::chrono::steady_clock::now();
                co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
            }
            auto asked = ask(rows[i], {});
            if (!asked) co_return asked;
            auto told = co_await progress_.tell(done_ + i + 1);
            if (!told) co_return told;
        }
        done_ += *count;
        if (next_.value == 0) co_return Result<>();
        auto told = co_await progress_.tell(done_);
        if (!told) co_return told;
        co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
    } while (next_ <= *uids_.back());
    co_return Result<>();
}

bool is_usable_charset(std::string_view charset) {
    return charset.empty() || charset == "UTF-8" || charset == "US-ASCII" || mail::is_known_charset(charset);
}

}  // namespace

std::optional<Reply> refuse_search(ImapSession& session, const imap::SearchArguments& search) {
    if (session.uidonly() && search.key.uses_sequence_numbers()) {
        return Reply::bad("No sequence numbers after ENABLE UIDONLY", imap::code::uid_required);
    }
    if (is_usable_charset(search.charset)) return std::nullopt;
    if ((search.return_options & imap::return_save) != 0) session.selected().save_result({});
    return Reply::no("BADCHARSET (UTF-8 US-ASCII)", "Unknown charset");
}

Task<Result<SearchFound>> run_search(ImapSession& session, const imap::SearchArguments& search,
                                     const std::string& tag) {
    auto found = co_await run_search_in(session, session.selected(), search, tag);
    co_return found;
}

Task<Result<SearchFound>> run_search_in(ImapSession& session, const Selected& selected,
                                        const imap::SearchArguments& search, const std::string& tag) {
    const bool wants_modseq = search.key.uses(imap::SearchKey::Kind::modseq);
    if (wants_modseq) session.enable_condstore();
    Keywords keywords;
    const auto read = session.store().read(selected.mailbox().id,
                                           [&keywords](const MailboxView& view) { keywords = view.keywords(); });
    if (!read) co_return fail(read.error());
    const auto now = base::unix_seconds(session.services().clock.wall_now());
    search::Matcher matcher(to_condition(search.key, {search.charset, selected, now}));
    matcher.bind(keywords);
    const UidSet uids = session.limit().admit(matcher.within(selected.uids()));
    SearchFound found;
    if (matcher.is_all()) {
        found.uids = uids;
        co_return found;
    }
    Search run(session, selected.mailbox().id, matcher, uids, tag);
    auto done = co_await run.run();
    if (!done) co_return fail(done.error());
    found.uids = run.take_found();
    if (wants_modseq) found.modseq = run.modseq();
    co_return found;
}

bool saves_all(std::uint8_t options) {
    return (options & (imap::return_all | imap::return_count)) != 0 ||
           (options & (imap::return_min | imap::return_max | imap::return_partial)) == 0;
}

UidSet saved_part(const UidSet& found, const imap::SearchArguments& arguments) {
    if (found.empty() || saves_all(arguments.return_options)) return found;
    UidSet saved;
    if ((arguments.return_options & imap::return_partial) != 0) saved.add(page_of(found, arguments.partial));
    if ((arguments.return_options & imap::return_min) != 0) saved.add(*found.front());
    if ((arguments.return_options & imap::return_max) != 0) saved.add(*found.back());
    return saved;
}

imap::NumberSet numbers_of(const Selected& selected, const UidSet& uids, bool uid) {
    return uid ? to_numbers(uids) : selected.to_sequence(uids);
}

}  // namespace helio::store::imapd
