#include "common/imap/command.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/imap/framer.h"
#include "common/imap/parse_arguments.h"

namespace helio::imap {

namespace {

using Parse = Arguments (*)(Cursor& in);

// Wraps a parser of one argument type into one of the variant.
template <auto parser>
Arguments parse_with(Cursor& in) {
    return parser(in);
}
Arguments none(Cursor&) { return NoArguments{}; }
FetchArguments fetch(Cursor& in) { return parse_fetch(in); }

enum class Uid { no, both, only };  // which forms the row is for

struct Row {
    std::string_view name;
    Verb verb;
    Parse parse;
    Uid uid = Uid::no;
};

constexpr std::array<Row, 40> rows = {{
    {"CAPABILITY", Verb::capability, none},
    {"NOOP", Verb::noop, none},
    {"LOGOUT", Verb::logout, none},
    {"ID", Verb::id, parse_with<parse_id>},
    {"ENABLE", Verb::enable, parse_with<parse_enable>},
    {"STARTTLS", Verb::starttls, none},
    {"COMPRESS", Verb::compress, parse_with<parse_compress>},
    {"AUTHENTICATE", Verb::authenticate, parse_with<parse_authenticate>},
    {"LOGIN", Verb::login, parse_with<parse_login>},
    {"SELECT", Verb::select, parse_with<parse_select>},
    {"EXAMINE", Verb::examine, parse_with<parse_select>},
    {"CREATE", Verb::create, parse_with<parse_create>},
    {"DELETE", Verb::delete_, parse_with<parse_mailbox>},
    {"RENAME", Verb::rename, parse_with<parse_rename>},
    {"SUBSCRIBE", Verb::subscribe, parse_with<parse_mailbox>},
    {"UNSUBSCRIBE", Verb::unsubscribe, parse_with<parse_mailbox>},
    {"LIST", Verb::list, parse_with<parse_list>},
    {"LSUB", Verb::lsub, parse_with<parse_lsub>},
    {"NAMESPACE", Verb::namespace_, none},
    {"STATUS", Verb::status, parse_with<parse_status>},
    {"APPEND", Verb::append, parse_with<parse_append>},
    {"IDLE", Verb::idle, none},
    {"CHECK", Verb::check, none},
    {"CLOSE", Verb::close, none},
    {"UNSELECT", Verb::unselect, none},
    {"EXPUNGE", Verb::expunge, none},
    {"EXPUNGE", Verb::expunge, parse_with<parse_uid_expunge>, Uid::only},
    {"SEARCH", Verb::search, parse_with<parse_search>, Uid::both},
    {"FETCH", Verb::fetch, parse_with<fetch>, Uid::both},
    {"STORE", Verb::store, parse_with<parse_store>, Uid::both},
    {"COPY", Verb::copy, parse_with<parse_copy>, Uid::both},
    {"MOVE", Verb::move, parse_with<parse_copy>, Uid::both},
    {"SETACL", Verb::set_acl, parse_with<parse_set_acl>},
    {"DELETEACL", Verb::delete_acl, parse_with<parse_acl_identifier>},
    {"GETACL", Verb::get_acl, parse_with<parse_acl_mailbox>},
    {"LISTRIGHTS", Verb::list_rights, parse_with<parse_acl_identifier>},
    {"MYRIGHTS", Verb::my_rights, parse_with<parse_acl_mailbox>},
    {"GETQUOTA", Verb::get_quota, parse_with<parse_mailbox>},
    {"GETQUOTAROOT", Verb::get_quota_root, parse_with<parse_mailbox>},
    {"SETQUOTA", Verb::set_quota, parse_with<parse_set_quota>},
}};

const Row* row_of(std::string_view name, bool uid) {
    const auto found = std::find_if(rows.begin(), rows.end(), [name, uid](const Row& row) {
        return base::equals_ignoring_case(row.name, name) && (uid ? row.uid != Uid::no : row.uid != Uid::only);
    });
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace

// command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF
std::expected<Command, BadCommand> parse_command(std::string_view text) {
    Command command;
    command.tag = std::string(tag_of(text));
    const auto bad = [&command](std::string_view why, bool unknown = false) {
        return std::unexpected(BadCommand{command.tag, why, unknown});
    };
    if (command.tag == "*") return bad("Missing or invalid tag", true);
    Cursor in(text);
    in.take_text(command.tag);
    in.space();
    std::string_view name = in.atom("Missing command");
    command.uid = base::equals_ignoring_case(name, "UID");
    if (command.uid) {
        in.space();
        name = in.atom("Missing command after UID");
    }
    if (in.failed()) return bad(in.error(), true);
    const Row* row = row_of(name, command.uid);
    if (row == nullptr) return bad("Unknown command", true);
    command.verb = row->verb;
    command.arguments = row->parse(in);
    // Some clients send a space behind the last argument.
    if (!in.failed() && in.rest() == " ") in.take(' ');
    in.end();
    if (in.failed()) return bad(in.error());
    return command;
}

std::string print_command(const Command& command) {
    std::string out = command.tag + ' ';
    if (command.uid) out += "UID ";
    out += name_of(command.verb);
    if (const auto* search = std::get_if<SearchArguments>(&command.arguments)) {
        print_search(out, *search);
    } else if (const auto* items = std::get_if<FetchArguments>(&command.arguments)) {
        print_fetch(out, *items);
    } else {
        std::visit(
            [&out](const auto& arguments) {
                if constexpr (requires { print(out, arguments); }) print(out, arguments);
            },
            command.arguments);
    }
    // The literal of an APPEND stands last and ends with its own CRLF.
    if (command.verb != Verb::append) out += "\r\n";
    return out;
}

std::string_view name_of(Verb verb) {
    return std::find_if(rows.begin(), rows.end(), [verb](const Row& row) { return row.verb == verb; })->name;
}

bool awaits_append_message(std::string_view so_far) {
    const std::string_view tag = tag_of(so_far);
    if (tag == "*") return false;
    Cursor in(so_far.substr(tag.size()));
    in.space();
    if (!in.take_word("APPEND")) return false;
    parse_append(in);
    in.end();
    return !in.failed();
}

std::expected<AppendArguments, SyntaxError> parse_append_message(std::string_view so_far, bool next) {
    AppendArguments arguments;
    Cursor in(so_far);
    if (next) {
        parse_append_rest(in, arguments);
    } else {
        in.run([](char c) { return c != ' '; }, "Missing tag");
        in.space();
        in.take_word("APPEND");
        arguments = parse_append(in);
    }
    in.end();
    if (in.failed()) return std::unexpected(SyntaxError{in.error()});
    return arguments;
}

}  // namespace helio::imap
