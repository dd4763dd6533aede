#include "store/mailbox/rows.h"

#include "store/mailbox/thread_id.h"

namespace helio::store {
namespace {

constexpr std::uint8_t version_1 = 1;

enum LimitBits : std::uint8_t { limit_bytes = 1, limit_messages = 2, limit_mailboxes = 4 };
enum MessageBits : std::uint8_t { has_keywords = 1, has_email = 2, has_created = 4, has_thread = 8, is_duplicate = 16 };

[[noreturn]] void corrupt(std::string_view what) {
    throw CorruptIndex("the index holds a " + std::string(what) +
                       " that can't be read; stop the store and run helio-store --verify, then --rebuild");
}

Decoder open(std::string_view bytes, std::string_view what) {
    Decoder in(bytes);
    if (in.u8() != version_1) corrupt(what);
    return in;
}

}  // namespace

void encode_keyword_bits(Encoder& out, const KeywordBits& bits) {
    std::array<std::uint8_t, most_keywords / 8> bytes{};
    std::size_t used = 0;
    for (std::size_t bit = 0; bit < most_keywords; ++bit) {
        if (!bits.test(bit)) continue;
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (1u << (bit % 8)));
        used = bit / 8 + 1;
    }
    out.number(used);
    for (std::size_t i = 0; i < used; ++i) out.u8(bytes[i]);
}

KeywordBits decode_keyword_bits(Decoder& in) {
    KeywordBits bits;
    const auto bytes = in.text(most_keywords / 8);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        for (unsigned bit = 0; bit < 8; ++bit) {
            if ((byte >> bit & 1u) != 0) bits.set(i * 8 + bit);
        }
    }
    if (!bytes.empty() && bytes.back() == '\0') in.fault();  // one form only
    return bits;
}

void encode_message(Encoder& out, const Message& message) {
    const bool keywords = message.keywords.any();
    const bool email = message.email.value != message.body.value;
    const bool created = message.created != message.modseq;
    const bool thread = message.thread != alone(message.email);
    out.u8(static_cast<std::uint8_t>((keywords ? has_keywords : 0) | (email ? has_email : 0) |
                                     (created ? has_created : 0) | (thread ? has_thread : 0) |
                                     (message.duplicate ? is_duplicate : 0)));
    out.u8(message.flags.bits);
    out.number(message.modseq.value).number(message.body.value).number(message.size);
    out.signed_number(message.save_date).signed_number(message.internal_date.unix_seconds - message.save_date);
    out.signed_number(message.internal_date.zone_minutes);
    if (keywords) encode_keyword_bits(out, message.keywords);
    if (email) out.number(message.email.value);
    if (created) out.number(message.created.value);
    if (thread) out.u64be(message.thread.value);
}

Message decode_message(Decoder& in, Uid uid) {
    Message message;
    message.uid = uid;
    const auto bits = in.u8();
    message.flags.bits = in.u8();
    message.modseq.value = in.number();
    message.body.value = in.number();
    message.size = in.number();
    message.save_date = in.signed_number();
    // Wraps instead of overflowing: damaged input may hold anything.
    message.internal_date.unix_seconds = static_cast<std::int64_t>(static_cast<std::uint64_t>(in.signed_number()) +
                                                                   static_cast<std::uint64_t>(message.save_date));
    const auto zone = in.signed_number();
    if (bits > (has_keywords | has_email | has_created | has_thread | is_duplicate) || zone < INT16_MIN ||
        zone > INT16_MAX)
        in.fault();
    message.internal_date.zone_minutes = static_cast<std::int16_t>(zone);
    if ((bits & has_keywords) != 0) message.keywords = decode_keyword_bits(in);
    message.duplicate = (bits & is_duplicate) != 0;
    message.email.value = (bits & has_email) != 0 ? in.number() : message.body.value;
    message.created.value = (bits & has_created) != 0 ? in.number() : message.modseq.value;
    message.thread = (bits & has_thread) != 0 ? ThreadId{in.u64be()} : alone(message.email);
    return message;
}

std::string MessageRow::encode(const Message& message) {
    Encoder out;
    out.u8(version_1);
    encode_message(out, message);
    return out.take();
}

Message MessageRow::decode(Uid uid, std::string_view bytes) {
    auto in = open(bytes, "message row");
    auto message = decode_message(in, uid);
    if (!in.done()) corrupt("message row");
    return message;
}

std::string MailboxRow::encode() const {
    Encoder out;
    out.u8(version_1).number(messages).number(unseen).number(deleted).number(size_bytes).number(uid_next.value);
    out.number(highest_modseq.value).number(last_expunge.value).number(vanished_floor.value).number(vanished_rows);
    out.number(floor.value).number(deleted_bytes);
    return out.take();
}

MailboxRow MailboxRow::decode(std::string_view bytes) {
    auto in = open(bytes, "mailbox row");
    MailboxRow row;
    row.messages = in.number32();
    row.unseen = in.number32();
    row.deleted = in.number32();
    row.size_bytes = in.number();
    row.uid_next.value = in.number32();
    row.highest_modseq.value = in.number();
    row.last_expunge.value = in.number();
    row.vanished_floor.value = in.number();
    row.vanished_rows = in.number32();
    row.floor.value = in.number();
    row.deleted_bytes = in.number();
    if (!in.done()) corrupt("mailbox row");
    return row;
}

