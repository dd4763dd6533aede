// The part of ImapSession that tells the client what is new in its mailbox (RFC 9051 §7.4.1, §7.5).
#include <algorithm>

#include "common/net/worker.h"
#include "store/imapd/commands.h"
#include "store/imapd/message_printer.h"
#include "store/imapd/notifier.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

namespace {

constexpr std::size_t rows_at_once = 512;

bool is_limited(const QuotaRoot& root) { return root.limits.bytes || root.limits.messages; }

bool is_over(const QuotaRoot& root) {
    const QuotaLimits& limits = root.limits;
    const Usage& usage = root.usage;
    return (limits.bytes && usage.bytes > *limits.bytes) || (limits.messages && usage.messages > *limits.messages);
}

}  // namespace

void ImapSession::tell_keywords(const Keywords& keywords) {
    if (!selected_->learn_keywords(keywords.names.size())) return;
    out_ += "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    for (const auto& name : keywords.names) out_ += ' ' + name;
    out_ += ")\r\n";
}

void ImapSession::tell_over_quota() {
    if (!selected_ || selected_->mailbox().id.owner() != store().user()) return;
    const auto set = services_.store.quotas_set();
    if (no_limits_since_ == set) return;
    const auto roots = services_.store.quota_roots(selected_->mailbox().id, quota_, false);
    // A mailbox that is deleted meanwhile is told of by the next sync.
    if (!roots) return;
    const bool over = std::any_of(roots->begin(), roots->end(), is_over);
    if (std::none_of(roots->begin(), roots->end(), is_limited)) no_limits_since_ = set;
    if (over && !over_quota_) untagged(imap::Status::no, imap::code::over_quota, "The mailbox is over its quota");
    over_quota_ = over;
}

void ImapSession::notify(std::unique_ptr<Notifier> notifier) {
    notifier_ = std::move(notifier);
    events_told_ = 0;
}

bool ImapSession::has_own_news() const {
    if (!notifier_) return false;
    if (notifier_->pending()) return true;
    return selected_ && notifier_->of_selected() != nullptr && selected_->events() != events_told_;
}

// Between commands, for clients that asked by NOTIFY.
Task<Result<>> ImapSession::tell_own_news() {
    while (has_own_news()) {
        const imap::EventGroup* group = notifier_->of_selected();
        if (selected_ && group != nullptr) {
            events_told_ = selected_->events();
            const bool at_once = group->filter.kind == imap::MailboxFilter::Kind::selected;
            const bool flags = (group->events & imap::event_flag_change) != 0;
            auto told = co_await sync(at_once, flags);
            if (!told) co_return told;
        }
        auto go_on = co_await notifier_->tell();
        if (!go_on) co_return fail(go_on.error());
        if (!*go_on) notify(nullptr);
        auto sent = co_await flush();
        if (!sent) co_return sent;
    }
    co_return Result<>();
}

Task<Result<>> ImapSession::tell_news(bool expunges) {
    auto told = co_await sync(expunges);
    if (!told || !notifier_) co_return told;
    auto go_on = co_await notifier_->tell();
    if (!go_on) co_return fail(go_on.error());
    if (!*go_on) notify(nullptr);
    co_return told;
}

Task<Result<>> ImapSession::sync(bool expunges, bool flags) {
    if (!selected_ || !selected_->changed()) co_return Result<>();
    const Expunges when_possible = qresync_ || uidonly_ ? Expunges::uids : Expunges::numbers;
    const MailboxChanges changes = selected_->take_changes(store(), expunges ? when_possible : Expunges::wait, flags);
    if (changes.gone) {
        co_await goodbye({}, "The selected mailbox was deleted");
        co_return fail(net::errc::closed);
    }
    for (const std::uint32_t number : changes.expunged) {
        imap::print_numbered(out_, number, "EXPUNGE");
        auto sent = co_await flush_if_full();
        if (!sent) co_return sent;
    }
    auto told = co_await tell_vanished(changes.vanished, false);
    if (!told) co_return told;
    if (changes.exists) imap::print_numbered(out_, *changes.exists, "EXISTS");
    if (changes.recent && !rev2_) imap::print_numbered(out_, *changes.recent, "RECENT");
    if (!changes.appended.empty()) tell_over_quota();
    if (changes.keywords) {
        // A mailbox that is deleted meanwhile is told of by the next sync.
        (void)store().read(selected_->mailbox().id,
                           [this](const MailboxView& view) { tell_keywords(view.keywords()); });
    }
    if (notifier_ && notifier_->of_selected() != nullptr && !notifier_->of_selected()->items.empty()) {
        told = co_await print_new_messages(*this, changes.appended, notifier_->of_selected()->items);
        if (!told) co_return told;
    }
    told = co_await tell_flags(changes.flags, changes.flags_since);
    co_return told;
}

// expunged-resp =/ "VANISHED" [SP "(EARLIER)"] SP known-uids (RFC 7162 §7)
Task<Result<>> ImapSession::tell_vanished(UidSet uids, bool earlier) {
    constexpr std::size_t ranges_in_line = 500;
    const auto& ranges = uids.ranges();
    for (std::size_t at = 0; at < ranges.size(); at += ranges_in_line) {
        out_ += earlier ? "* VANISHED (EARLIER) " : "* VANISHED ";
        const auto last = std::min(at + ranges_in_line, ranges.size());
        out_ += uids.within(ranges[at].first, ranges[last - 1].last).to_string();
        out_ += "\r\n";
        auto sent = co_await flush_if_full();
        if (!sent) co_return sent;
    }
    co_return Result<>();
}

Task<Result<>> ImapSession::tell_flags(UidSet uids, ModSeq known) {
    Uid next{0};
    while (!uids.empty() && next <= *uids.back()) {
        std::size_t count = 0;
        const auto read = store().read(selected_->mailbox().id, [&](const MailboxView& view) {
            const Keywords keywords = view.keywords();
            tell_keywords(keywords);
            view.each(uids.within(next, *uids.back()), [&](const Message& message) {
                next = Uid{message.uid.value + 1};
                const auto number = selected_->sequence_of(message.uid);
                if (number && message.modseq > known && !selected_->knows(message.uid, message.modseq)) {
                    print_flags_fetch(out_, *number, message, keywords,
                                      {.uid_only = uidonly_,
                                       .uid = condstore_ || rev2_,  // RFC 9051 App. E: always with IMAP4rev2
                                       .modseq = condstore_,
                                       .recent = !rev2_ && selected_->is_recent(message.uid)});
                }
                return ++count < rows_at_once && next.value != 0;
            });
        });
        if (!read || count < rows_at_once) break;
        auto sent = co_await flush_if_full();
        if (!sent) co_return sent;
        // Other sessions of this worker have their turn.
        co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));
    }
    co_return Result<>();
}

}  // namespace helio::store::imapd
