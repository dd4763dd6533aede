// LIST with RFC 5258 (LIST-EXTENDED), RFC 5819 (LIST-STATUS) and RFC 6154 (SPECIAL-USE); LSUB of RFC 3501.
#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"

namespace helio::imap {

namespace {

constexpr std::size_t most_patterns = 32;

// list-select-opts = "(" [list-select-opt *(SP list-select-opt)] ")"
void parse_select_options(Cursor& in, ListArguments& into) {
    into.extended = true;
    in.expect('(', "Missing '(' in LIST");
    if (in.take(')')) return;
    do {
        if (in.take_word("SUBSCRIBED"))
            into.select |= ListArguments::select_subscribed;
        else if (in.take_word("REMOTE"))
            into.select |= ListArguments::select_remote;
        else if (in.take_word("RECURSIVEMATCH"))
            into.select |= ListArguments::recursive_match;
        else if (in.take_word("SPECIAL-USE"))
            into.select |= ListArguments::select_special_use;
        else
            in.fail("Unknown LIST selection option");
    } while (in.take(' '));
    in.expect(')', "Missing ')' in LIST");
    // RFC 5258 §3: RECURSIVEMATCH needs a base selection option.
    constexpr std::uint8_t base_options = ListArguments::select_subscribed | ListArguments::select_special_use;
    if ((into.select & ListArguments::recursive_match) != 0 && (into.select & base_options) == 0) {
        in.fail("RECURSIVEMATCH needs another selection option");
    }
}

// mbox-or-pat = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"
void parse_patterns(Cursor& in, ListArguments& into) {
    constexpr std::string_view missing = "Missing mailbox pattern";
    if (!in.take('(')) {
        into.patterns.push_back(in.list_mailbox(missing));
        return;
    }
    into.extended = true;
    do {
        into.patterns.push_back(in.list_mailbox(missing));
        if (into.patterns.size() > most_patterns) in.fail("Too many mailbox patterns");
    } while (!in.failed() && in.take(' '));
    in.expect(')', "Missing ')' after mailbox patterns");
}

// list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"
void parse_return_options(Cursor& in, ListArguments& into) {
    into.extended = true;
    if (!in.take_word("RETURN")) in.fail("Missing RETURN in LIST");
    in.space();
    in.expect('(', "Missing '(' after RETURN");
    if (in.take(')')) return;
    do {
        if (in.take_word("SUBSCRIBED")) {
            into.returns |= ListArguments::return_subscribed;
        } else if (in.take_word("CHILDREN")) {
            into.returns |= ListArguments::return_children;
        } else if (in.take_word("SPECIAL-USE")) {
            into.returns |= ListArguments::return_special_use;
        } else if (in.take_word("MYRIGHTS")) {
            into.returns |= ListArguments::return_myrights;
        } else if (in.take_word("METADATA")) {
            into.returns |= ListArguments::return_metadata;
            in.space();
            into.metadata_entries = parse_metadata_entries(in);
        } else if (in.take_word("STATUS")) {
            into.returns |= ListArguments::return_status;
            in.space();
            into.status_items = parse_status_items(in);
        } else {
            in.fail("Unknown LIST return option");
        }
    } while (in.take(' '));
    in.expect(')', "Missing ')' after RETURN");
}

}  // namespace

// list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
ListArguments parse_list(Cursor& in) {
    ListArguments arguments;
    in.space();
    if (in.peek() == '(') {
        parse_select_options(in, arguments);
        in.space();
    }
    arguments.reference = in.astring("Missing reference name");
    in.space();
    parse_patterns(in, arguments);
    if (in.take(' ')) parse_return_options(in, arguments);
    return arguments;
}

// lsub = "LSUB" SP mailbox SP list-mailbox
ListArguments parse_lsub(Cursor& in) {
    ListArguments arguments;
    in.space();
    arguments.reference = in.astring("Missing reference name");
    in.space();
    arguments.patterns.push_back(in.list_mailbox("Missing mailbox pattern"));
    return arguments;
}

void print(std::string& out, const ListArguments& arguments) {
    const auto words = [&out](bool wanted, std::string_view word) {
        if (!wanted) return;
        if (out.back() != '(') out += ' ';
        out += word;
    };
    if (arguments.extended) {
        out += " (";
        words(arguments.select & ListArguments::select_subscribed, "SUBSCRIBED");
        words(arguments.select & ListArguments::select_remote, "REMOTE");
        words(arguments.select & ListArguments::recursive_match, "RECURSIVEMATCH");
        words(arguments.select & ListArguments::select_special_use, "SPECIAL-USE");
        out += ')';
    }
    out += ' ';
    print_astring(out, arguments.reference);
    out += arguments.extended ? " (" : " ";
    for (std::size_t i = 0; i < arguments.patterns.size(); ++i) {
        if (i > 0) out += ' ';
        print_string(out, arguments.patterns[i]);
    }
    if (!arguments.extended) return;
    out += ") RETURN (";
    words(arguments.returns & ListArguments::return_subscribed, "SUBSCRIBED");
    words(arguments.returns & ListArguments::return_children, "CHILDREN");
    words(arguments.returns & ListArguments::return_special_use, "SPECIAL-USE");
    words(arguments.returns & ListArguments::return_myrights, "MYRIGHTS");
    if ((arguments.returns & ListArguments::return_metadata) != 0) {
        words(true, "METADATA ");
        print_metadata_entries(out, arguments.metadata_entries);
    }
    if ((arguments.returns & ListArguments::return_status) != 0) {
        words(true, "STATUS ");
        print_status_items(out, arguments.status_items);
    }
    out += ')';
}

}  // namespace helio::imap
