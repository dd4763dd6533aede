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

constexpr std::array<Row, 43> rows = {{
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
    {"SORT", Verb::sort, parse_with<parse_sort>, Uid::both},
    {"THREAD", Verb::thread, parse_with<parse_thread>, Uid::both},
    {"FETCH", Verb::fetch, parse_with<fetch>, Uid::both},
    {"STORE", Verb::store, parse_with<parse_store>, Uid::both},
    {"COPY", Verb::copy, parse_with<parse_copy>, Uid::both},
    {"MOVE", Verb::move, parse_with<parse_copy>, Uid::both},
    {"SETACL", Verb::set_acl, parse_with<parse_set_acl>},
    {"DELETEACL", Verb::delete_acl, parse_with<parse_acl_identifier>},
    {"GETACL", Verb::get_acl, parse_with<parse_acl_mailbox>},
    {"LISTRIGHTS", Verb::list_rights, parse_with<parse_acl_identifier>},
    {"MYRIGHTS", Verb::my_rights, parse_with<parse_acl_mailbox>},
    {"UNAUTHENTICATE", Verb::unauthenticate, none},
    {"UIDBATCHES", Verb::uid_batches, parse_with<parse_uid_batches>},
    {"NOTIFY", Verb::notify, parse_with<parse_notify>},
    {"ESEARCH", Verb::esearch, parse_with<parse_multi_search>},
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

}  // namespace helio::imap
