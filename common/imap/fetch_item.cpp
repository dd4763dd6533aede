#include "common/imap/fetch_item.h"

#include <algorithm>
#include <array>

#include "common/imap/print.h"

namespace helio::imap {

namespace {

using Kind = FetchItem::Kind;

struct Row {
    std::string_view word;
    Kind kind;
};
// Longer words stand before those that they begin with.
constexpr std::array<Row, 13> rows = {{{"UID", Kind::uid},
                                       {"FLAGS", Kind::flags},
                                       {"INTERNALDATE", Kind::internal_date},
                                       {"RFC822.SIZE", Kind::rfc822_size},
                                       {"ENVELOPE", Kind::envelope},
                                       {"BODYSTRUCTURE", Kind::body_structure},
                                       {"MODSEQ", Kind::modseq},
                                       {"RFC822.HEADER", Kind::rfc822_header},
                                       {"RFC822.TEXT", Kind::rfc822_text},
                                       {"RFC822", Kind::rfc822},
                                       {"EMAILID", Kind::email_id},
                                       {"THREADID", Kind::thread_id},
                                       {"SAVEDATE", Kind::save_date}}};

class Parser {
public:
    Parser(Cursor& in, FetchLimits limits) : in_(in), limits_(limits) {}

    // fetch = SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")") [modifiers]
    FetchArguments parse() {
        in_.space();
        out_.set = SeqSet::parse(in_);
        in_.space();
        if (macro()) {
        } else if (in_.peek() == '(') {
            list();
        } else {
            one();
        }
        if (in_.take(' ')) modifiers();
        return std::move(out_);
    }

    std::vector<FetchItem> items() {
        list();
        return std::move(out_.items);
    }

private:
    void list() {
        in_.expect('(', "Missing '(' before fetch items");
        do one();
        while (in_.take(' '));
        in_.expect(')', "Missing ')' after fetch items");
    }

    void add(FetchItem item) {
        if (out_.items.size() >= limits_.items) return in_.fail("Too many fetch items");
        if (std::find(out_.items.begin(), out_.items.end(), item) == out_.items.end()) {
            out_.items.push_back(std::move(item));
        }
    }
    void add_all(std::initializer_list<Kind> kinds) {
        for (const Kind kind : kinds) add({.kind = kind});
    }

    bool macro() {
        if (in_.take_word("FAST")) {
            add_all({Kind::flags, Kind::internal_date, Kind::rfc822_size});
        } else if (in_.take_word("ALL")) {
            add_all({Kind::flags, Kind::internal_date, Kind::rfc822_size, Kind::envelope});
        } else if (in_.take_word("FULL")) {
            add_all({Kind::flags, Kind::internal_date, Kind::rfc822_size, Kind::envelope, Kind::body});
        } else {
            return false;
        }
        return true;
    }

    void one() {
        if (in_.failed()) return;
        for (const auto& row : rows) {
            if (in_.take_word(row.word)) return add({.kind = row.kind});
        }
        if (in_.take_word("PREVIEW")) return preview();
        if (in_.take_text("BODY.PEEK[")) return section({.kind = Kind::body_section, .peek = true});
        if (in_.take_text("BODY[")) return section({.kind = Kind::body_section});
        if (in_.take_word("BODY")) return add({.kind = Kind::body});
        if (in_.take_text("BINARY.PEEK[")) return section({.kind = Kind::binary, .peek = true});
        if (in_.take_text("BINARY.SIZE[")) return section({.kind = Kind::binary_size});
        if (in_.take_text("BINARY[")) return section({.kind = Kind::binary});
        in_.fail("Unknown fetch item");
    }

    // "PREVIEW" [SP "(" preview-mod *(SP preview-mod) ")"]; preview-mod = "LAZY" (RFC 8970 §6)
    void preview() {
        FetchItem item{.kind = Kind::preview};
        if (in_.take_text(" (")) {
            do {
                item.lazy = in_.take_word("LAZY");
                if (!item.lazy) in_.fail("Unknown preview modifier");
            } while (in_.take(' '));
            in_.expect(')', "Missing ')' after preview modifiers");
        }
        add(std::move(item));
    }

    // section = "[" [section-spec] "]"
    // section-spec = section-msgtext / (section-part ["." section-text])
    // BINARY takes a part only (section-binary).
    void section(FetchItem item) {
        const bool whole_parts_only = item.kind != Kind::body_section;
        bool more = in_.peek() != ']';
        while (more && in_.peek() >= '0' && in_.peek() <= '9') {
            item.section.part.push_back(in_.nz_number("Invalid part number"));
            if (item.section.part.size() > limits_.part_depth) in_.fail("Part number too deep");
            more = in_.take('.');
            if (more && in_.peek() == ']') in_.fail("Invalid section");
        }
        if (more && whole_parts_only) in_.fail("Invalid part number");
        if (more) section_text(item.section);
        in_.expect(']', "Missing ']' after section");
        if (item.kind != Kind::binary_size && in_.take('<')) partial(item);
        if (!in_.failed()) add(std::move(item));
    }

