#include "store/mailbox/records.h"

#include "store/mailbox/rows.h"

namespace helio::store::records {
namespace {

/// `value` when all of `in` was read without a fault.
template <class T>
std::optional<T> finished(const Decoder& in, T value) {
    if (!in.done()) return std::nullopt;
    return value;
}

void encode_bodies(Encoder& out, const std::vector<BodyId>& bodies) {
    out.number(bodies.size());
    for (const auto body : bodies) out.number(body.value);
}

std::vector<BodyId> decode_bodies(Decoder& in) {
    std::vector<BodyId> bodies(in.count());
    for (auto& body : bodies) body.value = in.number();
    return bodies;
}

bool decode_flag(Decoder& in) {
    const auto value = in.u8();
    if (value > 1) in.fault();
    return value == 1;
}

}  // namespace

std::string User::encode() const { return Encoder().number(id.value).text(name).take(); }

std::optional<User> User::decode(std::string_view bytes) {
    Decoder in(bytes);
    User record;
    record.id.value = in.number32();
    record.name = in.text();
    return finished(in, std::move(record));
}

std::string UserFloor::encode() const {
    Encoder out;
    out.number(id.value).number(modseq.value).number(next_ordinal).number(last_uid_validity.value);
    out.u8(folders_made ? 1 : 0).number(last_deletion.value);
    return out.take();
}

std::optional<UserFloor> UserFloor::decode(std::string_view bytes) {
    Decoder in(bytes);
    UserFloor record;
    record.id.value = in.number32();
    record.modseq.value = in.number();
    record.next_ordinal = in.number32();
    record.last_uid_validity.value = in.number32();
    record.folders_made = decode_flag(in);
    record.last_deletion.value = in.number();
    return finished(in, record);
}

std::string MailboxSet::encode() const {
    Encoder out;
    out.u64be(mailbox.id.value).number(modseq.value).text(mailbox.name).number(mailbox.uid_validity.value);
    out.u8(static_cast<std::uint8_t>(mailbox.special_use)).signed_number(mailbox.created).number(mailbox.born.value);
    return out.take();
}

std::optional<MailboxSet> MailboxSet::decode(std::string_view bytes) {
    Decoder in(bytes);
    MailboxSet record;
    record.mailbox.id.value = in.u64be();
    record.modseq.value = in.number();
    record.mailbox.name = in.text();
    record.mailbox.uid_validity.value = in.number32();
    const auto use = in.u8();
    if (use > static_cast<std::uint8_t>(SpecialUse::all)) in.fault();
    record.mailbox.special_use = static_cast<SpecialUse>(use);
    record.mailbox.created = in.signed_number();
    record.mailbox.born.value = in.number();
    return finished(in, std::move(record));
}

std::string MailboxDeleted::encode() const { return Encoder().u64be(id.value).number(modseq.value).take(); }

std::optional<MailboxDeleted> MailboxDeleted::decode(std::string_view bytes) {
    Decoder in(bytes);
    MailboxDeleted record;
    record.id.value = in.u64be();
    record.modseq.value = in.number();
    return finished(in, record);
}

std::string MailboxPurged::encode() const {
    Encoder out;
    out.u64be(id.value);
    encode_bodies(out, dropped);
    return out.take();
}

std::optional<MailboxPurged> MailboxPurged::decode(std::string_view bytes) {
    Decoder in(bytes);
    MailboxPurged record;
    record.id.value = in.u64be();
    record.dropped = decode_bodies(in);
    return finished(in, std::move(record));
}

std::string MailboxFloor::encode() const {
    Encoder out;
    out.u64be(id.value).number(uid_next.value).number(highest_modseq.value).number(last_expunge.value);
    out.number(vanished_floor.value);
    return out.take();
}

std::optional<MailboxFloor> MailboxFloor::decode(std::string_view bytes) {
    Decoder in(bytes);
    MailboxFloor record;
    record.id.value = in.u64be();
    record.uid_next.value = in.number32();
    record.highest_modseq.value = in.number();
    record.last_expunge.value = in.number();
    record.vanished_floor.value = in.number();
    return finished(in, record);
}

std::string Messages::encode() const {
    Encoder out;
    out.u64be(mailbox.value).number(messages.size());
    for (const auto& message : messages) {
        out.number(message.uid.value);
        encode_message(out, message);
    }
    return out.take();
}

std::optional<Messages> Messages::decode(std::string_view bytes) {
    Decoder in(bytes);
    Messages record;
    record.mailbox.value = in.u64be();
    constexpr std::size_t least_message_bytes = 9;
    const auto count = in.count(least_message_bytes);
    record.messages.reserve(count);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        const Uid uid{in.number32()};
        record.messages.push_back(decode_message(in, uid));
    }
    return finished(in, std::move(record));
}

std::string FlagsChanged::encode() const {
    Encoder out;
    out.u64be(mailbox.value).number(modseq.value).number(groups.size());
    for (const auto& group : groups) {
        out.uids(group.uids).u8(group.flags.bits);
        encode_keyword_bits(out, group.keywords);
    }
    return out.take();
}

