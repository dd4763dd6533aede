#include "store/mailbox/keys.h"

#include "store/mailbox/encoding.h"

namespace helio::store::keys {
namespace {

enum Kind : std::uint8_t {
    kind_info = 0x00,
    kind_keyword = 0x01,
    kind_vanished = 0x02,
    kind_message = 0x08,
    kind_uids = 0x09,
    kind_user = 0xFE,
    kind_counters = 0xFF,
};

Encoder start(MailboxId id, std::uint8_t kind) {
    Encoder out;
    out.u64be(id.value).u8(kind);
    return out;
}

}  // namespace

std::string info(MailboxId id) { return start(id, kind_info).take(); }
std::string keyword(MailboxId id, std::uint8_t bit) { return start(id, kind_keyword).u8(bit).take(); }
std::string vanished(MailboxId id, ModSeq modseq) { return start(id, kind_vanished).u64be(modseq.value).take(); }
std::string message(MailboxId id, Uid uid) { return start(id, kind_message).u32be(uid.value).take(); }
std::string uid_part(MailboxId id, std::uint32_t part) { return start(id, kind_uids).u32be(part).take(); }
std::string user_row(UserId id) { return start(MailboxId::of(id, 0), kind_user).take(); }
std::string counters(MailboxId id) { return start(id, kind_counters).take(); }

std::string first_keyword(MailboxId id) { return start(id, kind_keyword).take(); }
std::string first_vanished(MailboxId id) { return start(id, kind_vanished).take(); }
std::string first_message(MailboxId id) { return start(id, kind_message).take(); }
std::string after_messages(MailboxId id) { return start(id, kind_message + 1).take(); }
std::string after_uid_parts(MailboxId id) { return start(id, kind_uids + 1).take(); }

Uid uid_of(std::string_view message_key) { return Uid{Decoder(message_key.substr(9)).u32be()}; }
ModSeq modseq_of(std::string_view vanished_key) { return ModSeq{Decoder(vanished_key.substr(9)).u64be()}; }

std::string of_user(UserId id) { return Encoder().u32be(id.value).take(); }
std::string of_user(UserId id, std::string_view mailbox_name) {
    return Encoder().u32be(id.value).raw(mailbox_name).take();
}

std::string after_prefix(std::string prefix) {
    while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    return prefix;
}

std::string of_body(BodyId id) { return Encoder().u64be(id.value).take(); }
std::string of_holder(BodyId body, MailboxId id, Uid uid) {
    return Encoder().u64be(body.value).u64be(id.value).u32be(uid.value).take();
}
std::string of_holders(BodyId body, UserId owner_id) {
    return Encoder().u64be(body.value).u32be(owner_id.value).take();
}
std::string of_holders(BodyId body, MailboxId id) { return Encoder().u64be(body.value).u64be(id.value).take(); }
Uid uid_of_holder(std::string_view holder_key) { return Uid{Decoder(holder_key.substr(16)).u32be()}; }
std::string of_upload(UserId owner_id, BodyId body) { return Encoder().u32be(owner_id.value).u64be(body.value).take(); }
std::string of_number(std::uint64_t number) { return Encoder().u64be(number).take(); }
std::string of_grantee(std::string_view grantee) { return Encoder().raw(grantee).u8(0).take(); }
std::string of_grantee(std::string_view grantee, MailboxId id) {
    return Encoder().raw(grantee).u8(0).u64be(id.value).take();
}
std::string seen_part(MailboxId id, std::uint32_t part, UserId reader) {
    return Encoder().u64be(id.value).u32be(part).u32be(reader.value).take();
}
std::string seen_total(MailboxId id, UserId reader) { return seen_part(id, UINT32_MAX, reader); }
std::string first_seen(MailboxId id, std::uint32_t part) { return Encoder().u64be(id.value).u32be(part).take(); }
std::string of_annotation(MailboxId id, UserId whose, std::string_view annotation_name) {
    return Encoder().u64be(id.value).u32be(whose.value).raw(annotation_name).take();
}
std::string of_mailbox(MailboxId id) { return Encoder().u64be(id.value).take(); }
MailboxId mailbox_of(std::string_view bytes) { return MailboxId{Decoder(bytes).u64be()}; }
UserId user_of(std::string_view bytes) { return UserId{Decoder(bytes).u32be()}; }
std::uint64_t number_of(std::string_view bytes) { return Decoder(bytes).u64be(); }

}  // namespace helio::store::keys
