#include "store/imapd/notifier.h"

#include <algorithm>

#include "store/imapd/status_values.h"

namespace helio::store::imapd {

Result<std::unique_ptr<Notifier>> Notifier::open(ImapSession& session, const imap::NotifyArguments& arguments,
                                                 std::function<void()> on_event) {
    std::unique_ptr<Notifier> notifier(new Notifier(session));
    for (const auto& group : arguments.groups) {
        if (group.filter.is_selected()) {
            if (group.events != 0) notifier->of_selected_ = group;
            continue;
        }
        const auto name_events = imap::event_mailbox_name | imap::event_subscription_change;
        notifier->wants_names_ = notifier->wants_names_ || (group.events & name_events) != 0;
        notifier->groups_.push_back({MailboxMatch(session, group.filter), group.events});
    }
    if (notifier->groups_.empty()) return notifier;
    // Watched before it is read, so that nothing is missed in between.
    Notifier* const self = notifier.get();
    auto watch = session.services().store.watch(session.store().user(),
                                                [self, on_event = std::move(on_event)](const MailboxEvent& event) {
                                                    self->take_event(event);
                                                    if (self->pending()) on_event();
                                                });
    if (!watch) return fail(watch.error());
    notifier->watch_ = std::move(*watch);
    const auto entries = notifier->list();
    if (!entries) return fail(entries.error());
    if (notifier->wants_names_) notifier->names_ = notifier->names_of(*entries);
    return notifier;
}

void Notifier::take_event(const MailboxEvent& event) {
    if (event.mailbox_changed || event.subscriptions_changed) names_stirred_ = names_stirred_ || wants_names_;
    const bool counts = !event.appended.empty() || !event.expunged.empty() || event.rescan;
    if (!counts && event.flags_changed.empty()) return;
    if (stirred_.size() >= session_.config().notify_mailboxes && !stirred_.contains(event.mailbox)) {
        overflow_ = true;
        return;
    }
    bool& known = stirred_[event.mailbox];
    known = known || counts;
}

Result<std::vector<ListEntry>> Notifier::list() const {
    auto entries = session_.store().list();
    if (!entries) return entries;
    // The watch is of the user's own account.
    std::erase_if(*entries, [this](const ListEntry& entry) {
        return entry.mailbox && entry.mailbox->id.owner() != session_.store().user();
    });
    if (entries->size() > session_.config().notify_mailboxes) return fail(errc::too_many, "mailboxes of NOTIFY");
    return entries;
}

// The first group that a mailbox belongs to decides (RFC 5465 §6).
std::uint16_t Notifier::events_of(const ListEntry& entry) const {
    const auto found =
        std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) { return group.match.matches(entry); });
    return found == groups_.end() ? std::uint16_t{0} : found->events;
}

Notifier::Names Notifier::names_of(const std::vector<ListEntry>& entries) const {
    Names names;
    for (const auto& entry : entries) {
        names[entry.name] = {entry.mailbox.has_value(), entry.subscribed,
                             entry.mailbox ? entry.mailbox->id : MailboxId{}};
    }
    return names;
}

bool Notifier::is_selected(MailboxId id) const {
    return session_.has_selected() && session_.selected().mailbox().id == id;
}

void Notifier::print_status(const Mailbox& mailbox, bool counts) {
    std::uint16_t items = imap::status_uidvalidity | imap::status_unseen;
    if (counts) items |= imap::status_messages | imap::status_uidnext;
    if (session_.condstore()) items |= imap::status_highestmodseq;
    // One that is deleted meanwhile is told by its name.
    (void)print_mailbox_status(session_, mailbox, items);
}

Task<Result<>> Notifier::tell_status() {
    const auto entries = list();
    if (!entries) co_return fail(entries.error());
    for (const auto& entry : *entries) {
        if (!entry.mailbox || is_selected(entry.mailbox->id)) continue;
        if ((events_of(entry) & imap::message_events) == 0) continue;
        print_status(*entry.mailbox, true);
        auto sent = co_await session_.flush_if_full();
        if (!sent) co_return sent;
    }
    co_return Result<>();
}

