// Commands and responses of RFC 5464 (METADATA) and RFC 9590 (LIST-METADATA): their parsers and printers.
#include "common/imap/mailbox_name.h"
#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"
#include "common/imap/response.h"

namespace helio::imap {

namespace {

constexpr std::size_t most_entries = 100;
constexpr std::string_view missing_entry = "Missing entry name";

// getmetadata-option = "MAXSIZE" SP number / "DEPTH" SP ("0" / "1" / "infinity")
void parse_option(Cursor& in, GetMetadataArguments& into) {
    if (in.take_word("MAXSIZE")) {
        in.space();
        into.max_size = in.number("Missing number after MAXSIZE");
        return;
    }
    if (!in.take_word("DEPTH")) return in.fail("Unknown GETMETADATA option");
    in.space();
    if (in.take_word("0")) {
        into.depth = GetMetadataArguments::Depth::none;
    } else if (in.take_word("1")) {
        into.depth = GetMetadataArguments::Depth::one;
    } else if (in.take_word("infinity")) {
        into.depth = GetMetadataArguments::Depth::infinity;
    } else {
        in.fail("Unknown DEPTH");
    }
}

// getmetadata-options = "(" getmetadata-option *(SP getmetadata-option) ")"; behind the "("
void parse_options(Cursor& in, GetMetadataArguments& into) {
    do {
        parse_option(in, into);
    } while (in.take(' '));
    in.expect(')', "Missing ')' after GETMETADATA options");
}

bool is_option(const Cursor& in) {
    Cursor ahead(in.rest());
    return ahead.take_text("(MAXSIZE ") || ahead.take_text("(DEPTH ");
}

}  // namespace

// entries = entry / "(" entry *(SP entry) ")"; entry = astring
std::vector<std::string> parse_metadata_entries(Cursor& in) {
    std::vector<std::string> entries;
    if (!in.take('(')) {
        entries.push_back(in.astring(missing_entry));
        return entries;
    }
    do {
        entries.push_back(in.astring(missing_entry));
        if (entries.size() > most_entries) in.fail("Too many entries");
    } while (in.take(' '));
    in.expect(')', "Missing ')' after entries");
    return entries;
}

void print_metadata_entries(std::string& out, const std::vector<std::string>& entries) {
    char before = '(';
    for (const auto& entry : entries) {
        out += before;
        before = ' ';
        print_astring(out, entry);
    }
    out += ')';
}

// getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries. The RFC's examples have the options
// behind the mailbox; both are taken.
GetMetadataArguments parse_get_metadata(Cursor& in) {
    GetMetadataArguments arguments;
    in.space();
    if (in.take('(')) {
        parse_options(in, arguments);
        in.space();
    }
    arguments.mailbox = in.astring("Missing mailbox name");
    in.space();
    if (is_option(in)) {
        in.take('(');
        parse_options(in, arguments);
        in.space();
    }
    arguments.entries = parse_metadata_entries(in);
    return arguments;
}

void print(std::string& out, const GetMetadataArguments& arguments) {
    using Depth = GetMetadataArguments::Depth;
    std::string options;
    if (arguments.max_size) options += "MAXSIZE " + std::to_string(*arguments.max_size);
    if (arguments.depth != Depth::none) {
        if (!options.empty()) options += ' ';
        options += arguments.depth == Depth::one ? "DEPTH 1" : "DEPTH infinity";
    }
    if (!options.empty()) out += " (" + options + ')';
    out += ' ';
    print_astring(out, arguments.mailbox);
    out += ' ';
    print_metadata_entries(out, arguments.entries);
}

// setmetadata = "SETMETADATA" SP mailbox SP "(" entry-value *(SP entry-value) ")"
// entry-value = entry SP value; value = nstring / literal8
SetMetadataArguments parse_set_metadata(Cursor& in) {
    SetMetadataArguments arguments;
    in.space();
    arguments.mailbox = in.astring("Missing mailbox name");
    in.space();
    in.expect('(', "Missing '(' before entries");
    do {
        auto& [entry, value] = arguments.values.emplace_back();
        entry = in.astring(missing_entry);
        in.space();
        if (!in.nil()) value = in.string_or_literal8("Missing value");
        if (arguments.values.size() > most_entries) in.fail("Too many entries");
    } while (in.take(' '));
    in.expect(')', "Missing ')' after entries");
    return arguments;
}

void print(std::string& out, const SetMetadataArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.mailbox);
    char before = ' ';
    out += " (";
    bool first = true;
    for (const auto& [entry, value] : arguments.values) {
        if (!first) out += before;
        first = false;
        print_astring(out, entry);
        out += ' ';
        print_nstring(out, value.value_or(""), value.has_value());
    }
    out += ')';
}

namespace {

// metadata-resp = "METADATA" SP mailbox SP (entry-values / entry-list); the empty mailbox is the server
void print_metadata_head(std::string& out, std::string_view mailbox, bool utf8) {
    out += "* METADATA ";
    if (mailbox.empty()) {
        out += "\"\"";
    } else {
        print_mailbox(out, mailbox, utf8);
    }
}

}  // namespace

void print_metadata(std::string& out, std::string_view mailbox,
                    const std::vector<std::pair<std::string, std::optional<std::string>>>& values, bool utf8) {
    print_metadata_head(out, mailbox, utf8);
    char before = '(';
    out += ' ';
    for (const auto& [entry, value] : values) {
        out += before;
        before = ' ';
        print_astring(out, entry);
        out += ' ';
        const bool has_nul = value && value->find('\0') != std::string::npos;
        if (has_nul) out += '~';  // literal8, the only form that holds it
        print_nstring(out, value.value_or(""), value.has_value());
    }
    out += ")\r\n";
}

void print_changed_metadata(std::string& out, std::string_view mailbox, const std::vector<std::string>& entries,
                            bool utf8) {
    print_metadata_head(out, mailbox, utf8);
    for (const auto& entry : entries) {
        out += ' ';
        print_astring(out, entry);
    }
    out += "\r\n";
}

}  // namespace helio::imap
