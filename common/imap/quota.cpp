// SETQUOTA's arguments and the untagged answers QUOTA and QUOTAROOT (RFC 9208 §4).
#include "common/base/text.h"
#include "common/imap/mailbox_name.h"
#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"
#include "common/imap/response.h"

namespace helio::imap {

namespace {

constexpr std::size_t most_resources = 32;

}  // namespace

// setquota = "SETQUOTA" SP quota-root-name SP setquota-list
// setquota-list = "(" [setquota-resource *(SP setquota-resource)] ")"
// setquota-resource = resource-name SP resource-limit
SetQuotaArguments parse_set_quota(Cursor& in) {
    SetQuotaArguments arguments;
    in.space();
    arguments.root = in.astring("Missing quota root");
    in.space();
    in.expect('(', "Missing '(' before quota resources");
    if (in.take(')')) return arguments;
    do {
        QuotaResource resource;
        resource.name = base::to_upper(in.atom("Missing quota resource"));
        in.space();
        resource.limit = in.number64("Missing limit of quota resource");
        if (arguments.resources.size() == most_resources) in.fail("Too many quota resources");
        if (!in.failed()) arguments.resources.push_back(std::move(resource));
    } while (in.take(' '));
    in.expect(')', "Missing ')' after quota resources");
    return arguments;
}

void print(std::string& out, const SetQuotaArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.root);
    out += " (";
    for (const auto& resource : arguments.resources) {
        if (out.back() != '(') out += ' ';
        out += resource.name;
        out += ' ';
        print_number(out, resource.limit);
    }
    out += ')';
}

// quota-response = "QUOTA" SP quota-root-name SP quota-list
void print_quota(std::string& out, std::string_view root, const std::vector<QuotaUse>& resources) {
    out += "* QUOTA ";
    print_astring(out, root);
    out += " (";
    for (const auto& resource : resources) {
        if (out.back() != '(') out += ' ';
        out += resource.name;
        out += ' ';
        print_number(out, resource.usage);
        out += ' ';
        print_number(out, resource.limit);
    }
    out += ")\r\n";
}

// quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name)
void print_quota_root(std::string& out, std::string_view mailbox, const std::vector<std::string>& roots, bool utf8) {
    out += "* QUOTAROOT ";
    print_mailbox(out, mailbox, utf8);
    for (const auto& root : roots) {
        out += ' ';
        print_astring(out, root);
    }
    out += "\r\n";
}

}  // namespace helio::imap
