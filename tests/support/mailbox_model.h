// MailboxModel: a storage::Model as small as one can be that has all the hard parts of a message store: a counter per
// mailbox (next UID, MODSEQ), messages with a body and changing flags, expunges that must outlive what they cancel,
// COPY that names a body twice.
#pragma once

#include "common/storage/codec.h"
#include "common/storage/errc.h"
#include "common/storage/partition.h"

namespace helio::test {

struct Message {
    std::uint32_t box = 0;
    std::uint32_t uid = 0;
    std::uint64_t modseq = 0;
    std::uint64_t body = 0;
    std::string flags;
    bool operator==(const Message&) const = default;
};
struct Box {
    std::uint32_t next_uid = 1;
    std::uint64_t modseq = 0;
    std::uint32_t messages = 0;
    bool operator==(const Box&) const = default;
};

class MailboxModel final : public storage::Model {
public:
    static constexpr storage::Table messages{1,
                                             "messages"};  ///< box 4, 0x01, uid 4; box 4, 0xFF: the mailbox's own row
    static constexpr storage::RecordType appended = 1, flagged = 2, expunged = 3, mailbox = 4;

    explicit MailboxModel(std::uint32_t index_version = 1) : index_version_(index_version) {}

    std::span<const storage::Table> tables() const override { return {tables_, 1}; }
    std::uint32_t index_version() const override { return index_version_; }
    void apply(storage::IndexWriter& index, const storage::Record& record) override;
    void carry_forward(const storage::IndexReader& index, const storage::Record& record, bool oldest_stays,
                       storage::RecordSink& sink) override;

    static std::string key(std::uint32_t box, std::uint32_t uid);
    static std::string box_key(std::uint32_t box);
    static std::string encode(const Message& message);
    static Message decode_message(std::string_view bytes);
    static Box box(const storage::IndexReader& index, std::uint32_t number);
    static std::optional<Message> message(const storage::IndexReader& index, std::uint32_t box, std::uint32_t uid);

private:
    void put_box(storage::IndexWriter& index, std::uint32_t number, const Box& box);
    storage::Table tables_[1] = {messages};
    std::uint32_t index_version_;
};

/// Appends a message; a second one with the same body when copy_to is another box.
class AppendMessage final : public storage::Change {
public:
    AppendMessage(std::uint32_t box, std::string text, std::uint32_t copy_to = 0)
        : box_(box), copy_to_(copy_to), body_(storage::body_in_memory(std::move(text))) {}
    Result<> decide(storage::Decision& decision) override;
    std::size_t weight_bytes() const override { return static_cast<std::size_t>(body_->size()) + 200; }
    bool is_quick() const override { return true; }

    std::uint32_t uid = 0;
    storage::BodyId body;

private:
    void append(storage::Decision& decision, std::uint32_t box);
    std::uint32_t box_;
    std::uint32_t copy_to_;
    std::unique_ptr<storage::BodySource> body_;
};

/// Sets the flags; storage::errc::no_such_body when there is no such message.
class SetFlags final : public storage::Change {
public:
    SetFlags(std::uint32_t box, std::uint32_t uid, std::string flags)
        : box_(box), uid_(uid), flags_(std::move(flags)) {}
    Result<> decide(storage::Decision& decision) override;
    std::size_t weight_bytes() const override { return 100; }
    bool is_quick() const override { return true; }

private:
    std::uint32_t box_;
    std::uint32_t uid_;
    std::string flags_;
};

class Expunge final : public storage::Change {
public:
    Expunge(std::uint32_t box, std::uint32_t uid) : box_(box), uid_(uid) {}
    Result<> decide(storage::Decision& decision) override;
    std::size_t weight_bytes() const override { return 100; }
    bool is_quick() const override { return true; }

private:
    std::uint32_t box_;
    std::uint32_t uid_;
};

/// Names the body of an existing message from another mailbox too (IMAP COPY).
class CopyMessage final : public storage::Change {
public:
    CopyMessage(std::uint32_t box, std::uint32_t uid, std::uint32_t to) : box_(box), uid_(uid), to_(to) {}
    Result<> decide(storage::Decision& decision) override;
    std::size_t weight_bytes() const override { return 100; }
    bool is_quick() const override { return true; }
    std::uint32_t new_uid = 0;

private:
    std::uint32_t box_;
    std::uint32_t uid_;
    std::uint32_t to_;
};

}  // namespace helio::test
