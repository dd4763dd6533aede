#include "store/mailbox/expunged_row.h"

#include <algorithm>

#include "store/mailbox/rows.h"

namespace helio::store {

void encode_emails(Encoder& out, const std::vector<EmailId>& emails) {
    out.number(emails.size());
    std::uint64_t before = 0;
    for (const auto email : emails) {
        out.number(email.value - before);
        before = email.value;
    }
}

std::vector<EmailId> decode_emails(Decoder& in) {
    std::vector<EmailId> emails(in.count());
    std::uint64_t before = 0;
    for (auto& email : emails) {
        before += in.number();
        email.value = before;
    }
    return emails;
}

void ExpungedRow::add(const ExpungedRow& other) {
    uids.add(other.uids);
    std::vector<EmailId> both;
    std::ranges::set_union(emails, other.emails, std::back_inserter(both));
    emails = std::move(both);
}

std::string ExpungedRow::encode() const {
    Encoder out;
    out.uids(uids);
    encode_emails(out, emails);
    return out.take();
}

ExpungedRow ExpungedRow::decode(std::string_view bytes) {
    Decoder in(bytes);
    ExpungedRow row;
    row.uids = in.uids();
    row.emails = decode_emails(in);
    if (!in.done()) throw CorruptIndex("a row of expunged messages can't be read; run helio-store --rebuild");
    return row;
}

}  // namespace helio::store
