// Command: one parsed IMAP command (RFC 9051 §6, RFC 3501 §6): tag, verb and arguments as values.
// parse_command() takes what Framer::command() gave; print_command() is its inverse (for tests and for our own client
// side). Pure: knows no session state, so commands that are wrong in a state parse here and are refused there.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "common/imap/arguments.h"

namespace helio::imap {

enum class Verb {
    capability,
    noop,
    logout,
    id,
    enable,
    starttls,
    compress,
    authenticate,
    login,
    select,
    examine,
    create,
    delete_,
    rename,
    subscribe,
    unsubscribe,
    list,
    lsub,
    namespace_,
    status,
    append,
    idle,
    check,
    close,
    unselect,
    expunge,
    search,
    fetch,
    store,
    copy,
    move,
    set_acl,
    delete_acl,
    get_acl,
    list_rights,
    my_rights,
    get_quota,
    get_quota_root,
    set_quota,
};

inline constexpr std::size_t verb_count = static_cast<std::size_t>(Verb::set_quota) + 1;

struct Command {
    std::string tag;
    Verb verb = Verb::noop;
    bool uid = false;  ///< the UID form of copy, expunge, fetch, move, search, store
    Arguments arguments;
    bool operator==(const Command&) const = default;
};

/// Why a command is refused: BAD with `text` to `tag` ("*" when there is none).
struct BadCommand {
    std::string tag;
    std::string_view text;
    bool unknown = false;  ///< no such command
};

std::expected<Command, BadCommand> parse_command(std::string_view text);

/// The command as a client sends it, with its CRLF.
std::string print_command(const Command& command);
/// "UID FETCH", "LOGIN": for logs and completion texts.
std::string_view name_of(Verb verb);

/// For a framer at a literal: true when `so_far` is an APPEND whose announced literal is a message, to be taken and not
/// buffered. `so_far` ends with the literal's header.
bool awaits_append_message(std::string_view so_far);
/// The arguments of the first or (`next`) a further message of an APPEND. For a further message `so_far` is what came
/// behind the one before, beginning with its space.
std::expected<AppendArguments, SyntaxError> parse_append_message(std::string_view so_far, bool next);

}  // namespace helio::imap
