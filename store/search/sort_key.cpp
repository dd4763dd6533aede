#include "store/search/sort_key.h"

#include "common/imap/fold.h"
#include "common/mail/base_subject.h"
#include "common/mail/encoded_word.h"

namespace helio::store::search {

std::int64_t sent_seconds(const Message& message, const mail::SummaryView* summary) {
    const auto date = summary ? summary->date() : std::nullopt;
    return date ? date->unix_seconds : message.internal_date.unix_seconds;
}

std::string subject_key(const mail::SummaryView& summary) {
    return imap::fold(mail::base_subject(summary.subject().text).text);
}

std::string mailbox_key(const mail::SummaryView& summary, mail::EnvelopeList which) {
    const auto address = mail::first_address(summary.envelope(), which);
    return address ? imap::fold(mail::decode_header(address->mailbox.value_or(""))) : std::string();
}

std::string display_key(const mail::SummaryView& summary, mail::EnvelopeList which) {
    const auto address = mail::first_address(summary.envelope(), which);
    if (!address) return {};
    if (address->is_group_start()) return imap::fold(mail::decode_header(*address->mailbox));
    const std::string name = mail::decode_header(address->name.value_or(""));
    if (!name.empty()) return imap::fold(name);
    return imap::fold(mail::decode_header(address->mailbox.value_or("") + "@" + address->host.value_or("")));
}

}  // namespace helio::store::search
