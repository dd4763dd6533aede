// Selected: the mailbox of a session in the selected state, as this client has been told of it: which messages exist
// (its sequence numbers), what changed since, what is recent.
// The UID list is the store's shared one, so a session on a mailbox of a million messages holds no list of its own.
// Sequence numbers change only in take_changes(), never while a command runs. Not thread-safe: lives on the session's
// worker; Watch events arrive there.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/imap/partial_range.h"
#include "common/imap/seq_set.h"
#include "store/mailbox/user_store.h"

namespace helio::store::imapd {

/// A range of sequence numbers or UIDs can name messages that do not exist: sequence numbers then are an error.
struct NamedMessages {
    UidSet uids;
    bool beyond = false;  ///< a sequence number above the number of messages was given
};

/// UIDs as the ranges that a client wrote or reads.
UidSet to_uids(const imap::NumberSet& numbers);
imap::NumberSet to_numbers(const UidSet& uids);
/// The page of them that a client asks for.
UidSet page_of(const UidSet& uids, const imap::PartialRange& page);

/// How a client may be told of messages that are gone.
enum class Expunges {
    wait,     ///< not now: a command with sequence numbers runs
    numbers,  ///< EXPUNGE
    uids      ///< VANISHED
};

/// What a client must be told, in this order.
struct MailboxChanges {
    bool gone = false;                    ///< the mailbox was deleted
    std::vector<std::uint32_t> expunged;  ///< sequence numbers, descending: each is right when it is printed
    UidSet vanished;                      ///< instead of them with Expunges::uids
    std::optional<std::uint32_t> exists;  ///< new number of messages
    UidSet appended;                      ///< with `exists`: those that came
    std::optional<std::size_t> recent;    ///< new number of recent messages
    bool keywords = false;                ///< the FLAGS list may have grown
    UidSet flags;                         ///< whose flags changed by others; rows may be read
    ModSeq flags_since;                   ///< with `flags`: rows at or below are known
};

class Selected {
public:
    /// Takes the state of now; read-only also for one who may change nothing there (RFC 4314 §5.2). `on_change` is
    /// called for each event from here on.
    static Result<std::unique_ptr<Selected>> open(UserStore& store, Mailbox mailbox, bool read_only,
                                                  std::function<void()> on_change);

    const Mailbox& mailbox() const { return mailbox_; }
    bool read_only() const { return read_only_; }
    /// What the user might do when the mailbox was opened; what he may do now, the store checks.
    Rights rights() const { return rights_; }
    const UidSet& uids() const { return *uids_; }
    std::uint32_t exists() const { return static_cast<std::uint32_t>(uids_->size()); }
    std::size_t recent_count() const;
    bool is_recent(Uid uid) const { return recent_.contains(uid); }
    /// UIDs that are gone included.
    const UidSet& recent() const { return recent_; }
    const MailboxStatus& opened() const { return opened_; }
    /// True when the client was told of fewer keywords; from now on it counts as told.
    bool learn_keywords(std::size_t count) { return std::exchange(keyword_count_, count) != count; }

    /// The messages that a client's set names. `$` is the last SEARCH SAVE.
    NamedMessages resolve(const imap::SeqSet& set, bool uid) const;
    /// The sequence number, from 1; nothing for a message that this session does not know.
    std::optional<std::uint32_t> sequence_of(Uid uid) const;
    UidSet sequence_to_uids(const imap::NumberSet& numbers) const;
    /// Sequence numbers of known UIDs.
    imap::NumberSet to_sequence(const UidSet& uids) const;

    /// True when take_changes() may have something.
    bool changed() const { return stirred_; }
    /// What is new; from then on the client counts as told. With Expunges::wait nothing that would move sequence
    /// numbers is given out and such news waits; so do flags without `with_flags`.
    MailboxChanges take_changes(UserStore& store, Expunges expunges, bool with_flags = true);
    /// How many events there were.
    std::uint64_t events() const { return events_; }
    /// Looks even without an event; after our own expunge, whose event may still be under way.
    void look_again() { stirred_ = structure_ = asks_index_ = true; }
    /// The same, and the client is told of every change up to `before`, so that it can be given a later HIGHESTMODSEQ.
    void catch_up(ModSeq before);
    /// Up to here the client knows everything: what came, what went, and all flags.
    ModSeq complete_up_to() const { return complete_; }
    /// The same for the keyword table, after our own STORE.
    void look_for_keywords() { stirred_ = keywords_ = true; }

    /// Rows at or below are known, whatever their flags.
    ModSeq told_up_to() const { return synced_; }
    /// Our own STORE changed these, and its answer tells the client all: the events bring no news.
    void told_flags(const FlagsStored& stored);
    /// True when that change of the message is one that the client was told of.
    bool knows(Uid uid, ModSeq modseq) const;

    void save_result(UidSet uids) { saved_ = std::move(uids); }

private:
    Selected(Mailbox mailbox, bool read_only) : mailbox_(std::move(mailbox)), read_only_(read_only) {}
    Result<> take_state(UserStore& store);
    void take_event(const MailboxEvent& event);
    Result<UidsAt> present_uids(UserStore& store);
    UidSet lost_in(const UidSet& now) const;
    std::vector<std::uint32_t> numbers_descending(const UidSet& uids) const;
    void claim_recent(UserStore& store, Uid uid_next);

    Mailbox mailbox_;
    bool read_only_;
    Rights rights_;
    MailboxStatus opened_;
    std::shared_ptr<const UidSet> uids_;
    ModSeq uids_modseq_;  // of the mailbox when these were its UIDs
    UidSet recent_;       // as claimed, UIDs that are gone included: a few ranges however many gaps the mailbox has
    UidSet saved_;
    std::size_t keyword_count_ = 0;
    ModSeq synced_;    // flags up to here were told or known at SELECT
    ModSeq complete_;  // the same, and no expunge of before waits

    std::uint64_t events_ = 0;
    bool stirred_ = false;     // any of the following
    bool structure_ = false;   // messages came or went
    bool asks_index_ = false;  // what the store remembers of the UIDs may not be enough
    bool keywords_ = false;
    bool rescan_ = false;  // the sets of the events were not complete
    UidSet flags_changed_;
    ModSeq event_modseq_;
    std::vector<FlagsStored::Step> told_;
    Watch watch_;  // last: ends first
};

}  // namespace helio::store::imapd
