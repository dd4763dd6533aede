// Keys: the tables of the index and where each row lies. What one delivery touches lies together: the newest messages
// of a mailbox, then (for an INBOX) the user's row, then the mailbox's row. The picture is in store/README.md.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "store/mailbox/ids.h"

namespace helio::store::keys {

using storage::Table;

inline constexpr Table mailbox{1, "mailbox"};            ///< everything of a mailbox, and the user's row
inline constexpr Table name{2, "name"};                  ///< user, mailbox name -> mailbox id
inline constexpr Table subscription{3, "subscription"};  ///< user, name -> modseq
inline constexpr Table user{4, "user"};                  ///< user name -> user id
inline constexpr Table owner{5, "owner"};                ///< user id -> user name
inline constexpr Table summary{6, "summary"};            ///< body id -> summary of the text
inline constexpr Table holder{7, "holder"};              ///< body id, mailbox id, uid -> nothing: who holds a body
inline constexpr Table delivery{8, "delivery"};          ///< number in order -> delivery remembered
inline constexpr Table dying{9, "dying"};                ///< mailbox id -> nothing: deleted, its messages not yet gone
inline constexpr Table acl{10, "acl"};                   ///< mailbox id -> access control list
inline constexpr Table shared{11, "shared"};             ///< grantee, mailbox id -> nothing: who finds what
inline constexpr Table seen{12, "seen"};                 ///< mailbox id, part, user -> what a reader has seen
inline constexpr Table annotation{13, "annotation"};     ///< mailbox id, user, name -> value
inline constexpr Table upload{15, "upload"};             ///< user id, body id -> upload
inline constexpr Table domain{16, "domain"};             ///< domain -> usage of all its users
inline constexpr Table quota{17, "quota"};               ///< scope, user or domain or folder -> limits of a root
inline constexpr std::array tables = {mailbox, name, subscription, user, owner,      summary, holder, delivery,
                                      dying,   acl,  shared,       seen, annotation, upload,  domain, quota};

// Table mailbox: mailbox id (8 bytes, big endian), a kind, and what the kind needs.
std::string info(MailboxId id);                          ///< 0x00: name, UIDVALIDITY, special use
std::string keyword(MailboxId id, std::uint8_t bit);     ///< 0x01 bit: keyword's name
std::string vanished(MailboxId id, ModSeq modseq);       ///< 0x02 modseq: UIDs expunged then
std::string message(MailboxId id, Uid uid);              ///< 0x08 uid: message row
std::string uid_part(MailboxId id, std::uint32_t part);  ///< 0x09 part: which UIDs there are
std::string user_row(UserId id);                         ///< INBOX's id 0xFE: usage, counters of the user
std::string counters(MailboxId id);                      ///< 0xFF: UIDNEXT, modseq, counts

// Ends of ranges.
std::string first_keyword(MailboxId id);
std::string first_vanished(MailboxId id);
std::string first_message(MailboxId id);
std::string after_messages(MailboxId id);
std::string after_uid_parts(MailboxId id);
Uid uid_of(std::string_view message_key);
ModSeq modseq_of(std::string_view vanished_key);

std::string of_user(UserId id);  ///< prefix of name and subscription; key of owner
std::string of_user(UserId id, std::string_view mailbox_name);
std::string after_prefix(std::string prefix);  ///< the least key behind all with this prefix
std::string of_body(BodyId id);                ///< summary; prefix of holder
std::string of_holder(BodyId body, MailboxId id, Uid uid);
std::string of_holders(BodyId body, UserId owner_id);  ///< prefix of holder: the copies in one account
std::string of_holders(BodyId body, MailboxId id);     ///< prefix of holder: those in one mailbox
Uid uid_of_holder(std::string_view holder_key);
std::string of_upload(UserId owner_id, BodyId body);
std::string of_number(std::uint64_t number);       ///< delivery
std::string of_grantee(std::string_view grantee);  ///< prefix of shared: a user's name, or "@domain"
std::string of_grantee(std::string_view grantee, MailboxId id);
inline constexpr std::uint32_t part_uids = 1024;  ///< UIDs in one row of theirs or of seen
std::string seen_part(MailboxId id, std::uint32_t part, UserId reader);
std::string seen_total(MailboxId id, UserId reader);       ///< behind all parts
std::string first_seen(MailboxId id, std::uint32_t part);  ///< the first reader's row of a part
std::string of_annotation(MailboxId id, UserId whose, std::string_view annotation_name);
std::string of_mailbox(MailboxId id);             ///< dying, acl; value of name
MailboxId mailbox_of(std::string_view bytes);     ///< the first 8 bytes
UserId user_of(std::string_view bytes);           ///< the first 4 bytes
std::uint64_t number_of(std::string_view bytes);  ///< the first 8 bytes

}  // namespace helio::store::keys
