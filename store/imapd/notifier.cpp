#include "store/imapd/notifier.h"

#include <algorithm>

#include "store/imapd/status_values.h"

namespace helio::store::imapd {

namespace {

constexpr std::uint16_t name_events = imap::event_mailbox_name | imap::event_subscription_change;

void add_name(std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

}  // namespace

Result<std::unique_ptr<Notifier>> Notifier::open(ImapSession& session, const imap::NotifyArguments& arguments,
                                                 std::function<void()> on_event) {
    std::unique_ptr<Notifier> notifier(new Notifier(session, std::move(on_event)));
    for (const auto& group : arguments.groups) notifier->add_group(group);
    if (notifier->groups_.empty()) return notifier;
    // Watched before it is read, so that nothing is missed in between.
    auto own = notifier->watch(session.store().user());
    if (!own) return fail(own.error());
    notifier->watches_[session.store().user()] = std::move(*own);
    const auto entries = notifier->follow();
    if (!entries) return fail(entries.error());
    if (notifier->wants(name_events)) notifier->names_ = notifier->names_of(*entries);
    return notifier;
}

void Notifier::add_group(const imap::EventGroup& group) {
    if (group.filter.is_selected()) {
        if (group.events != 0) of_selected_ = group;
        return;
    }
    wanted_ = static_cast<std::uint16_t>(wanted_ | group.events);
    groups_.push_back({MailboxMatch(session_, group.filter), group.events});
    wants_others_ = wants_others_ || (group.events != 0 && groups_.back().match.means_others());
}

Result<Watch> Notifier::watch(UserId owner) {
    return session_.services().store.watch(owner, [this](const MailboxEvent& event) {
        take_event(event);
        if (pending()) on_event_();
    });
}

void Notifier::take_event(const MailboxEvent& event) {
    overflow_ = overflow_ || event.mailboxes_lost;
    const bool own = event.mailbox.owner() == session_.store().user();
    if (own) {
        const bool names = event.mailbox_changed || event.subscriptions_changed;
        names_stirred_ = names_stirred_ || (names && wants(name_events)) || (event.shares_changed && wants_others_);
    } else {
        names_stirred_ = names_stirred_ || event.mailbox_changed || event.acl_changed;
        if (!others_.contains(event.mailbox)) return;
    }
    take_annotations(event);
    const bool counts = !event.appended.empty() || !event.expunged.empty() || event.rescan;
    if (!wants(imap::message_events) || (!counts && event.flags_changed.empty())) return;
    if (Stirred* const stirred = stir(event.mailbox)) {
        stirred->counts = stirred->counts || counts;
        stirred->flags = true;
    }
}

// Private ones of other users are nobody else's business.
void Notifier::take_annotations(const MailboxEvent& event) {
    if (!wants(imap::event_mailbox_metadata | imap::event_server_metadata)) return;
    overflow_ = overflow_ || event.annotations_lost;
    for (const auto& one : event.annotations) {
        if (one.user.value != 0 && one.user != session_.store().user()) continue;
        if (!wants(one.of_server ? imap::event_server_metadata : imap::event_mailbox_metadata)) continue;
        if (++annotations_waiting_ > session_.config().notify_mailboxes) {
            overflow_ = true;
            return;
        }
        if (one.of_server) {
            add_name(server_annotations_, one.name);
        } else if (Stirred* const stirred = stir(event.mailbox)) {
            add_name(stirred->annotations, one.name);
        }
    }
}

// Null: there is no room for one more.
Notifier::Stirred* Notifier::stir(MailboxId mailbox) {
    if (stirred_.size() < session_.config().notify_mailboxes || stirred_.contains(mailbox)) return &stirred_[mailbox];
    overflow_ = true;
    return nullptr;
}

Result<std::vector<ListEntry>> Notifier::list() const {
    auto entries = session_.store().list();
    if (!entries) return entries;
    if (!wants_others_) {
        std::erase_if(*entries, [this](const ListEntry& entry) {
            return entry.mailbox && entry.mailbox->id.owner() != session_.store().user();
        });
    }
    if (entries->size() > session_.config().notify_mailboxes) return fail(errc::too_many, "mailboxes of NOTIFY");
    return entries;
}

// The list of now, with a watch on everybody whose mailboxes it has: they are watched before they are read.
Result<std::vector<ListEntry>> Notifier::follow() {
    for (;;) {
        auto entries = list();
        if (!entries || !wants_others_) return entries;
        const UserId user = session_.store().user();
        std::set<UserId> owners{user};
        others_.clear();
        for (const auto& entry : *entries) {
            if (!entry.mailbox || entry.mailbox->id.owner() == user || events_of(entry) == 0) continue;
            others_.insert(entry.mailbox->id);
            owners.insert(entry.mailbox->id.owner());
        }
        std::erase_if(watches_, [&owners](const auto& one) { return !owners.contains(one.first); });
        bool added = false;
        for (const UserId owner : owners) {
            if (watches_.contains(owner)) continue;
            auto made = watch(owner);
            if (!made) return fail(made.error());
            watches_[owner] = std::move(*made);
            added = true;
        }
        if (!added) return entries;
    }
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

// Who asks for changes of flags is told how far they are, CONDSTORE enabled or not (RFC 5465 §3.1, §5.3).
void Notifier::print_status(const Mailbox& mailbox, std::uint16_t events, bool counts) {
    std::uint16_t items = imap::status_uidvalidity | imap::status_unseen;
    if (counts) items |= imap::status_messages | imap::status_uidnext;
    if (session_.condstore() || (events & imap::event_flag_change) != 0) items |= imap::status_highestmodseq;
    // One that is deleted meanwhile is told by its name.
    (void)print_mailbox_status(session_, mailbox, items);
}

Task<Result<>> Notifier::tell_status() {
    const auto entries = list();
    if (!entries) co_return fail(entries.error());
    for (const auto& entry : *entries) {
        if (!entry.mailbox || is_selected(entry.mailbox->id)) continue;
        const std::uint16_t events = events_of(entry);
        if ((events & imap::message_events) == 0) continue;
        print_status(*entry.mailbox, events, true);
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
    annotations_waiting_ = server_annotations_.size();
    for (const auto& entry : entries) {
        if (!entry.mailbox) continue;
        const auto found = stirred.find(entry.mailbox->id);
        if (found == stirred.end()) continue;
        const Stirred& news = found->second;
        const std::uint16_t events = events_of(entry);
        const std::uint16_t wanted =
            news.counts ? std::uint16_t{imap::event_message_new} : std::uint16_t{imap::event_flag_change};
        const bool messages = news.flags && (events & wanted) != 0 && !is_selected(entry.mailbox->id);
        if (messages) print_status(*entry.mailbox, events, news.counts);
        if ((events & imap::event_mailbox_metadata) != 0) tell_annotations(*entry.mailbox, news.annotations);
        auto sent = co_await session_.flush_if_full();
        if (!sent) co_return sent;
    }
    co_return Result<>();
}

void Notifier::tell_annotations(const Mailbox& mailbox, const std::vector<std::string>& names) {
    if (names.empty()) return;
    // The rights that GETMETADATA needs.
    const auto readable = session_.store().each_annotation(mailbox.id, [](std::string_view, std::string_view) {});
    if (readable) imap::print_changed_metadata(session_.out(), mailbox.name, names, session_.utf8());
}

Task<Result<bool>> Notifier::tell() {
    if (!pending()) co_return true;
    const auto entries = follow();
    if (overflow_ || !entries) {
        session_.untagged(imap::Status::ok, "NOTIFICATIONOVERFLOW", "Too much happens; no more is told");
        co_return false;
    }
    if (std::exchange(names_stirred_, false) && wants(name_events)) {
        auto told = co_await tell_names(*entries);
        if (!told) co_return fail(told.error());
    }
    const auto server_annotations = std::exchange(server_annotations_, {});
    if (!server_annotations.empty()) {
        imap::print_changed_metadata(session_.out(), "", server_annotations, session_.utf8());
    }
    auto told = co_await tell_messages(*entries);
    if (!told) co_return fail(told.error());
    co_return true;
}

}  // namespace helio::store::imapd
