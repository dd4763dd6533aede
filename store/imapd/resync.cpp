#include "store/imapd/resync.h"

namespace helio::store::imapd {

namespace {

// Up to the greatest pair of number and UID that still holds nothing is gone (RFC 7162 §3.2.5.2).
UidSet above_match(UidSet gone, const imap::QresyncArguments::Match& match, const UidSet& now) {
    const auto numbers = match.numbers.resolve(1);
    const auto uids = to_uids(match.uids.resolve(1));
    std::size_t position = uids.size();
    for (auto range = numbers.ranges().rbegin(); range != numbers.ranges().rend(); ++range) {
        // Within one range the n-th number belongs to the n-th UID: those that hold come first.
        const std::size_t count = range->last - range->first + std::size_t{1};
        std::size_t low = 0;
        std::size_t high = count;
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            const Uid uid = uids.at(position - count + middle);
            const std::size_t number = range->first + middle;
            const bool holds = number <= now.size() && now.at(number - 1) == uid;
            if (holds) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low > 0) {
            gone.remove(UidSet::of(Uid{1}, uids.at(position - count + low - 1)));
            break;
        }
        position -= count;
    }
    return gone;
}

}  // namespace

UidSet vanished_since(ImapSession& session, ModSeq since, const UidSet& among) {
    UidSet gone;
    const Selected& selected = session.selected();
    const auto read = session.store().read(
        selected.mailbox().id, [&](const MailboxView& view) { gone = view.vanished_since(since).intersection(among); });
    if (!read) return {};
    // Those that went since SELECT are told as usual.
    gone.remove(selected.uids());
    return gone;
}

Task<Result<>> tell_since(ImapSession& session, imap::QresyncArguments known) {
    const Selected& selected = session.selected();
    if (known.uid_validity != selected.opened().uid_validity.value) co_return Result<>();
    const auto all = UidSet::of(Uid{1}, Uid{UINT32_MAX});
    const auto cached = known.known_uids ? to_uids(known.known_uids->resolve(1)) : all;
    auto gone = vanished_since(session, ModSeq{known.modseq}, cached);
    if (known.match) gone = above_match(std::move(gone), *known.match, selected.uids());
    auto told = co_await session.tell_vanished(std::move(gone), true);
    if (!told) co_return told;
    told = co_await session.tell_flags(selected.uids().intersection(cached), ModSeq{known.modseq});
    co_return told;
}

}  // namespace helio::store::imapd
