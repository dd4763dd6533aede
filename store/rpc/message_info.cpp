#include "store/rpc/message_info.h"

#include "common/base/text.h"
#include "common/mail/summary.h"

namespace helio::store {
namespace {

void fill_summary(std::string_view bytes, bool with_structure, pb::MessageInfo& info) {
    const auto summary = mail::SummaryView::open(bytes);
    if (!summary) return;
    info.set_subject(std::string(summary->subject().text));
    info.set_from(std::string(summary->from().text));
    info.set_to(std::string(summary->to().text));
    if (summary->date()) info.set_sent_date(summary->date()->unix_seconds);
    info.set_has_attachment(summary->has_attachment());
    if (base::is_utf8(summary->message_id())) info.set_message_id(std::string(summary->message_id()));
    if (!with_structure) return;
    info.set_envelope(std::string(summary->envelope()));
    info.set_body_structure(std::string(summary->bodystructure()));
}

}  // namespace

void fill_message_info(const MailboxView& view, const Message& message, const Keywords& keywords, bool with_structure,
                       pb::MessageInfo& info) {
    info.set_uid(message.uid.value);
    info.set_email_id(to_object_id(message.email));
    info.set_thread_id(to_object_id(message.thread));
    info.set_size_bytes(message.size);
    for (const auto flag : all_flags)
        if (message.flags.has(flag)) info.add_flags(std::string(to_string(flag)));
    for (const auto name : keywords.names_of(message.keywords)) info.add_flags(std::string(name));
    info.set_internal_date(message.internal_date.unix_seconds);
    info.set_save_date(message.save_date);
    info.set_modseq(message.modseq.value);
    if (const auto bytes = view.summary(message.body)) fill_summary(*bytes, with_structure, info);
}

}  // namespace helio::store
