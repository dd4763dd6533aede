// Changes of access control lists (RFC 4314 §3.1, §3.2).
#pragma once

#include <string>

#include "store/mailbox/change_support.h"

namespace helio::store {

/// Needs the right `a`. An entry without rights is taken out, as with `erase`; only the owner may have an empty one.
/// Errors: no_such_mailbox, no_permission, too_many; not_allowed for somebody of a domain that is kept apart, and for
/// "anyone" where users may not grant it.
class SetAclChange final : public StoreChange {
public:
    /// `identifier` as the user wrote it.
    SetAclChange(DecideContext& context, MailboxId mailbox, std::string identifier, AclAction action, Rights rights)
        : StoreChange(context),
          mailbox_(mailbox),
          identifier_(std::move(identifier)),
          action_(action),
          rights_(rights) {}
    Result<> plan(storage::Decision& decision) override;

private:
    Result<> check_grantee(std::string_view identifier, std::string_view owner) const;

    MailboxId mailbox_;
    std::string identifier_;
    AclAction action_;
    Rights rights_;
};

/// What a new mailbox gets of its nearest parent that has a list. `mailbox` was added to the decision already.
void inherit_acl(storage::Decision& decision, const Mailbox& mailbox);

}  // namespace helio::store
