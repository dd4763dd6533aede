// Notifier: what a client asked to hear of by NOTIFY (RFC 5465): collects the events of the user's mailboxes from the
// store's watch and prints them as STATUS and LIST answers when the session can send. News of the selected mailbox is
// the session's own (Selected). Bounded: one entry per mailbox that waits; beyond the limit everything is given up with
// NOTIFICATIONOVERFLOW. Lives on the session's worker.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/imap/notify.h"
#include "store/imapd/mailbox_match.h"

namespace helio::store::imapd {

class Notifier {
public:
    /// Watches from now on; `on_event` is called when there is something to tell. Errors: too_many.
    static Result<std::unique_ptr<Notifier>> open(ImapSession& session, const imap::NotifyArguments& arguments,
                                                  std::function<void()> on_event);
    /// Events that are told, for the BADEVENT code.
    static constexpr std::uint16_t known_events = imap::event_message_new | imap::event_message_expunge |
                                                  imap::event_flag_change | imap::event_mailbox_name |
                                                  imap::event_subscription_change;

    /// The events of the selected mailbox: nothing when the client did not ask for any.
    const imap::EventGroup* of_selected() const { return of_selected_ ? &*of_selected_ : nullptr; }

    bool pending() const { return overflow_ || names_stirred_ || !stirred_.empty(); }
    /// STATUS of every mailbox with message events but the selected one (SET STATUS).
    Task<Result<>> tell_status();
    /// What happened since. False: too much, the client is told that nothing more comes.
    Task<Result<bool>> tell();

private:
    struct Group {
        MailboxMatch match;
        std::uint16_t events;
    };
    /// What the client knows of a name.
    struct Known {
        bool exists = false;
        bool subscribed = false;
        MailboxId id;
    };
    using Names = std::map<std::string, Known, std::less<>>;

    explicit Notifier(ImapSession& session) : session_(session) {}
    void take_event(const MailboxEvent& event);
    Result<std::vector<ListEntry>> list() const;
    std::uint16_t events_of(const ListEntry& entry) const;
    Names names_of(const std::vector<ListEntry>& entries) const;
    bool is_selected(MailboxId id) const;
    void print_name(const ListEntry& entry, std::string_view old_name);
    Task<Result<>> tell_names(const std::vector<ListEntry>& entries);
    Task<Result<>> tell_messages(const std::vector<ListEntry>& entries);
    void print_status(const Mailbox& mailbox, bool counts);

    ImapSession& session_;
    std::vector<Group> groups_;
    std::optional<imap::EventGroup> of_selected_;
    bool wants_names_ = false;  // a group has MailboxName or SubscriptionChange
    Names names_;
    std::map<MailboxId, bool> stirred_;  // true: messages came or went
    bool names_stirred_ = false;
    bool overflow_ = false;
    Watch watch_;  // last: ends first
};

}  // namespace helio::store::imapd
