// What the changes of the store share: the context in which they are decided, and the small decisions that several of
// them make (a new user, a new mailbox, the bits of keywords, which bodies nobody holds any more).
// All of it runs in Change::decide(), on the writer's thread, and reads through the overlay.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/storage/partition.h"
#include "store/mailbox/delivery_window.h"
#include "store/mailbox/records.h"
#include "store/mailbox/sharing_rows.h"
#include "store/mailbox/store_config.h"
#include "store/mailbox/watch.h"

namespace helio::store {

/// Lives as long as the store; used on the writer's thread only.
struct DecideContext {
    const StoreConfig& config;
    const base::Clock& clock;
    DeliveryWindow& deliveries;
    std::uint64_t decided = 0;  ///< changes so far
    std::int64_t now() const { return base::unix_seconds(clock.wall_now()); }
};

/// A change of so many messages takes microseconds to decide.
inline constexpr std::size_t quick_messages = 20;

/// A change of the store: besides its own results it tells what happened, for the watchers.
class StoreChange : public storage::Change {
public:
    explicit StoreChange(DecideContext& context) : context_(context) {}
    Result<> decide(storage::Decision& decision) final;
    std::size_t weight_bytes() const override { return 512; }
    const std::vector<MailboxEvent>& events() const { return events_; }
    /// The how-manieth change this was to be decided, from 1; 0 when it was refused.
    std::uint64_t place() const { return place_; }
    /// Who asks; without it the store does, which may do everything.
    void act_for(Actor actor) { actor_ = std::move(actor); }

protected:
    /// What decide() is for the change at hand.
    virtual Result<> plan(storage::Decision& decision) = 0;
    template <class T>
    static void add(storage::Decision& decision, const T& record) {
        decision.add(static_cast<storage::RecordType>(T::type), record.encode());
    }
    /// What the actor may do in a mailbox that exists.
    Rights rights(const storage::Decision& decision, MailboxId mailbox) const;
    /// Errors: no_such_mailbox (or the actor may not know of it), no_permission.
    Result<> need(const storage::Decision& decision, MailboxId mailbox, Rights needed) const;
    /// The right `k` in the nearest parent of `name` that exists; at the top only the owner makes mailboxes.
    /// Errors: no_permission, whatever exists there.
    Result<> need_create(const storage::Decision& decision, UserId owner, std::string_view name) const;
    const Actor& actor() const { return actor_; }
    /// See own_seen_reader().
    std::optional<UserId> reader(MailboxId mailbox) const;
    /// Logs that the actor has seen messages of another's mailbox; call once per mailbox and change.
    void add_seen(storage::Decision& decision, MailboxId mailbox, ModSeq modseq, UidSet seen, UidSet unseen);
    /// The event of `mailbox` in this change; the reference holds until the next call.
    MailboxEvent& event(MailboxId mailbox);

    DecideContext& context_;

private:
    Actor actor_;
    std::uint64_t place_ = 0;
    std::vector<MailboxEvent> events_;
    std::unordered_map<MailboxId, std::size_t> places_;  // in events_
};

template <class T>
void add_record(storage::Decision& decision, const T& record) {
    decision.add(static_cast<storage::RecordType>(T::type), record.encode());
}

/// The modseq of the next change in this account. The records that carry it must follow before it is asked again.
ModSeq next_modseq(const storage::IndexReader& index, UserId user);

/// The user, made with an INBOX when there is none. Errors: bad_name.
Result<UserId> ensure_user(storage::Decision& decision, std::string_view name, const DecideContext& context);

/// A new mailbox with its parent's access control list; `name` is canonical, checked and free. Errors:
/// too_many_mailboxes, over_quota (its owner's root).
Result<Mailbox> make_mailbox(storage::Decision& decision, UserId user, std::string_view name, SpecialUse use,
                             const DecideContext& context);
/// The parents of `name` that do not exist yet, then nothing. Errors: too_many_mailboxes.
Result<std::vector<Mailbox>> make_parents(storage::Decision& decision, UserId user, std::string_view name,
                                          const DecideContext& context);

enum class NewKeywords {
    none,        ///< those that the mailbox does not have are left out
    all,         ///< they get a bit, or the change fails: too_many_keywords
    while_room,  ///< those for which there is no bit left are left out: a message is worth more than a keyword
};

/// The bits of these keywords in a mailbox. `grown` becomes true when the table grew. Errors: too_many_keywords,
/// bad_keyword.
Result<KeywordBits> keyword_bits(storage::Decision& decision, MailboxId mailbox, const std::vector<std::string>& names,
                                 NewKeywords make, bool& grown);

/// What keyword_bits() with NewKeywords::all would answer, before anything is done.
Result<> check_keywords(const storage::IndexReader& index, MailboxId mailbox, const std::vector<std::string>& names);

Keywords read_keywords(const storage::IndexReader& index, MailboxId mailbox);

/// The messages of `mailbox` in `uids`, at most `most`, in order.
std::vector<Message> read_messages(const storage::IndexReader& index, MailboxId mailbox, const UidSet& uids,
                                   std::size_t most);

/// Logs that `messages` leave `mailbox`, with the bodies that nobody holds then, and trims the history.
/// Returns the modseq of the change.
ModSeq expunge_messages(storage::Decision& decision, MailboxId mailbox, const std::vector<Message>& messages,
                        const DecideContext& context);

/// The part of `flags` that one with these rights may set or clear (RFC 4314 §4).
Flags allowed_flags(Flags flags, Rights rights);

}  // namespace helio::store