std::string InfoRow::encode() const {
    Encoder out;
    out.u8(version_1).text(name).number(uid_validity.value).u8(static_cast<std::uint8_t>(special_use));
    out.signed_number(created).number(born.value).number(modseq.value);
    return out.take();
}

InfoRow InfoRow::decode(std::string_view bytes) {
    auto in = open(bytes, "mailbox information row");
    InfoRow row;
    row.name = in.text();
    row.uid_validity.value = in.number32();
    const auto use = in.u8();
    if (use > static_cast<std::uint8_t>(SpecialUse::all)) in.fault();
    row.special_use = static_cast<SpecialUse>(use);
    row.created = in.signed_number();
    row.born.value = in.number();
    row.modseq.value = in.number();
    if (!in.done()) corrupt("mailbox information row");
    return row;
}

std::string UserRow::encode() const {
    Encoder out;
    out.u8(version_1).number(usage.bytes).number(usage.messages).number(mailboxes).number(modseq.value);
    out.number(next_ordinal).number(last_uid_validity.value).u8(folders_made ? 1 : 0).number(floor.value);
    out.number(last_deletion.value).text(domain).signed_number(warned_at).signed_number(over_since);
    return out.take();
}

UserRow UserRow::decode(std::string_view bytes) {
    auto in = open(bytes, "user row");
    UserRow row;
    row.usage.bytes = in.number();
    row.usage.messages = in.number();
    row.mailboxes = in.number32();
    row.modseq.value = in.number();
    row.next_ordinal = in.number32();
    row.last_uid_validity.value = in.number32();
    row.folders_made = in.u8() != 0;
    row.floor.value = in.number();
    row.last_deletion.value = in.number();
    row.domain = in.text();
    row.warned_at = in.signed_number();
    row.over_since = in.signed_number();
    if (!in.done()) corrupt("user row");
    return row;
}

std::string DomainRow::encode() const {
    return Encoder().u8(version_1).number(usage.bytes).number(usage.messages).number(users).take();
}

DomainRow DomainRow::decode(std::string_view bytes) {
    auto in = open(bytes, "domain row");
    DomainRow row;
    row.usage.bytes = in.number();
    row.usage.messages = in.number();
    row.users = in.number32();
    if (!in.done()) corrupt("domain row");
    return row;
}

void encode_limits(Encoder& out, const QuotaLimits& limits) {
    const auto bits = (limits.bytes ? limit_bytes : 0) | (limits.messages ? limit_messages : 0) |
                      (limits.mailboxes ? limit_mailboxes : 0);
    out.u8(static_cast<std::uint8_t>(bits));
    if (limits.bytes) out.number(*limits.bytes);
    if (limits.messages) out.number(*limits.messages);
    if (limits.mailboxes) out.number(*limits.mailboxes);
}

QuotaLimits decode_limits(Decoder& in) {
    QuotaLimits limits;
    const auto bits = in.u8();
    if (bits > (limit_bytes | limit_messages | limit_mailboxes)) in.fault();
    if ((bits & limit_bytes) != 0) limits.bytes = in.number();
    if ((bits & limit_messages) != 0) limits.messages = in.number();
    if ((bits & limit_mailboxes) != 0) limits.mailboxes = in.number32();
    return limits;
}

std::string QuotaRow::encode(const QuotaLimits& limits) {
    Encoder out;
    out.u8(version_1);
    encode_limits(out, limits);
    return out.take();
}

QuotaLimits QuotaRow::decode(std::string_view bytes) {
    auto in = open(bytes, "quota row");
    auto limits = decode_limits(in);
    if (!in.done()) corrupt("quota row");
    return limits;
}

std::string DeliveryRow::encode() const {
    Encoder out;
    out.u8(version_1).raw({key.data(), key.size()}).signed_number(time).number(mailbox.value).number(uid.value);
    return out.take();
}

DeliveryRow DeliveryRow::decode(std::string_view bytes) {
    auto in = open(bytes, "delivery row");
    DeliveryRow row;
    in.raw(row.key.size()).copy(row.key.data(), row.key.size());
    row.time = in.signed_number();
    row.mailbox.value = in.number();
    row.uid.value = in.number32();
    if (!in.done()) corrupt("delivery row");
    return row;
}

std::string UploadRow::encode(const Upload& upload) {
    Encoder out;
    out.u8(version_1).number(upload.size).signed_number(upload.time);
    return out.take();
}

Upload UploadRow::decode(std::string_view key, std::string_view bytes) {
    auto in = open(bytes, "upload row");
    Upload upload;
    upload.body.value = Decoder(key.substr(sizeof(std::uint32_t))).u64be();
    upload.size = in.number();
    upload.time = in.signed_number();
    if (!in.done()) corrupt("upload row");
    return upload;
}

}  // namespace helio::store
