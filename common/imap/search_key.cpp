#include "common/imap/search_key.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/imap/char_class.h"
#include "common/imap/print.h"

namespace helio::imap {

namespace {

using Kind = SearchKey::Kind;

enum class Operand {
    none,
    text,
    object_id,
    date,
    number,
    number64,
    header,
    set,
    above,
    below,
    keys_not,
    keys_or,
    modseq
};

struct Row {
    std::string_view word;
    Kind kind;
    Operand operand;
    bool negated = false;
};

// One row per word of search-key; the first with a kind and the same `negated` prints it.
constexpr std::array<Row, 46> rows = {{
    {"ALL", Kind::all, Operand::none},
    {"ANSWERED", Kind::answered, Operand::none},
    {"BCC", Kind::bcc, Operand::text},
    {"BEFORE", Kind::before, Operand::date},
    {"BODY", Kind::body, Operand::text},
    {"CC", Kind::cc, Operand::text},
    {"DELETED", Kind::deleted, Operand::none},
    {"DRAFT", Kind::draft, Operand::none},
    {"EMAILID", Kind::email_id, Operand::object_id},
    {"FLAGGED", Kind::flagged, Operand::none},
    {"FROM", Kind::from, Operand::text},
    {"HEADER", Kind::header, Operand::header},
    {"KEYWORD", Kind::keyword, Operand::text},
    {"LARGER", Kind::larger, Operand::number64},
    {"MODSEQ", Kind::modseq, Operand::modseq},
    {"NEW", Kind::new_, Operand::none},
    {"NOT", Kind::negated, Operand::keys_not},
    {"OLD", Kind::recent, Operand::none, true},
    {"OLDER", Kind::older, Operand::number},
    {"ON", Kind::on, Operand::date},
    {"OR", Kind::any_of, Operand::keys_or},
    {"RECENT", Kind::recent, Operand::none},
    {"SAVEDATESUPPORTED", Kind::all, Operand::none},
    {"SAVEDBEFORE", Kind::saved_before, Operand::date},
    {"SAVEDON", Kind::saved_on, Operand::date},
    {"SAVEDSINCE", Kind::saved_since, Operand::date},
    {"SEEN", Kind::seen, Operand::none},
    {"SENTBEFORE", Kind::sent_before, Operand::date},
    {"SENTON", Kind::sent_on, Operand::date},
    {"SENTSINCE", Kind::sent_since, Operand::date},
    {"SINCE", Kind::since, Operand::date},
    {"SMALLER", Kind::smaller, Operand::number64},
    {"SUBJECT", Kind::subject, Operand::text},
    {"TEXT", Kind::text, Operand::text},
    {"THREADID", Kind::thread_id, Operand::object_id},
    {"TO", Kind::to, Operand::text},
    {"UID", Kind::uid, Operand::set},
    {"UIDAFTER", Kind::uid, Operand::above},
    {"UIDBEFORE", Kind::uid, Operand::below},
    {"UNANSWERED", Kind::answered, Operand::none, true},
    {"UNDELETED", Kind::deleted, Operand::none, true},
    {"UNDRAFT", Kind::draft, Operand::none, true},
    {"UNFLAGGED", Kind::flagged, Operand::none, true},
    {"UNKEYWORD", Kind::keyword, Operand::text, true},
    {"UNSEEN", Kind::seen, Operand::none, true},
    {"YOUNGER", Kind::younger, Operand::number},
}};

const Row* row_of(std::string_view word) {
    const auto found = std::find_if(rows.begin(), rows.end(), [word](const Row& row) {
        return !row.word.empty() && base::equals_ignoring_case(row.word, word);
    });
    return found == rows.end() ? nullptr : &*found;
}

class Parser {
public:
    Parser(Cursor& in, SearchLimits limits) : in_(in), limits_(limits) {}

    SearchKey list() {
        SearchKey all{.kind = Kind::all_of};
        do all.children.push_back(key());
        while (in_.take(' '));
        if (all.children.size() > 1) return all;
        return std::move(all.children.front());
    }

private:
    SearchKey key() {
        if (++keys_ > limits_.keys) in_.fail("Too many search keys");
        if (depth_ >= limits_.depth) in_.fail("Search keys nested too deeply");
        if (in_.failed()) return {};
        ++depth_;
        SearchKey result = one();
        --depth_;
        return result;
    }