void Notifier::print_name(const ListEntry& entry, std::string_view old_name) {
    imap::ListResponse response{.attributes = {}, .name = entry.name, .old_name = old_name};
    if (!entry.mailbox) response.attributes.push_back("\\NonExistent");
    if (entry.subscribed) response.attributes.push_back("\\Subscribed");
    imap::print_list(session_.out(), response, session_.utf8());
}

// Names that came, went, moved, or changed their subscription since the client was told (RFC 5465 §5.4, §5.5).
Task<Result<>> Notifier::tell_names(const std::vector<ListEntry>& entries) {
    const Names before = std::exchange(names_, names_of(entries));
    std::map<MailboxId, std::string_view> old_names;
    for (const auto& [name, known] : before) {
        if (known.exists) old_names.emplace(known.id, name);
    }
    std::vector<std::string_view> renamed;
    for (const auto& entry : entries) {
        const std::uint16_t events = events_of(entry);
        const auto found = before.find(entry.name);
        const Known known = found == before.end() ? Known{} : found->second;
        const MailboxId id = entry.mailbox ? entry.mailbox->id : MailboxId{};
        const bool exists = entry.mailbox.has_value();
        const bool name_news = (known.exists != exists || known.id != id) && (events & imap::event_mailbox_name) != 0;
        const bool subscription_news =
            known.subscribed != entry.subscribed && (events & imap::event_subscription_change) != 0;
        if (!name_news && !subscription_news) continue;
        std::string_view old_name;
        const auto old = exists ? old_names.find(id) : old_names.end();
        if (old != old_names.end() && old->second != entry.name) {
            old_name = old->second;
            renamed.push_back(old_name);
        }
        print_name(entry, old_name);
        auto sent = co_await session_.flush_if_full();
        if (!sent) co_return sent;
    }
    for (const auto& [name, known] : before) {
        if (names_.contains(name)) continue;
        if (std::find(renamed.begin(), renamed.end(), name) != renamed.end()) continue;
        const ListEntry gone{name, std::nullopt, false, false};
        // Which groups it was in is asked with the subscription that it had.
        const std::uint16_t events = events_of({name, std::nullopt, false, known.subscribed});
        const bool told = (known.exists && (events & imap::event_mailbox_name) != 0) ||
                          (known.subscribed && (events & imap::event_subscription_change) != 0);
        if (!told) continue;
        print_name(gone, {});
        auto sent = co_await session_.flush_if_full();
        if (!sent) co_return sent;
    }
    co_return Result<>();
}

Task<Result<>> Notifier::tell_messages(const std::vector<ListEntry>& entries) {
    const auto stirred = std::exchange(stirred_, {});
    for (const auto& entry : entries) {
        if (!entry.mailbox || is_selected(entry.mailbox->id)) continue;
        const auto found = stirred.find(entry.mailbox->id);
        if (found == stirred.end()) continue;
        const std::uint16_t events = events_of(entry);
        const std::uint16_t wanted =
            found->second ? std::uint16_t{imap::event_message_new} : std::uint16_t{imap::event_flag_change};
        if ((events & wanted) == 0) continue;
        print_status(*entry.mailbox, found->second);
        auto sent = co_await session_.flush_if_full();
        if (!sent) co_return sent;
    }
    co_return Result<>();
}

Task<Result<bool>> Notifier::tell() {
    if (!pending()) co_return true;
    const auto entries = list();
    if (overflow_ || !entries) {
        session_.untagged(imap::Status::ok, "NOTIFICATIONOVERFLOW", "Too much happens; no more is told");
        co_return false;
    }
    if (std::exchange(names_stirred_, false)) {
        auto told = co_await tell_names(*entries);
        if (!told) co_return fail(told.error());
    }
    auto told = co_await tell_messages(*entries);
    if (!told) co_return fail(told.error());
    co_return true;
}

}  // namespace helio::store::imapd
