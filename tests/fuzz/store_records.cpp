// The first byte chooses the record type; what decodes must encode to something that decodes to the same.
#include "store/mailbox/sharing_records.h"
#include "tests/support/fuzz/target.h"

using namespace helio::store;

namespace {

template <class T>
void check(std::string_view bytes) {
    const auto record = T::decode(bytes);
    if (!record) return;
    const auto again = T::decode(record->encode());
    FUZZ_CHECK(again && *again == *record);
}

}  // namespace

FUZZ_TARGET(store_records) {
    if (input.empty()) return;
    const auto bytes = input.substr(1);
    switch (static_cast<unsigned char>(input.front()) % 17) {
        case 0:
            return check<records::User>(bytes);
        case 1:
            return check<records::UserFloor>(bytes);
        case 2:
            return check<records::MailboxSet>(bytes);
        case 3:
            return check<records::MailboxDeleted>(bytes);
        case 4:
            return check<records::MailboxPurged>(bytes);
        case 5:
            return check<records::MailboxFloor>(bytes);
        case 6:
            return check<records::Messages>(bytes);
        case 7:
            return check<records::FlagsChanged>(bytes);
        case 8:
            return check<records::Expunged>(bytes);
        case 9:
            return check<records::Summary>(bytes);
        case 10:
            return check<records::Keyword>(bytes);
        case 11:
            return check<records::Subscription>(bytes);
        case 12:
            return check<records::Delivery>(bytes);
        case 13:
            return check<records::DeliveriesExpired>(bytes);
        case 14:
            return check<records::SharedSeen>(bytes);
        case 15:
            return check<records::Annotation>(bytes);
        default:
            return check<records::AclSet>(bytes);
    }
}
