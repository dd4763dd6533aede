#include "store/mailbox/upload_changes.h"

#include <algorithm>

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/quota.h"

namespace helio::store {
namespace {

struct UserUpload {
    UserId user;
    Upload upload;
};

/// Uploads in key order; all of them, or one user's.
std::vector<UserUpload> read_uploads(const storage::IndexReader& index, const std::string& prefix) {
    std::vector<UserUpload> found;
    const auto last = prefix.empty() ? std::string() : keys::after_prefix(prefix);
    index.scan(keys::upload, prefix, last, [&](std::string_view key, std::string_view row) {
        found.push_back({keys::user_of(key), UploadRow::decode(key, row)});
        return true;
    });
    return found;
}

/// Lets go of those that are too old; gives back the others.
std::vector<UserUpload> expire(storage::Decision& decision, std::vector<UserUpload> uploads,
                               const DecideContext& context) {
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(context.config.limits.upload_life).count();
    const auto oldest = context.now() - life;
    std::erase_if(uploads, [&](const UserUpload& known) {
        const bool old = known.upload.time < oldest;
        if (old) add_record(decision, records::UploadGone{known.user, known.upload.body});
        return old;
    });
    return uploads;
}

}  // namespace

std::size_t UploadChange::weight_bytes() const { return body_->size() + 512; }

Result<> UploadChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    if (!read_user(index, user_)) return fail(errc::no_such_user);
    const auto kept = expire(decision, read_uploads(index, keys::of_user(user_)), context_);
    const auto& limits = context_.config.limits;
    if (kept.size() >= limits.uploads) return fail(errc::too_many, "uploads");
    std::uint64_t bytes = body_->size();
    for (const auto& known : kept) bytes += known.upload.size;
    if (bytes > limits.upload_bytes) return fail(errc::over_quota, "uploads");
    result_ = {decision.add_body(*body_), body_->size(), context_.now()};
    add(decision, records::Uploaded{user_, result_});
    return {};
}

Result<> ExpireUploadsChange::plan(storage::Decision& decision) {
    (void)expire(decision, read_uploads(decision.index(), {}), context_);
    return {};
}

std::size_t ImportEmailChange::weight_bytes() const {
    return digest_.summary.size() + 300 * (1 + request_.mailboxes.size());
}

Result<> ImportEmailChange::check(const storage::Decision& decision, const Upload& upload) const {
    const auto& index = decision.index();
    if (request_.mailboxes.empty()) return fail(errc::not_allowed, "an email is in one mailbox at least");
    for (const auto id : request_.mailboxes) {
        if (id.owner() != request_.user) return fail(errc::no_such_mailbox);
        const auto allowed = need(decision, id, Right::insert);
        if (!allowed) return allowed;
        if (!has_uid_left(index, id)) return fail(errc::too_many_messages, "no UID left");
    }
    if (!read_copies(index, request_.user, EmailId{upload.body.value}).empty()) return fail(errc::email_exists);
    for (const auto id : request_.mailboxes) {
        const auto fits = check_folder_quota(index, id, {upload.size, 1});
        if (!fits) return fits;
    }
    const auto count = request_.mailboxes.size();
    return check_account_quota(index, context_.config.quota, request_.user, request_.quota,
                               {count * upload.size, count});
}

Result<> ImportEmailChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    const auto key = keys::of_upload(request_.uploader, request_.upload);
    const auto row = index.get(keys::upload, key);
    if (!row) return fail(errc::no_such_message, "no such upload");
    const auto upload = UploadRow::decode(key, *row);
    const auto checked = check(decision, upload);
    if (!checked) return checked;
    add(decision, records::Summary{upload.body, digest_.summary});
    std::ranges::sort(request_.mailboxes);
    const auto doubles = std::ranges::unique(request_.mailboxes);
    request_.mailboxes.erase(doubles.begin(), doubles.end());
    const StoredText text{upload.body, upload.size, digest_.thread};
    std::vector<std::pair<MailboxId, Uid>> seen;
    for (const auto id : request_.mailboxes) {
        auto& happened = event(id);
        // Flags that the user may not set are left out, the message is taken (RFC 4314 §4).
        const auto mine = rights(decision, id);
        const auto words = mine.has(Right::write) ? request_.flags.keywords : std::vector<std::string>();
        const auto keywords = keyword_bits(decision, id, words, NewKeywords::while_room, happened.keywords_changed);
        if (!keywords) return fail(keywords.error());
        const auto flags = allowed_flags(request_.flags.flags, mine);
        const bool own = reader(id).has_value();  // \Seen is the user's, not the owner's
        message_ = add_message(decision, id, text, own ? flags.without(Flag::seen) : flags, *keywords,
                               request_.internal_date, context_);
        if (own && flags.has(Flag::seen)) {
            seen.emplace_back(id, message_.uid);
        }
        happened.appended.add(message_.uid);
    }
    for (const auto& [id, uid] : seen) {
        add_seen(decision, id, next_modseq(index, request_.user), UidSet::of(uid), {});
    }
    return {};
}

}  // namespace helio::store