    SearchKey one() {
        if (in_.take('(')) {
            SearchKey inner = list();
            in_.expect(')', "Missing ')' in search keys");
            return inner;
        }
        const char next = in_.peek();
        if (is_digit(next) || next == '*' || next == '$') {
            SearchKey result{.kind = Kind::sequence};
            result.set = SeqSet::parse(in_);
            return result;
        }
        const std::string_view word = in_.atom("Missing search key");
        if (in_.failed()) return {};
        const Row* row = row_of(word);
        if (row == nullptr) {
            in_.fail("Unknown search key");
            return {};
        }
        SearchKey result = with_operand(*row);
        if (!row->negated) return result;
        SearchKey negation{.kind = Kind::negated};
        negation.children.push_back(std::move(result));
        return negation;
    }

    SearchKey with_operand(const Row& row) {
        SearchKey key_{.kind = row.kind};
        if (row.operand != Operand::none) in_.space();
        switch (row.operand) {
            case Operand::none:
                break;
            case Operand::text:
                key_.text = in_.astring("Missing search string");
                if ((row.kind == Kind::body || row.kind == Kind::text) && ++texts_ > limits_.texts)
                    in_.fail("Too many BODY and TEXT keys");
                break;
            case Operand::object_id:
                object_id(key_);
                break;
            case Operand::header:
                key_.name = in_.astring("Missing header field name");
                in_.space();
                key_.text = in_.astring("Missing search string");
                break;
            case Operand::date:
                key_.date = parse_date(in_);
                break;
            case Operand::number:
                key_.number = in_.nz_number("Invalid number of seconds");
                break;
            case Operand::number64:
                key_.number = in_.number64("Invalid size");
                break;
            case Operand::set:
                key_.set = SeqSet::parse(in_);
                break;
            case Operand::above:
                return uids_between(std::uint64_t{in_.nz_number("Invalid UID")} + 1, UINT32_MAX);
            case Operand::below:
                return uids_between(1, std::uint64_t{in_.nz_number("Invalid UID")} - 1);
            case Operand::keys_not:
                key_.children.push_back(key());
                break;
            case Operand::keys_or:
                key_.children.push_back(key());
                in_.space();
                key_.children.push_back(key());
                break;
            case Operand::modseq:
                modseq(key_);
                break;
        }
        return key_;
    }

    // UIDAFTER and UIDBEFORE (RFC 9738 §3.3) as a set without "*", which would name the last message even where none is
    // above. Nothing is between: NOT ALL.
    SearchKey uids_between(std::uint64_t first, std::uint64_t last) {
        if (in_.failed()) return {};
        if (first > last) {
            SearchKey none{.kind = Kind::negated};
            none.children.push_back({.kind = Kind::all});
            return none;
        }
        SearchKey uids{.kind = Kind::uid};
        uids.set = SeqSet::of({{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)}});
        return uids;
    }

    // objectid = 1*255(ALPHA / DIGIT / "_" / "-") (RFC 8474 §7)
    void object_id(SearchKey& key_) {
        key_.text = in_.atom("Missing object id");
        const bool valid = std::all_of(key_.text.begin(), key_.text.end(), [](char c) {
            return is_digit(c) || (base::to_lower(c) >= 'a' && base::to_lower(c) <= 'z') || c == '_' || c == '-';
        });
        if (!valid || key_.text.size() > 255) in_.fail("Invalid object id");
    }

    // search-modsequence = "MODSEQ" [search-modseq-ext] SP mod-sequence-valzer (RFC 7162 §7)
    // The per-flag form is accepted; a store that keeps one MODSEQ per message compares that.
    void modseq(SearchKey& key_) {
        if (in_.peek() == '"') {
            key_.name = in_.string("Missing entry name");
            in_.space();
            key_.text = std::string(in_.atom("Missing entry type"));
            const auto is = [&key_](std::string_view type) { return base::equals_ignoring_case(key_.text, type); };
            if (!is("priv") && !is("shared") && !is("all")) in_.fail("Unknown entry type");
            in_.space();
        }
        key_.number = in_.number64("Invalid mod-sequence");
    }

    Cursor& in_;
    SearchLimits limits_;
    unsigned depth_ = 0;
    unsigned keys_ = 0;
    unsigned texts_ = 0;
};

const Row& row_of(Kind kind) {
    return *std::find_if(rows.begin(), rows.end(), [kind](const Row& row) { return row.kind == kind && !row.negated; });
}

}  // namespace

bool SearchKey::uses(Kind wanted) const {
    return kind == wanted ||
           std::any_of(children.begin(), children.end(), [wanted](const SearchKey& key) { return key.uses(wanted); });
}

