// Records of what users share: access control lists. Encoded and kept as records.h says.
#pragma once

#include "store/mailbox/records.h"
#include "store/mailbox/rights.h"

namespace helio::store::records {

/// The whole access control list of a mailbox; an empty one is a list too.
struct AclSet {
    static constexpr Type type = Type::acl;
    MailboxId mailbox;
    ModSeq modseq;
    std::string domain;  ///< of the owner: whose users "anyone" are
    Acl acl;
    bool operator==(const AclSet&) const = default;
    std::string encode() const;
    static std::optional<AclSet> decode(std::string_view bytes);
};

}  // namespace helio::store::records
