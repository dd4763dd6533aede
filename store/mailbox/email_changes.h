// Changes of an account's emails as JMAP sees them (RFC 8621 §4): an email is all its copies; one change may touch many
// mailboxes and is there after a crash as a whole or not at all. For another than the owner the email is its copies in
// mailboxes that he may read; each mailbox asks the rights that IMAP would (RFC 4314 §4): s, w, t for flags, i where a
// copy comes, t and e where one goes.
#pragma once

#include <set>

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
    std::vector<EmailCopy> visible_copies(const storage::Decision& decision, EmailId email) const;
    Result<> check_places(const storage::Decision& decision, const std::vector<MailboxId>& added,
                          const std::vector<EmailCopy>& copies, const std::set<MailboxId>& wanted) const;
    Result<> check_flags(const storage::Decision& decision, const EmailUpdate& wish, const EmailCopy& copy) const;
    Result<> set_flags(storage::Decision& decision, const EmailUpdate& wish, const EmailCopy& copy);
    Result<> add_copy(storage::Decision& decision, EmailId email, MailboxId to);
    void remove_copy(storage::Decision& decision, const EmailCopy& copy);

    UpdateEmails request_;
    EmailsUpdated result_;
};

}  // namespace helio::store
