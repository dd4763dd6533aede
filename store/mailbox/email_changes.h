// Changes of an account's emails as JMAP sees them (RFC 8621 §4): an email is all its copies; one change may touch many
// mailboxes and is there after a crash as a whole or not at all.
#pragma once

#include "store/mailbox/change_support.h"
#include "store/mailbox/requests.h"
#include "store/mailbox/views.h"

namespace helio::store {

class UpdateEmailsChange final : public StoreChange {
public:
    UpdateEmailsChange(DecideContext& context, UpdateEmails request)
        : StoreChange(context), request_(std::move(request)) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;
    EmailsUpdated take_result() { return std::move(result_); }

private:
    Result<> update(storage::Decision& decision, const EmailUpdate& wish);
    Result<> set_flags(storage::Decision& decision, const EmailUpdate& wish, const EmailCopy& copy);
    Result<> add_copy(storage::Decision& decision, EmailId email, MailboxId to);
    void remove_copy(storage::Decision& decision, const EmailCopy& copy);

    UpdateEmails request_;
    EmailsUpdated result_;
};

}  // namespace helio::store
