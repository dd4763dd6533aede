#include "store/mailbox/mailbox_model.h"

#include "store/mailbox/apply.h"
#include "store/mailbox/carry_forward.h"
#include "store/mailbox/rows.h"
#include "store/mailbox/sharing_records.h"

namespace helio::store {
namespace {

template <class T>
T decode_as(const storage::Record& record) {
    std::optional<T> value;
    if (record.version == 1) value = T::decode(record.payload);
    if (!value) {
        throw CorruptIndex("the log holds a record of type " + std::to_string(record.type) + " version " +
                           std::to_string(record.version) + " that this release can't read");
    }
    return std::move(*value);
}

/// Calls `use` with the record as its own type.
template <class Use>
void with_record(const storage::Record& record, const Use& use) {
    using records::Type;
    switch (static_cast<Type>(record.type)) {
        case Type::user:
            return use(decode_as<records::User>(record));
        case Type::user_floor:
            return use(decode_as<records::UserFloor>(record));
        case Type::mailbox:
            return use(decode_as<records::MailboxSet>(record));
        case Type::mailbox_deleted:
            return use(decode_as<records::MailboxDeleted>(record));
        case Type::mailbox_purged:
            return use(decode_as<records::MailboxPurged>(record));
        case Type::mailbox_floor:
            return use(decode_as<records::MailboxFloor>(record));
        case Type::messages:
            return use(decode_as<records::Messages>(record));
        case Type::flags:
            return use(decode_as<records::FlagsChanged>(record));
        case Type::expunged:
            return use(decode_as<records::Expunged>(record));
        case Type::summary:
            return use(decode_as<records::Summary>(record));
        case Type::keyword:
            return use(decode_as<records::Keyword>(record));
        case Type::subscription:
            return use(decode_as<records::Subscription>(record));
        case Type::delivery:
            return use(decode_as<records::Delivery>(record));
        case Type::deliveries_expired:
            return use(decode_as<records::DeliveriesExpired>(record));
        case Type::upload:
            return use(decode_as<records::Uploaded>(record));
        case Type::upload_gone:
            return use(decode_as<records::UploadGone>(record));
        case Type::quota_root:
            return use(decode_as<records::QuotaSet>(record));
        case Type::quota_notice:
            return use(decode_as<records::QuotaNotice>(record));
        case Type::acl:
            return use(decode_as<records::AclSet>(record));
        case Type::annotation:
            break;
    }
    throw CorruptIndex("the log holds a record of type " + std::to_string(record.type) +
                       " that this release does not know");
}

}  // namespace

void MailboxModel::apply(storage::IndexWriter& index, const storage::Record& record) {
    with_record(record, [&](const auto& value) { store::apply(index, value); });
}

void MailboxModel::carry_forward(const storage::IndexReader& index, const storage::Record& record, bool oldest_stays,
                                 storage::RecordSink& sink) {
    with_record(record, [&](const auto& value) { store::carry_forward(index, value, oldest_stays, sink); });
}

}  // namespace helio::store
