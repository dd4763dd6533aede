#include "store/mailbox/account_access.h"

#include "store/mailbox/index_rows.h"
#include "store/mailbox/sharing_rows.h"

namespace helio::store {

Result<> AccountAccess::read(const std::function<void(const UserView&)>& use) const {
    if (!is_shared()) return store_->read(owner_, use);
    Result<> done = fail(errc::no_such_user);
    store_->partition().read([&](const storage::IndexReader& index) {
        if (!read_user(index, owner_)) return;
        done = {};
        use(UserView(index, owner_, viewer_, store_->sharing()));
    });
    return done;
}

Result<> AccountAccess::read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const {
    if (mailbox.owner() != owner_) return fail(errc::no_such_mailbox);
    if (!is_shared()) return store_->read(mailbox, use);
    Result<> done = fail(errc::no_such_mailbox);
    store_->partition().read([&](const storage::IndexReader& index) {
        auto info = read_info(index, mailbox);
        if (!info) return;
        done = check_rights(rights_in(index, mailbox, viewer_, store_->sharing()), Right::read);
        if (!done) return;
        const auto reader = own_seen_reader(mailbox, viewer_, store_->sharing());
        use(MailboxView(index, to_mailbox(mailbox, std::move(*info)), reader));
    });
    return done;
}

}  // namespace helio::store
