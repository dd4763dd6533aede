// New messages: APPEND into one mailbox, and deliveries to many recipients that share one body and one summary.
#pragma once

#include "store/mailbox/change_support.h"
#include "store/mailbox/names.h"
#include "store/mailbox/requests.h"

namespace helio::store {

/// What is worked out from a text before it goes to the writer.
struct Digest {
    std::string summary;
    ThreadId thread;  ///< thread_of(): 0 when the text names none
};

/// A message ready for the log.
struct PreparedMessage {
    NewMessage message;
    Digest digest;
};

/// A text that the log holds and that messages may name.
struct StoredText {
    BodyId body;
    std::uint64_t size = 0;
    ThreadId thread;  ///< 0: none named
};
bool has_uid_left(const storage::IndexReader& index, MailboxId mailbox);
/// Logs one new message of this text; the mailbox must have a UID left.
Message add_message(storage::Decision& decision, MailboxId mailbox, const StoredText& text, Flags flags,
                    const KeywordBits& keywords, std::optional<Date> date, const DecideContext& context);

class AppendChange final : public StoreChange {
public:
    AppendChange(DecideContext& context, MailboxId mailbox, std::vector<PreparedMessage> messages, QuotaLimits quota)
        : StoreChange(context), mailbox_(mailbox), messages_(std::move(messages)), quota_(quota) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;
    bool is_quick() const override { return messages_.size() <= quick_messages; }
    std::vector<Appended> take_results() { return std::move(results_); }

private:
    MailboxId mailbox_;
    std::vector<PreparedMessage> messages_;
    QuotaLimits quota_;
    std::vector<Appended> results_;
};

/// A new message, and another one expunged, in one change.
class ReplaceChange final : public StoreChange {
public:
    ReplaceChange(DecideContext& context, MailboxId from, Uid uid, MailboxId to, PreparedMessage prepared,
                  QuotaLimits quota)
        : StoreChange(context), from_(from), uid_(uid), to_(to), prepared_(std::move(prepared)), quota_(quota) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;
    Replaced take_result() { return result_; }

private:
    MailboxId from_;
    Uid uid_;
    MailboxId to_;
    PreparedMessage prepared_;
    QuotaLimits quota_;
    Replaced result_;
};

class DeliverChange final : public StoreChange {
public:
    DeliverChange(DecideContext& context, Delivery delivery, Digest digest, NameLimits names)
        : StoreChange(context), delivery_(std::move(delivery)), digest_(std::move(digest)), names_(names) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;
    DeliveryResults take_results() { return std::move(results_); }

private:
    Result<Appended> deliver_to(storage::Decision& decision, const Recipient& recipient);
    std::optional<Appended> known_delivery(storage::Decision& decision, const DeliveryKey& key) const;
    Result<std::string> folder_of(storage::Decision& decision, UserId user, const Recipient& recipient) const;
    Result<Mailbox> target_mailbox(storage::Decision& decision, UserId user, const Recipient& recipient,
                                   const std::string& folder);
    Result<> check_room(storage::Decision& decision, UserId user, const Recipient& recipient,
                        const std::string& folder);
    Result<Appended> store_in(storage::Decision& decision, const Mailbox& mailbox, const Recipient& recipient);
    void warn(storage::Decision& decision, UserId user, const Recipient& recipient);

    Delivery delivery_;
    Digest digest_;
    NameLimits names_;
    std::optional<BodyId> body_;
    DeliveryResults results_;
};

}  // namespace helio::store