    void section_text(Section& section) {
        if (in_.take_text("HEADER.FIELDS.NOT")) {
            section.kind = Section::Kind::header_fields_not;
            fields(section);
        } else if (in_.take_text("HEADER.FIELDS")) {
            section.kind = Section::Kind::header_fields;
            fields(section);
        } else if (in_.take_text("HEADER")) {
            section.kind = Section::Kind::header;
        } else if (in_.take_text("TEXT")) {
            section.kind = Section::Kind::text;
        } else if (!section.part.empty() && in_.take_text("MIME")) {
            section.kind = Section::Kind::mime;
        } else {
            in_.fail("Invalid section");
        }
    }

    // header-list = "(" header-fld-name *(SP header-fld-name) ")"
    void fields(Section& section) {
        in_.space();
        in_.expect('(', "Missing '(' before header names");
        do {
            section.fields.push_back(in_.astring("Missing header name"));
            if (section.fields.size() > limits_.fields) in_.fail("Too many header names");
        } while (!in_.failed() && in_.take(' '));
        in_.expect(')', "Missing ')' after header names");
    }

    // partial = "<" number64 "." nz-number64 ">"
    void partial(FetchItem& item) {
        item.partial.emplace();
        item.partial->offset = in_.number64("Invalid partial");
        in_.expect('.', "Invalid partial");
        item.partial->count = in_.number64("Invalid partial");
        if (item.partial->count == 0) in_.fail("Invalid partial");
        in_.expect('>', "Invalid partial");
    }

    // fetch-modifiers (RFC 4466 §2.4, RFC 7162 §7)
    void modifiers() {
        in_.expect('(', "Missing '(' before fetch modifiers");
        do {
            if (in_.take_word("CHANGEDSINCE")) {
                in_.space();
                out_.changed_since = in_.number64("Invalid mod-sequence");
            } else if (in_.take_word("VANISHED")) {
                out_.vanished = true;
            } else if (!out_.page && in_.take_word("PARTIAL")) {
                in_.space();
                out_.page = PartialRange::parse(in_);
            } else {
                in_.fail("Unknown fetch modifier");
            }
        } while (in_.take(' '));
        in_.expect(')', "Missing ')' after fetch modifiers");
        if (out_.vanished && !out_.changed_since) in_.fail("VANISHED needs CHANGEDSINCE");
    }

    Cursor& in_;
    FetchLimits limits_;
    FetchArguments out_;
};

}  // namespace

bool FetchItem::sets_seen() const {
    switch (kind) {
        case Kind::body_section:
        case Kind::binary:
            return !peek;
        case Kind::rfc822:
        case Kind::rfc822_text:
            return true;
        default:
            return false;
    }
}

FetchArguments parse_fetch(Cursor& in, FetchLimits limits) { return Parser(in, limits).parse(); }

std::vector<FetchItem> parse_fetch_items(Cursor& in, FetchLimits limits) { return Parser(in, limits).items(); }

void print_section(std::string& out, const Section& section) {
    out += '[';
    for (std::size_t i = 0; i < section.part.size(); ++i) {
        if (i > 0) out += '.';
        print_number(out, section.part[i]);
    }
    if (section.kind != Section::Kind::whole && !section.part.empty()) out += '.';
    switch (section.kind) {
        case Section::Kind::whole:
            break;
        case Section::Kind::header:
            out += "HEADER";
            break;
        case Section::Kind::header_fields:
            out += "HEADER.FIELDS ";
            break;
        case Section::Kind::header_fields_not:
            out += "HEADER.FIELDS.NOT ";
            break;
        case Section::Kind::mime:
            out += "MIME";
            break;
        case Section::Kind::text:
            out += "TEXT";
            break;
    }
    if (!section.fields.empty()) {
        out += '(';
        for (std::size_t i = 0; i < section.fields.size(); ++i) {
            if (i > 0) out += ' ';
            print_astring(out, section.fields[i]);
        }
        out += ')';
    }
    out += ']';
}

void print_fetch_item(std::string& out, const FetchItem& item) {
    switch (item.kind) {
        case Kind::body:
            out += "BODY";
            return;
        case Kind::body_section:
            out += item.peek ? "BODY.PEEK" : "BODY";
            break;
        case Kind::binary:
            out += item.peek ? "BINARY.PEEK" : "BINARY";
            break;
        case Kind::binary_size:
            out += "BINARY.SIZE";
            break;
        case Kind::preview:
            out += item.lazy ? "PREVIEW (LAZY)" : "PREVIEW";
            return;
        default:
            out +=
                std::find_if(rows.begin(), rows.end(), [&item](const Row& row) { return row.kind == item.kind; })->word;
            return;
    }
    print_section(out, item.section);
    if (item.partial) {
        out += '<' + std::to_string(item.partial->offset) + '.' + std::to_string(item.partial->count) + '>';
    }
}

void print_fetch_items(std::string& out, const std::vector<FetchItem>& items) {
    out += '(';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ' ';
        print_fetch_item(out, items[i]);
    }
    out += ')';
}

void print_fetch(std::string& out, const FetchArguments& arguments) {
    out += ' ' + arguments.set.to_string() + ' ';
    print_fetch_items(out, arguments.items);
    if (!arguments.changed_since && !arguments.page) return;
    out += " (";
    if (arguments.changed_since) out += "CHANGEDSINCE " + std::to_string(*arguments.changed_since);
    if (arguments.vanished) out += " VANISHED";
    if (arguments.changed_since && arguments.page) out += ' ';
    if (arguments.page) out += "PARTIAL " + arguments.page->to_string();
    out += ')';
}

}  // namespace helio::imap
