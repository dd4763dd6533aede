// GetEmails: emails by id, with the mailboxes and flags of all their copies (RFC 8621 §4.1).
#include <algorithm>
#include <set>

#include "store/rpc/message_info.h"
#include "store/rpc/rpc_service.h"

namespace helio::store {
namespace {

constexpr int most_emails = 1'000;

/// Flags of the email: those of any copy; \Seen only when every copy has it, so that nothing unread hides.
void fill_flags(const UserView& view, const std::vector<EmailCopy>& copies, pb::MessageInfo& info) {
    Flags any;
    bool all_seen = true;
    std::set<std::string> keywords;
    for (const auto& [mailbox, message] : copies) {
        any.bits |= message.flags.bits;
        all_seen = all_seen && message.flags.has(Flag::seen);
        if (message.keywords.none()) continue;
        const auto table = view.mailbox(mailbox)->keywords();
        for (const auto name : table.names_of(message.keywords)) keywords.emplace(name);
    }
    if (!all_seen) any = any.without(Flag::seen);
    info.clear_flags();
    for (const auto flag : all_flags)
        if (any.has(flag)) info.add_flags(std::string(to_string(flag)));
    for (const auto& name : keywords) info.add_flags(name);
}

void fill(const UserView& view, const std::vector<EmailCopy>& copies, bool with_structure, pb::Email& out) {
    const auto& [mailbox, message] = copies.front();
    out.set_email_id(to_object_id(message.email));
    out.set_thread_id(to_object_id(message.thread));
    std::set<MailboxId> mailboxes;  // one may hold two copies
    for (const auto& copy : copies) mailboxes.insert(copy.mailbox);
    for (const auto mailbox_id : mailboxes) out.add_mailbox_ids(to_object_id(mailbox_id));
    const auto box = view.mailbox(mailbox);
    fill_message_info(*box, message, box->keywords(), with_structure, *out.mutable_info());
    if (copies.size() > 1) fill_flags(view, copies, *out.mutable_info());
}

void fill(const UserView& view, const pb::GetEmailsRequest& in, pb::GetEmailsReply& out) {
    out.set_state(to_state(view));
    std::set<std::string_view> asked;
    for (const auto& id : in.email_ids()) {
        if (!asked.insert(id).second) continue;  // RFC 8620 §5.1: an id given twice is answered once
        const auto email = parse_email_object_id(id);
        const auto copies = email ? view.copies(*email) : std::vector<EmailCopy>();
        if (copies.empty()) {
            out.add_not_found(id);
        } else {
            fill(view, copies, in.with_structure(), *out.add_emails());
        }
    }
}

}  // namespace

Task<grpc::Status> RpcService::get_emails(RpcCall call, const pb::GetEmailsRequest& in, pb::GetEmailsReply& out) {
    constexpr std::string_view method = "GetEmails";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    if (in.email_ids_size() > most_emails) co_return done(call, method, invalid("too many ids"));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    const auto read = opened->account.read([&](const UserView& view) { fill(view, in, out); });
    co_return done(call, method, read ? grpc::Status::OK : to_status(read.error()));
}

}  // namespace helio::store
