// Records of what users share: access control lists, each reader's \Seen, annotations. Encoded and kept as records.h
// says.
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

/// A user has seen these messages of another's mailbox, or made them unseen again.
struct SharedSeen {
    static constexpr Type type = Type::shared_seen;
    MailboxId mailbox;
    UserId user;
    ModSeq modseq;  ///< of the owner's counter
    UidSet seen;
    UidSet unseen;
    bool operator==(const SharedSeen&) const = default;
    std::string encode() const;
    static std::optional<SharedSeen> decode(std::string_view bytes);
};

/// An annotation has this value, or none any more.
struct Annotation {
    static constexpr Type type = Type::annotation;
    MailboxId mailbox;  ///< 0: the server's
    UserId user;        ///< whose own it is; 0: everybody's
    ModSeq modseq;      ///< of the counter of the mailbox's owner; of the user's for the server's
    std::string name;   ///< "/private/comment"
    std::optional<std::string> value;
    bool operator==(const Annotation&) const = default;
    std::string encode() const;
    static std::optional<Annotation> decode(std::string_view bytes);
};

}  // namespace helio::store::records
