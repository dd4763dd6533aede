#include "store/mailbox/sharing_records.h"

namespace helio::store::records {

std::string AclSet::encode() const {
    Encoder out;
    out.u64be(mailbox.value).number(modseq.value).text(domain).number(acl.size());
    for (const auto& entry : acl) out.text(entry.identifier).number(entry.rights.bits);
    return out.take();
}

std::optional<AclSet> AclSet::decode(std::string_view bytes) {
    Decoder in(bytes);
    AclSet record;
    record.mailbox.value = in.u64be();
    record.modseq.value = in.number();
    record.domain = in.text();
    constexpr std::size_t least_entry_bytes = 2;
    const auto count = in.count(least_entry_bytes);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        AclEntry entry;
        entry.identifier = in.text();
        const auto bits = in.number32();
        if (bits > all_rights.bits) in.fault();
        entry.rights = Rights::of(bits);
        record.acl.push_back(std::move(entry));
    }
    if (!in.done()) return std::nullopt;
    return record;
}

std::string SharedSeen::encode() const {
    Encoder out;
    out.u64be(mailbox.value).number(user.value).number(modseq.value).uids(seen).uids(unseen);
    return out.take();
}

std::optional<SharedSeen> SharedSeen::decode(std::string_view bytes) {
    Decoder in(bytes);
    SharedSeen record;
    record.mailbox.value = in.u64be();
    record.user.value = in.number32();
    record.modseq.value = in.number();
    record.seen = in.uids();
    record.unseen = in.uids();
    if (!in.done()) return std::nullopt;
    return record;
}

std::string Annotation::encode() const {
    Encoder out;
    out.u64be(mailbox.value).number(user.value).number(modseq.value).text(name).u8(value ? 1 : 0);
    if (value) out.text(*value);
    return out.take();
}

std::optional<Annotation> Annotation::decode(std::string_view bytes) {
    Decoder in(bytes);
    Annotation record;
    record.mailbox.value = in.u64be();
    record.user.value = in.number32();
    record.modseq.value = in.number();
    record.name = in.text();
    const auto has_value = in.u8();
    if (has_value > 1) in.fault();
    if (has_value == 1) record.value = in.text();
    if (!in.done()) return std::nullopt;
    return record;
}

}  // namespace helio::store::records