bool SearchKey::uses_sequence_numbers() const {
    if (kind == Kind::sequence) return !set.is_saved_result();
    return std::any_of(children.begin(), children.end(),
                       [](const SearchKey& key) { return key.uses_sequence_numbers(); });
}

SearchKey parse_search_keys(Cursor& in, SearchLimits limits) { return Parser(in, limits).list(); }

void print_search_key(std::string& out, const SearchKey& key) {
    const auto children = [&out, &key](std::string_view before) {
        out += before;
        for (std::size_t i = 0; i < key.children.size(); ++i) {
            if (i > 0) out += ' ';
            print_search_key(out, key.children[i]);
        }
    };
    switch (key.kind) {
        case Kind::all_of:
            children("(");
            out += ')';
            return;
        case Kind::any_of:
            return children("OR ");
        case Kind::negated:
            return children("NOT ");
        case Kind::sequence:
            out += key.set.to_string();
            return;
        default:
            break;
    }
    const Row& row = row_of(key.kind);
    out += row.word;
    if (row.operand != Operand::none) out += ' ';
    switch (row.operand) {
        case Operand::text:
            print_astring(out, key.text);
            break;
        case Operand::object_id:
            out += key.text;
            break;
        case Operand::header:
            print_astring(out, key.name);
            out += ' ';
            print_astring(out, key.text);
            break;
        case Operand::date:
            print_date(out, key.date);
            break;
        case Operand::set:
            out += key.set.to_string();
            break;
        case Operand::modseq:
            if (!key.text.empty()) {
                print_string(out, key.name);
                out += ' ' + key.text + ' ';
            }
            out += std::to_string(key.number);
            break;
        case Operand::number:
        case Operand::number64:
            out += std::to_string(key.number);
            break;
        default:
            break;
    }
}

namespace {

// modifier-PARTIAL = "PARTIAL" SP partial-range (RFC 9394 §4)
void parse_partial(Cursor& in, SearchArguments& into) {
    if ((into.return_options & return_partial) != 0) in.fail("PARTIAL given twice");
    in.space();
    into.partial = PartialRange::parse(in);
    into.return_options |= return_partial;
}

}  // namespace

// search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"
void parse_search_return(Cursor& in, SearchArguments& into) {
    into.extended = true;
    in.space();
    in.expect('(', "Missing '(' after RETURN");
    if (!in.take(')')) {
        do {
            if (in.take_word("MIN"))
                into.return_options |= return_min;
            else if (in.take_word("MAX"))
                into.return_options |= return_max;
            else if (in.take_word("ALL"))
                into.return_options |= return_all;
            else if (in.take_word("COUNT"))
                into.return_options |= return_count;
            else if (in.take_word("SAVE"))
                into.return_options |= return_save;
            else if (in.take_word("PARTIAL"))
                parse_partial(in, into);
            else
                in.fail("Unknown search return option");
        } while (in.take(' '));
        in.expect(')', "Missing ')' after RETURN");
    }
    if (into.return_options == 0) into.return_options = return_all;
    if ((into.return_options & return_partial) != 0 && (into.return_options & return_all) != 0) {
        in.fail("Either ALL or PARTIAL");
    }
    in.space();
}

void print_search_return(std::string& out, const SearchArguments& arguments) {
    if (!arguments.extended) return;
    constexpr std::array<std::string_view, 5> names = {"MIN", "MAX", "ALL", "COUNT", "SAVE"};
    out += " RETURN (";
    bool first = true;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if ((arguments.return_options & (1U << i)) == 0) continue;
        if (!first) out += ' ';
        first = false;
        out += names[i];
    }
    if ((arguments.return_options & return_partial) != 0) {
        out += (first ? "PARTIAL " : " PARTIAL ") + arguments.partial.to_string();
    }
    out += ')';
}

// search = "SEARCH" [search-return-opts] SP search-program
// search-program = ["CHARSET" SP charset SP] search-key *(SP search-key)
SearchArguments parse_search(Cursor& in) {
    SearchArguments arguments;
    in.space();
    if (in.take_word("RETURN")) parse_search_return(in, arguments);
    if (in.take_word("CHARSET")) {
        in.space();
        arguments.charset = base::to_upper(in.astring("Missing charset"));
        in.space();
    }
    arguments.key = parse_search_keys(in);
    return arguments;
}

void print_search(std::string& out, const SearchArguments& arguments) {
    print_search_return(out, arguments);
    if (!arguments.charset.empty()) {
        out += " CHARSET ";
        print_astring(out, arguments.charset);
    }
    out += ' ';
    print_search_key(out, arguments.key);
}

}  // namespace helio::imap
