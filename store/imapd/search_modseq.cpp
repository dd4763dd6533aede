#include "store/imapd/search_modseq.h"

#include <algorithm>

#include "common/net/worker.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t rows_at_once = 1024;

}  // namespace

Task<Result<std::optional<ModSeq>>> told_modseq(ImapSession& session, MailboxId mailbox, const SearchFound& found,
                                                const imap::SearchArguments& search, UidSet shown) {
    if (!found.modseq || saves_all(search.return_options)) co_return found.modseq;
    ModSeq greatest;
    Uid next{0};
    while (!shown.empty() && next <= *shown.back()) {
        std::size_t count = 0;
        const auto read = session.store().read(mailbox, [&](const MailboxView& view) {
            view.each(shown.within(next, *shown.back()), [&](const Message& message) {
                next = Uid{message.uid.value + 1};
                greatest = std::max(greatest, message.modseq);
                return ++count < rows_at_once;
            });
        });
        if (!read) co_return fail(read.error());
        if (count < rows_at_once) break;
        co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
    }
    co_return greatest;
}

}  // namespace helio::store::imapd
