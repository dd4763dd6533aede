#include "tests/support/mailbox_model.h"

#include <algorithm>

namespace helio::test {
namespace {

using storage::append;
using storage::load;

std::string big_endian(std::uint32_t number) {
    std::string bytes(4, '\0');
    storage::store(bytes.data(), __builtin_bswap32(number));
    return bytes;
}

std::string encode(const Box& box) {
    std::string bytes;
    append(bytes, box.next_uid);
    append(bytes, box.modseq);
    append(bytes, box.messages);
    return bytes;
}

/// Record "mailbox": number, next UID, MODSEQ. Record "expunged": box, uid, MODSEQ.
std::string three(std::uint32_t a, std::uint32_t b, std::uint64_t c) {
    std::string bytes;
    append(bytes, a);
    append(bytes, b);
    append(bytes, c);
    return bytes;
}

}  // namespace

std::string MailboxModel::key(std::uint32_t box, std::uint32_t uid) {
    return big_endian(box) + '\x01' + big_endian(uid);
}
std::string MailboxModel::box_key(std::uint32_t box) { return big_endian(box) + '\xFF'; }

std::string MailboxModel::encode(const Message& message) {
    std::string bytes = three(message.box, message.uid, message.modseq);
    append(bytes, message.body);
    return bytes + message.flags;
}

Message MailboxModel::decode_message(std::string_view bytes) {
    if (bytes.size() < 24) throw std::runtime_error("message record too short");
    return {load<std::uint32_t>(bytes.data()), load<std::uint32_t>(bytes.data() + 4),
            load<std::uint64_t>(bytes.data() + 8), load<std::uint64_t>(bytes.data() + 16),
            std::string(bytes.substr(24))};
}

Box MailboxModel::box(const storage::IndexReader& index, std::uint32_t number) {
    const auto row = index.get(messages, box_key(number));
    if (!row) return {};
    return {load<std::uint32_t>(row->data()), load<std::uint64_t>(row->data() + 4),
            load<std::uint32_t>(row->data() + 12)};
}

std::optional<Message> MailboxModel::message(const storage::IndexReader& index, std::uint32_t box, std::uint32_t uid) {
    const auto row = index.get(messages, key(box, uid));
    if (!row) return std::nullopt;
    return decode_message(*row);
}

void MailboxModel::put_box(storage::IndexWriter& index, std::uint32_t number, const Box& box) {
    index.put(messages, box_key(number), test::encode(box));
}

void MailboxModel::apply(storage::IndexWriter& index, const storage::Record& record) {
    if (record.payload.size() < 16) throw std::runtime_error("record too short");
    const auto number = load<std::uint32_t>(record.payload.data());
    const auto uid = load<std::uint32_t>(record.payload.data() + 4);
    const auto modseq = load<std::uint64_t>(record.payload.data() + 8);
    auto box = MailboxModel::box(index, number);
    box.modseq = std::max(box.modseq, modseq);
    if (record.type == mailbox) {
        box.next_uid = std::max(box.next_uid, uid);
    } else {
        box.next_uid = std::max(box.next_uid, uid + 1);
        const auto held = message(index, number, uid);
        if (record.type == expunged && held) {
            index.erase(messages, key(number, uid));
            index.release(storage::BodyId{held->body});
            --box.messages;
        } else if (record.type == appended && !held) {
            const auto message = decode_message(record.payload);
            index.put(messages, key(number, uid), record.payload);
            index.refer(storage::BodyId{message.body});
            ++box.messages;
        } else if ((record.type == appended || record.type == flagged) && held && held->modseq < modseq) {
            index.put(messages, key(number, uid), record.payload);
        }
    }
    put_box(index, number, box);
}

void MailboxModel::carry_forward(const storage::IndexReader& index, const storage::Record& record, bool oldest_stays,
                                 storage::RecordSink& sink) {
    const auto number = load<std::uint32_t>(record.payload.data());
    const auto uid = load<std::uint32_t>(record.payload.data() + 4);
    const auto box = MailboxModel::box(index, number);
    sink.add(mailbox, three(number, box.next_uid, box.modseq));
    if (record.type == expunged && oldest_stays) sink.add(expunged, record.payload);
    if (record.type != appended && record.type != flagged) return;
    if (const auto held = message(index, number, uid)) sink.add(appended, encode(*held));
}

Result<> AppendMessage::decide(storage::Decision& decision) {
    body = decision.add_body(*body_);
    append(decision, box_);
    if (copy_to_ != 0) append(decision, copy_to_);
    return {};
}

void AppendMessage::append(storage::Decision& decision, std::uint32_t number) {
    const auto box = MailboxModel::box(decision.index(), number);
    if (number == box_) uid = box.next_uid;
    decision.add(MailboxModel::appended,
                 MailboxModel::encode({number, box.next_uid, box.modseq + 1, body.value, "recent"}));
}

Result<> SetFlags::decide(storage::Decision& decision) {
    auto message = MailboxModel::message(decision.index(), box_, uid_);
    if (!message) return fail(storage::errc::no_such_body);
    message->flags = flags_;
    message->modseq = MailboxModel::box(decision.index(), box_).modseq + 1;
    decision.add(MailboxModel::flagged, MailboxModel::encode(*message));
    return {};
}

Result<> Expunge::decide(storage::Decision& decision) {
    if (!MailboxModel::message(decision.index(), box_, uid_)) return fail(storage::errc::no_such_body);
    const auto modseq = MailboxModel::box(decision.index(), box_).modseq + 1;
    decision.add(MailboxModel::expunged, three(box_, uid_, modseq));
    return {};
}

Result<> CopyMessage::decide(storage::Decision& decision) {
    auto message = MailboxModel::message(decision.index(), box_, uid_);
    if (!message) return fail(storage::errc::no_such_body);
    const auto target = MailboxModel::box(decision.index(), to_);
    new_uid = target.next_uid;
    decision.add(MailboxModel::appended,
                 MailboxModel::encode({to_, new_uid, target.modseq + 1, message->body, message->flags}));
    return {};
}

}  // namespace helio::test
