// Commands and responses of RFC 4314 (ACL): their parsers and printers.
#include "common/imap/mailbox_name.h"
#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"
#include "common/imap/response.h"

namespace helio::imap {

// getacl = "GETACL" SP mailbox; myrights = "MYRIGHTS" SP mailbox
AclArguments parse_acl_mailbox(Cursor& in) {
    AclArguments arguments;
    in.space();
    arguments.mailbox = in.astring("Missing mailbox name");
    return arguments;
}

// deleteacl = "DELETEACL" SP mailbox SP identifier; listrights = "LISTRIGHTS" SP mailbox SP identifier
AclArguments parse_acl_identifier(Cursor& in) {
    AclArguments arguments = parse_acl_mailbox(in);
    in.space();
    arguments.identifier = in.astring("Missing identifier");
    return arguments;
}

// setacl = "SETACL" SP mailbox SP identifier SP mod-rights; mod-rights = astring: [+-]*LOWER-ALPHA / DIGIT
AclArguments parse_set_acl(Cursor& in) {
    AclArguments arguments = parse_acl_identifier(in);
    in.space();
    std::string rights = in.astring("Missing rights");
    if (rights.starts_with('+')) arguments.action = AclArguments::Action::add;
    if (rights.starts_with('-')) arguments.action = AclArguments::Action::remove;
    if (arguments.action != AclArguments::Action::replace) rights.erase(0, 1);
    for (const char letter : rights) {
        if (!(letter >= 'a' && letter <= 'z') && !(letter >= '0' && letter <= '9')) in.fail("Invalid rights");
    }
    arguments.rights = std::move(rights);
    return arguments;
}

void print(std::string& out, const AclArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.mailbox);
    if (!arguments.identifier) return;
    out += ' ';
    print_astring(out, *arguments.identifier);
    if (!arguments.rights) return;
    out += ' ';
    std::string rights = *arguments.rights;
    if (arguments.action == AclArguments::Action::add) rights.insert(0, 1, '+');
    if (arguments.action == AclArguments::Action::remove) rights.insert(0, 1, '-');
    print_astring(out, rights);
}

void print_my_rights(std::string& out, std::string_view mailbox, std::string_view rights, bool utf8) {
    out += "* MYRIGHTS ";
    print_mailbox(out, mailbox, utf8);
    out += ' ';
    print_astring(out, rights);
    out += "\r\n";
}

void print_list_rights(std::string& out, std::string_view mailbox, std::string_view identifier,
                       std::string_view required, const std::vector<std::string>& optional, bool utf8) {
    out += "* LISTRIGHTS ";
    print_mailbox(out, mailbox, utf8);
    out += ' ';
    print_astring(out, identifier);
    out += ' ';
    print_astring(out, required);
    for (const auto& group : optional) {
        out += ' ';
        print_astring(out, group);
    }
    out += "\r\n";
}

void print_acl(std::string& out, std::string_view mailbox,
               const std::vector<std::pair<std::string, std::string>>& entries, bool utf8) {
    out += "* ACL ";
    print_mailbox(out, mailbox, utf8);
    for (const auto& [identifier, rights] : entries) {
        out += ' ';
        print_astring(out, identifier);
        out += ' ';
        print_astring(out, rights);
    }
    out += "\r\n";
}

}  // namespace helio::imap
