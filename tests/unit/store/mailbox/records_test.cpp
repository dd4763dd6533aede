#include "store/mailbox/records.h"

#include "store/mailbox/rows.h"
#include "store/mailbox/sharing_records.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::store;

namespace {

Message example_message(std::uint32_t uid) {
    Message message;
    message.uid = Uid{uid};
    message.flags = Flags{5};
    message.keywords.set(3).set(255);
    message.modseq = ModSeq{1'000'000'007};
    message.internal_date = {1'790'000'000, -330};
    message.save_date = 1'790'000'009;
    message.size = 4711;
    message.body = storage::BodyId{99};
    message.email = EmailId{42};
    message.thread = ThreadId{0x8000000012345678};
    message.created = ModSeq{77};
    message.duplicate = true;
    return message;
}

/// What is printed is read back; no part of it is taken for a whole, and a byte more is refused.
template <class T>
void check_codec(const T& record, bool open_ended = false) {
    const auto bytes = record.encode();
    const auto back = T::decode(bytes);
    REQUIRE(back);
    CHECK(*back == record);
    if (open_ended) return;
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(T::decode(std::string_view(bytes).substr(0, length)));
    }
    CHECK_FALSE(T::decode(bytes + '\0'));
}

}  // namespace

TEST_CASE("every record reads back what it wrote, and nothing less", "[store][records]") {
    const auto uids = UidSet({{Uid{1}, Uid{5}}, {Uid{9}, Uid{9}}, {Uid{70'000}, Uid{UINT32_MAX}}});
    check_codec(records::User{UserId{7}, "alice@example.test"});
    check_codec(records::UserFloor{UserId{7}, ModSeq{900}, 12, UidValidity{1'790'000'000}, true, ModSeq{850}});
    check_codec(records::MailboxSet{
        {MailboxId::of(UserId{7}, 3), "a/b/\xc3\xa9", UidValidity{5}, SpecialUse::junk, 1'790'000'000, ModSeq{3}, {}},
        ModSeq{4}});
    check_codec(records::MailboxDeleted{MailboxId::of(UserId{7}, 3), ModSeq{4}});
    check_codec(records::MailboxPurged{MailboxId::of(UserId{7}, 3), {BodyId{1}, BodyId{300}}});
    check_codec(records::MailboxFloor{MailboxId::of(UserId{7}, 3), Uid{10}, ModSeq{400}, ModSeq{300}, ModSeq{200}});
    check_codec(records::Messages{MailboxId::of(UserId{7}, 0), {example_message(1), example_message(77)}});
    check_codec(records::FlagsChanged{
        MailboxId::of(UserId{7}, 0), ModSeq{8}, {{uids, Flags{1}, {}}, {UidSet::of(Uid{6}), Flags{0}, 0b101}}});
    check_codec(records::QuotaSet{QuotaRootId::folder(MailboxId::of(UserId{7}, 3)), {1u << 30, 5, 6}});
    check_codec(records::QuotaSet{QuotaRootId::user(UserId{7}), {}});
    check_codec(records::QuotaNotice{UserId{7}, 1'790'000'000, 1'790'000'009});
    check_codec(records::Expunged{MailboxId::of(UserId{7}, 0),
                                  ModSeq{9},
                                  uids,
                                  {BodyId{5}},
                                  {{EmailId{5}, ThreadId{7}}, {EmailId{900}, ThreadId{UINT64_MAX}}}});
    check_codec(records::Uploaded{UserId{7}, {BodyId{5}, 4711, 1'790'000'000}});
    check_codec(records::UploadGone{UserId{7}, BodyId{5}});
    check_codec(records::Summary{BodyId{4}, "any bytes"}, true);
    check_codec(records::Keyword{MailboxId::of(UserId{7}, 0), 255, "$Forwarded"});
    check_codec(records::Subscription{UserId{7}, ModSeq{11}, true, "lists/c++"});
    check_codec(records::Delivery{12, {'0', '1', '2'}, 1'790'000'000, MailboxId::of(UserId{7}, 0), Uid{3}});
    check_codec(records::DeliveriesExpired{1'000'000});
    check_codec(records::AclSet{MailboxId::of(UserId{7}, 3),
                                ModSeq{12},
                                "x.test",
                                {{"anyone", {Right::lookup, Right::read}}, {"-bob@x.test", all_rights}}});
    check_codec(records::SharedSeen{MailboxId::of(UserId{7}, 3), UserId{8}, ModSeq{13}, uids, UidSet::of(Uid{6})});
    check_codec(records::Annotation{MailboxId::of(UserId{7}, 3), UserId{8}, ModSeq{14}, "/private/comment",
                                    std::string("a\0b", 3)});
    check_codec(records::Annotation{MailboxId{}, UserId{}, ModSeq{14}, "/shared/comment", std::nullopt});
}

TEST_CASE("a message row keeps everything, and the email id only where it differs", "[store][records]") {
    auto message = example_message(5);
    CHECK(MessageRow::decode(Uid{5}, MessageRow::encode(message)) == message);
    const auto with_id = MessageRow::encode(message).size();
    message.email = EmailId{message.body.value};
    message.keywords.reset();
    CHECK(MessageRow::decode(Uid{5}, MessageRow::encode(message)) == message);
    CHECK(MessageRow::encode(message).size() < with_id);
    CHECK(MessageRow::encode(message).size() <= 32);
}

TEST_CASE("a damaged row is reported as damage", "[store][records]") {
    const auto bytes = MessageRow::encode(example_message(5));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CHECK_THROWS_AS(MessageRow::decode(Uid{5}, std::string_view(bytes).substr(0, length)), CorruptIndex);
    }
    CHECK_THROWS_AS(MailboxRow::decode("\x02"), CorruptIndex);
    CHECK_THROWS_AS(UserRow::decode(""), CorruptIndex);
}
