// Changes of an account: its first login, its subscriptions.
#pragma once

#include <string>

#include "store/mailbox/change_support.h"

namespace helio::store {

/// Makes what is missing: user, INBOX and, at the first login, the initial folders.
class OpenUserChange final : public StoreChange {
public:
    OpenUserChange(DecideContext& context, std::string user) : StoreChange(context), user_(std::move(user)) {}
    Result<> plan(storage::Decision& decision) override;
    UserId user() const { return id_; }

private:
    std::string user_;
    UserId id_;
};

class SubscribeChange final : public StoreChange {
public:
    /// `name` is canonical and checked.
    SubscribeChange(DecideContext& context, UserId user, std::string name, bool on)
        : StoreChange(context), user_(user), name_(std::move(name)), on_(on) {}
    Result<> plan(storage::Decision& decision) override;

private:
    UserId user_;
    std::string name_;
    bool on_;
};

}  // namespace helio::store
