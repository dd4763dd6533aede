// The parsers and printers of the smaller argument sets; the command table (command.cpp) uses them.
#pragma once

#include "common/imap/arguments.h"

namespace helio::imap {

LoginArguments parse_login(Cursor& in);
AuthenticateArguments parse_authenticate(Cursor& in);
IdArguments parse_id(Cursor& in);
EnableArguments parse_enable(Cursor& in);
CompressArguments parse_compress(Cursor& in);
MailboxArguments parse_mailbox(Cursor& in);
MailboxArguments parse_create(Cursor& in);
SelectArguments parse_select(Cursor& in);
RenameArguments parse_rename(Cursor& in);
StatusArguments parse_status(Cursor& in);
ListArguments parse_list(Cursor& in);
ListArguments parse_lsub(Cursor& in);
AppendArguments parse_append(Cursor& in);
/// append-message of RFC 3502: [SP flag-list] [SP date-time] SP literal
void parse_append_rest(Cursor& in, AppendArguments& into);
StoreArguments parse_store(Cursor& in);
CopyArguments parse_copy(Cursor& in);
ExpungeArguments parse_uid_expunge(Cursor& in);
AclArguments parse_set_acl(Cursor& in);
AclArguments parse_acl_identifier(Cursor& in);
AclArguments parse_acl_mailbox(Cursor& in);
SetQuotaArguments parse_set_quota(Cursor& in);

void print(std::string& out, const NoArguments&);
void print(std::string& out, const LoginArguments& arguments);
void print(std::string& out, const AuthenticateArguments& arguments);
void print(std::string& out, const IdArguments& arguments);
void print(std::string& out, const EnableArguments& arguments);
void print(std::string& out, const CompressArguments& arguments);
void print(std::string& out, const MailboxArguments& arguments);
void print(std::string& out, const SelectArguments& arguments);
void print(std::string& out, const RenameArguments& arguments);
void print(std::string& out, const StatusArguments& arguments);
void print(std::string& out, const ListArguments& arguments);
void print(std::string& out, const AppendArguments& arguments);
void print(std::string& out, const StoreArguments& arguments);
void print(std::string& out, const CopyArguments& arguments);
void print(std::string& out, const ExpungeArguments& arguments);
void print(std::string& out, const AclArguments& arguments);
void print(std::string& out, const SetQuotaArguments& arguments);

/// "(MESSAGES UIDNEXT)"
std::uint16_t parse_status_items(Cursor& in);
void print_status_items(std::string& out, std::uint16_t items);

}  // namespace helio::imap
