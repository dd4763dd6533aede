// The arguments of SORT and THREAD (RFC 5256 §5; RFC 5957 DISPLAY keys; RFC 5267 return options of SORT). The search
// part is SEARCH's own.
#pragma once

#include <vector>

#include "common/imap/search_key.h"

namespace helio::imap {

struct SortCriterion {
    enum class Key { arrival, cc, date, display_from, display_to, from, size, subject, to };
    Key key = Key::arrival;
    bool reverse = false;
    bool operator==(const SortCriterion&) const = default;
};

/// SORT
struct SortArguments {
    static constexpr std::size_t most_criteria = 32;
    std::vector<SortCriterion> criteria;
    SearchArguments search;  ///< its charset is always given
    bool operator==(const SortArguments&) const = default;
};
SortArguments parse_sort(Cursor& in);
void print(std::string& out, const SortArguments& arguments);

/// THREAD
struct ThreadArguments {
    std::string algorithm;   ///< upper case
    SearchArguments search;  ///< its charset is always given; never extended
    bool operator==(const ThreadArguments&) const = default;
};
ThreadArguments parse_thread(Cursor& in);
void print(std::string& out, const ThreadArguments& arguments);

}  // namespace helio::imap