std::optional<FlagsChanged> FlagsChanged::decode(std::string_view bytes) {
    Decoder in(bytes);
    FlagsChanged record;
    record.mailbox.value = in.u64be();
    record.modseq.value = in.number();
    constexpr std::size_t least_group_bytes = 3;
    const auto count = in.count(least_group_bytes);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        Group group;
        group.uids = in.uids();
        group.flags.bits = in.u8();
        group.keywords = decode_keyword_bits(in);
        record.groups.push_back(std::move(group));
    }
    return finished(in, std::move(record));
}

std::string Expunged::encode() const {
    Encoder out;
    out.u64be(mailbox.value).number(modseq.value).uids(uids);
    encode_bodies(out, dropped);
    encode_emails(out, emails);
    return out.take();
}

std::optional<Expunged> Expunged::decode(std::string_view bytes) {
    Decoder in(bytes);
    Expunged record;
    record.mailbox.value = in.u64be();
    record.modseq.value = in.number();
    record.uids = in.uids();
    record.dropped = decode_bodies(in);
    record.emails = decode_emails(in);
    return finished(in, std::move(record));
}

std::string Summary::encode() const { return Encoder().number(body.value).raw(bytes).take(); }

std::optional<Summary> Summary::decode(std::string_view bytes) {
    Decoder in(bytes);
    Summary record;
    record.body.value = in.number();
    if (!in.ok()) return std::nullopt;
    record.bytes = in.rest();
    return record;
}

std::string Keyword::encode() const { return Encoder().u64be(mailbox.value).u8(bit).text(name).take(); }

std::optional<Keyword> Keyword::decode(std::string_view bytes) {
    Decoder in(bytes);
    Keyword record;
    record.mailbox.value = in.u64be();
    record.bit = in.u8();
    record.name = in.text();
    return finished(in, std::move(record));
}

std::string Subscription::encode() const {
    return Encoder().number(user.value).number(modseq.value).u8(on ? 1 : 0).text(name).take();
}

std::optional<Subscription> Subscription::decode(std::string_view bytes) {
    Decoder in(bytes);
    Subscription record;
    record.user.value = in.number32();
    record.modseq.value = in.number();
    record.on = decode_flag(in);
    record.name = in.text();
    return finished(in, std::move(record));
}

std::string Delivery::encode() const {
    Encoder out;
    out.number(number).raw({key.data(), key.size()}).signed_number(time).u64be(mailbox.value).number(uid.value);
    return out.take();
}

std::optional<Delivery> Delivery::decode(std::string_view bytes) {
    Decoder in(bytes);
    Delivery record;
    record.number = in.number();
    in.raw(record.key.size()).copy(record.key.data(), record.key.size());
    record.time = in.signed_number();
    record.mailbox.value = in.u64be();
    record.uid.value = in.number32();
    return finished(in, record);
}

std::string Uploaded::encode() const {
    return Encoder().number(user.value).number(upload.body.value).number(upload.size).signed_number(upload.time).take();
}

std::optional<Uploaded> Uploaded::decode(std::string_view bytes) {
    Decoder in(bytes);
    Uploaded record;
    record.user.value = in.number32();
    record.upload.body.value = in.number();
    record.upload.size = in.number();
    record.upload.time = in.signed_number();
    return finished(in, record);
}

std::string UploadGone::encode() const { return Encoder().number(user.value).number(body.value).take(); }

std::optional<UploadGone> UploadGone::decode(std::string_view bytes) {
    Decoder in(bytes);
    UploadGone record;
    record.user.value = in.number32();
    record.body.value = in.number();
    return finished(in, record);
}

std::string DeliveriesExpired::encode() const { return Encoder().number(last).take(); }

std::optional<DeliveriesExpired> DeliveriesExpired::decode(std::string_view bytes) {
    Decoder in(bytes);
    DeliveriesExpired record;
    record.last = in.number();
    return finished(in, record);
}

std::string QuotaSet::encode() const {
    Encoder out;
    out.text(root.key());
    encode_limits(out, limits);
    return out.take();
}

std::optional<QuotaSet> QuotaSet::decode(std::string_view bytes) {
    Decoder in(bytes);
    const auto root = QuotaRootId::of_key(in.text());
    if (!root) return std::nullopt;
    QuotaSet record{*root, decode_limits(in)};
    return finished(in, std::move(record));
}

std::string QuotaNotice::encode() const {
    return Encoder().number(user.value).signed_number(warned_at).signed_number(over_since).take();
}

std::optional<QuotaNotice> QuotaNotice::decode(std::string_view bytes) {
    Decoder in(bytes);
    QuotaNotice record;
    record.user.value = in.number32();
    record.warned_at = in.signed_number();
    record.over_since = in.signed_number();
    return finished(in, std::move(record));
}

}  // namespace helio::store::records
