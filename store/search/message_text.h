// MessageText: the summary and the bytes of one message, loaded when first asked for. Used by FETCH and by searches.
// Lives while one message is worked on; may be held across awaits (a body pins its segment, no index snapshot), but for
// one that was made with a view.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "common/mail/summary.h"
#include "store/mailbox/user_store.h"

namespace helio::store::search {

/// True of an error of MessageText when the message was expunged, and its text with it, since its row was read. Text
/// that is lost while its message stays is `damaged`.
bool is_gone(const Error& error);

class MessageText {
public:
    /// Of a message that was read with the rights it needs: they are not asked again. `stored_summary` saves a look-up
    /// where the caller has it at hand; it must outlive this.
    MessageText(const MailStore& store, const Message& message, std::string_view stored_summary = {})
        : store_(store), message_(message), stored_summary_(stored_summary) {}
    MessageText(const UserStore& store, const Message& message, std::string_view stored_summary = {})
        : MessageText(store.texts(), message, stored_summary) {}
    /// Within a read of the message's mailbox: the summary comes from the same snapshot.
    MessageText(const MailStore& store, const Message& message, const MailboxView& view)
        : store_(store), message_(message), view_(&view) {}

    /// The stored summary that the caller or the view has; null when there is none or it is unreadable. Reads no text.
    const mail::SummaryView* summary_at_hand();
    /// Made anew from the text when the stored one is missing or unreadable. Errors: those of read().
    Result<const mail::SummaryView*> summary();
    /// Appends bytes of the text. Errors: storage::errc no_such_body, damaged, io.
    Result<> read(std::uint64_t offset, std::uint64_t length, std::string& into);
    std::uint64_t size() const { return message_.size; }

    /// A large part's text as searches compare it, kept so that each key of a search need not decode it again. Null:
    /// not kept.
    const std::string* folded(std::uint64_t offset) const;
    void keep_folded(std::uint64_t offset, std::string text);

private:
    const MailStore& store_;
    const Message& message_;
    const MailboxView* view_ = nullptr;  // until it was asked
    std::string_view stored_summary_;
    std::unique_ptr<storage::Body> body_;
    std::string summary_bytes_;
    std::optional<mail::SummaryView> summary_;
    std::map<std::uint64_t, std::string> folded_;  // by the part's offset
    std::size_t folded_bytes_ = 0;
};

}  // namespace helio::store::search
