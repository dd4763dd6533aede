// Notifier: what a client asked to hear of by NOTIFY (RFC 5465): collects the events of the user's mailboxes, and of
// those that others share with him, from the store's watches and prints them as STATUS, LIST and METADATA answers when
// the session can send. What the user may know is asked then, not when it happens. Messages of the selected mailbox are
// the session's own news (Selected). Bounded: one entry per mailbox and annotation that waits, one watch per owner;
// beyond the limit everything is given up with NOTIFICATIONOVERFLOW. Lives on the session's worker.
#pragma once

#include <map>
#include <memory>
#include <set>
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
    static constexpr std::uint16_t known_events =
        imap::event_message_new | imap::event_message_expunge | imap::event_flag_change | imap::event_mailbox_name |
        imap::event_subscription_change | imap::event_mailbox_metadata | imap::event_server_metadata;

    /// The events of the selected mailbox: nothing when the client did not ask for any.
    const imap::EventGroup* of_selected() const { return of_selected_ ? &*of_selected_ : nullptr; }

    bool pending() const { return overflow_ || names_stirred_ || !stirred_.empty() || !server_annotations_.empty(); }
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
    /// What happened in a mailbox.
    struct Stirred {
        bool counts = false;  ///< messages came or went
        bool flags = false;
        std::vector<std::string> annotations;
    };

    Notifier(ImapSession& session, std::function<void()> on_event)
        : session_(session), on_event_(std::move(on_event)) {}
    void add_group(const imap::EventGroup& group);
    bool wants(std::uint16_t events) const { return (wanted_ & events) != 0; }
    Result<Watch> watch(UserId owner);
    void take_event(const MailboxEvent& event);
    void take_annotations(const MailboxEvent& event);
    Stirred* stir(MailboxId mailbox);
    Result<std::vector<ListEntry>> list() const;
    Result<std::vector<ListEntry>> follow();
    std::uint16_t events_of(const ListEntry& entry) const;
    Names names_of(const std::vector<ListEntry>& entries) const;
    bool is_selected(MailboxId id) const;
    void print_name(const ListEntry& entry, std::string_view old_name);
    Task<Result<>> tell_names(const std::vector<ListEntry>& entries);
    Task<Result<>> tell_messages(const std::vector<ListEntry>& entries);
    void tell_annotations(const Mailbox& mailbox, const std::vector<std::string>& names);
    void print_status(const Mailbox& mailbox, std::uint16_t events, bool counts);

    ImapSession& session_;
    std::vector<Group> groups_;
    std::optional<imap::EventGroup> of_selected_;
    std::uint16_t wanted_ = 0;   // events of all groups
    bool wants_others_ = false;  // a group can mean mailboxes that others share
    Names names_;
    std::set<MailboxId> others_;  // of others, with events, as they were when last looked at
    std::map<MailboxId, Stirred> stirred_;
    std::vector<std::string> server_annotations_;
    std::size_t annotations_waiting_ = 0;
    bool names_stirred_ = false;
    bool overflow_ = false;
    std::function<void()> on_event_;
    std::map<UserId, Watch> watches_;  // by owner, the user too; last: end first
};

}  // namespace helio::store::imapd
