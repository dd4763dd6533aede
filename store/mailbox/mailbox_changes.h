// Changes of the mailbox tree: create, delete, rename; and taking away what a deleted mailbox held.
// Names are canonical and checked.
#pragma once

#include <optional>
#include <string>

#include "store/mailbox/change_support.h"
#include "store/mailbox/names.h"

namespace helio::store {

class CreateMailboxChange final : public StoreChange {
public:
    CreateMailboxChange(DecideContext& context, UserId user, std::string name, SpecialUse use)
        : StoreChange(context), user_(user), name_(std::move(name)), use_(use) {}
    Result<> plan(storage::Decision& decision) override;
    const Mailbox& made() const { return made_; }

private:
    UserId user_;
    std::string name_;
    SpecialUse use_;
    Mailbox made_;
};

/// Frees the name at once, unless mailboxes below keep it as a parent's; what a small mailbox holds goes in the same
/// change, else purged() is false and PurgeChanges must follow.
class DeleteMailboxChange final : public StoreChange {
public:
    DeleteMailboxChange(DecideContext& context, UserId user, std::string name)
        : StoreChange(context), user_(user), name_(std::move(name)) {}
    /// The mailbox of this id, whatever it is called by then. Errors: not_allowed besides, when it holds messages and
    /// `with_messages` is false.
    DeleteMailboxChange(DecideContext& context, MailboxId id, bool with_messages)
        : StoreChange(context), user_(id.owner()), wanted_(id), with_messages_(with_messages) {}
    Result<> plan(storage::Decision& decision) override;
    MailboxId id() const { return id_; }
    bool purged() const { return purged_; }

private:
    UserId user_;
    std::string name_;
    std::optional<MailboxId> wanted_;
    bool with_messages_ = true;
    MailboxId id_;
    bool purged_ = false;
};

/// One step of emptying a deleted mailbox.
class PurgeChange final : public StoreChange {
public:
    PurgeChange(DecideContext& context, MailboxId id) : StoreChange(context), id_(id) {}
    Result<> plan(storage::Decision& decision) override;
    bool purged() const { return purged_; }

private:
    MailboxId id_;
    bool purged_ = false;
};

/// A mailbox and all below it; INBOX stays and gives its messages to the new name. The right x is asked of the mailbox
/// itself; where only mailboxes below the name exist, of each of them.
class RenameMailboxChange final : public StoreChange {
public:
    RenameMailboxChange(DecideContext& context, UserId user, std::string from, std::string to, NameLimits limits)
        : StoreChange(context), user_(user), from_(std::move(from)), to_(std::move(to)), limits_(limits) {}
    /// The mailbox of this id, whatever it is called by then.
    RenameMailboxChange(DecideContext& context, MailboxId id, std::string to, NameLimits limits)
        : StoreChange(context), user_(id.owner()), wanted_(id), to_(std::move(to)), limits_(limits) {}
    Result<> plan(storage::Decision& decision) override;

private:
    Result<> move_inbox(storage::Decision& decision);
    Result<> rename_tree(storage::Decision& decision, const std::vector<std::pair<std::string, MailboxId>>& tree);

    UserId user_;
    std::optional<MailboxId> wanted_;
    std::string from_;
    std::string to_;
    NameLimits limits_;
};

}  // namespace helio::store
