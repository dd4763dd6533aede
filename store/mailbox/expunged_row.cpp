#include "store/mailbox/expunged_row.h"

#include <algorithm>

#include "store/mailbox/rows.h"

namespace helio::store {

void encode_emails(Encoder& out, const std::vector<ExpungedEmail>& emails) {
    out.number(emails.size());
    std::uint64_t before = 0;
    for (const auto& [email, thread] : emails) {
        out.number(email.value - before).u64be(thread.value);
        before = email.value;
    }
}

std::vector<ExpungedEmail> decode_emails(Decoder& in) {
    constexpr std::size_t least_email_bytes = 9;
    std::vector<ExpungedEmail> emails(in.count(least_email_bytes));
    std::uint64_t before = 0;
    for (auto& [email, thread] : emails) {
        before += in.number();
        email.value = before;
        thread.value = in.u64be();
    }
    return emails;
}

void ExpungedRow::add(const ExpungedRow& other) {
    uids.add(other.uids);
    std::vector<ExpungedEmail> both;
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
