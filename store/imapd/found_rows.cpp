#include "store/imapd/found_rows.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t rows_at_once = 1024;

}  // namespace

Task<Result<>> each_found(ImapSession& session, const UidSet& uids, bool with_summary,
                          const std::function<bool(const Message&, const mail::SummaryView*)>& take, Progress* progress,
                          std::uint64_t before) {
    if (uids.empty()) co_return Result<>();
    Uid next = *uids.front();
    for (bool more = true; more;) {
        std::size_t count = 0;
        more = false;
        const auto read = session.store().read(session.selected().mailbox().id, [&](const MailboxView& view) {
            view.each(uids.within(next, *uids.back()), [&](const Message& message) {
                next = Uid{message.uid.value + 1};
                search::MessageText text(session.store(), message,
                                         with_summary ? view.summary(message.body).value_or("") : "");
                const auto summary = with_summary ? text.summary() : nullptr;
                if (!take(message, summary ? *summary : nullptr)) return false;
                more = ++count == rows_at_once;
                return !more;
            });
        });
        if (!read) co_return fail(read.error());
        before += count;
        if (!more) continue;
        if (progress != nullptr) {
            auto told = co_await progress->tell(before);
            if (!told) co_return told;
        }
        co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
    }
    co_return Result<>();
}

}  // namespace helio::store::imapd
