// Uploads (RFC 8620 §6.1) and what becomes of them: bytes that a front end brings, kept as a body that only the upload
// names, until an import makes it an email (RFC 8621 §4.8) or its time is over. Front ends keep nothing, so the store
// does.
#pragma once

#include "store/mailbox/append_changes.h"

namespace helio::store {

class UploadChange final : public StoreChange {
public:
    UploadChange(DecideContext& context, UserId user, std::shared_ptr<const storage::BodySource> body)
        : StoreChange(context), user_(user), body_(std::move(body)) {}
    /// Uploads of the user that are too old go first. Errors: no_such_user, over_quota (the user's uploads together),
    /// too_many.
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;
    const Upload& result() const { return result_; }

private:
    UserId user_;
    std::shared_ptr<const storage::BodySource> body_;
    Upload result_;
};

/// All users' uploads that are too old.
class ExpireUploadsChange final : public StoreChange {
public:
    explicit ExpireUploadsChange(DecideContext& context) : StoreChange(context) {}
    Result<> plan(storage::Decision& decision) override;
};

class ImportEmailChange final : public StoreChange {
public:
    ImportEmailChange(DecideContext& context, ImportEmail request, Digest digest)
        : StoreChange(context), request_(std::move(request)), digest_(std::move(digest)) {}
    /// Errors: no_such_message (no such upload), no_such_mailbox, no_permission, not_allowed (no mailbox
    /// named), email_exists, over_quota, too_many_messages, too_many_keywords, bad_keyword.
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;
    const Message& message() const { return message_; }

private:
    Result<> check(const storage::Decision& decision, const Upload& upload) const;

    ImportEmail request_;
    Digest digest_;
    Message message_;
};

}  // namespace helio::store
