#include "common/imap/sort_arguments.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/imap/print.h"

namespace helio::imap {

namespace {

using Key = SortCriterion::Key;

struct Row {
    std::string_view word;
    Key key;
};
constexpr std::array<Row, 9> rows = {{{"ARRIVAL", Key::arrival},
                                      {"CC", Key::cc},
                                      {"DATE", Key::date},
                                      {"DISPLAYFROM", Key::display_from},
                                      {"DISPLAYTO", Key::display_to},
                                      {"FROM", Key::from},
                                      {"SIZE", Key::size},
                                      {"SUBJECT", Key::subject},
                                      {"TO", Key::to}}};

// sort-criterion = ["REVERSE" SP] sort-key
SortCriterion parse_criterion(Cursor& in) {
    SortCriterion criterion;
    criterion.reverse = in.take_word("REVERSE");
    if (criterion.reverse) in.space();
    for (const auto& row : rows) {
        if (!in.take_word(row.word)) continue;
        criterion.key = row.key;
        return criterion;
    }
    in.fail("Unknown sort key");
    return criterion;
}

// search-criteria = charset 1*(SP search-key)
void parse_criteria(Cursor& in, SearchArguments& into) {
    into.charset = base::to_upper(in.astring("Missing charset"));
    if (into.charset.empty()) in.fail("Missing charset");
    in.space();
    into.key = parse_search_keys(in);
}

void print_criteria(std::string& out, const SearchArguments& search) {
    out += ' ';
    print_astring(out, search.charset);
    out += ' ';
    print_search_key(out, search.key);
}

}  // namespace

// sort = "SORT" [search-return-opts] SP sort-criteria SP search-criteria
// sort-criteria = "(" sort-criterion *(SP sort-criterion) ")"
SortArguments parse_sort(Cursor& in) {
    SortArguments arguments;
    in.space();
    if (in.take_word("RETURN")) parse_search_return(in, arguments.search);
    in.expect('(', "Missing '(' before sort criteria");
    do {
        arguments.criteria.push_back(parse_criterion(in));
        if (arguments.criteria.size() > SortArguments::most_criteria) in.fail("Too many sort criteria");
    } while (in.take(' '));
    in.expect(')', "Missing ')' after sort criteria");
    in.space();
    parse_criteria(in, arguments.search);
    return arguments;
}

void print(std::string& out, const SortArguments& arguments) {
    print_search_return(out, arguments.search);
    out += " (";
    for (std::size_t i = 0; i < arguments.criteria.size(); ++i) {
        const auto& criterion = arguments.criteria[i];
        if (i > 0) out += ' ';
        if (criterion.reverse) out += "REVERSE ";
        out += std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.key == criterion.key; })->word;
    }
    out += ')';
    print_criteria(out, arguments.search);
}

// thread = "THREAD" SP thread-alg SP search-criteria
ThreadArguments parse_thread(Cursor& in) {
    ThreadArguments arguments;
    in.space();
    arguments.algorithm = base::to_upper(in.atom("Missing thread algorithm"));
    in.space();
    parse_criteria(in, arguments.search);
    return arguments;
}

void print(std::string& out, const ThreadArguments& arguments) {
    out += ' ' + arguments.algorithm;
    print_criteria(out, arguments.search);
}

}  // namespace helio::imap
