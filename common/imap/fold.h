// The comparison of i;unicode-casemap (RFC 5051), with which SEARCH, SORT and THREAD compare texts (RFC 5255 §4.1):
// each character is replaced by its title case (simple mapping), and that by its full compatibility decomposition; the
// results are compared as octets. ICU holds the Unicode data.
#pragma once

#include <string>
#include <string_view>

namespace helio::imap {

/// The "titlecased canonicalized UTF-8" of RFC 5051 §2: two texts are equal when their folds are, and sort as these
/// do. Text that is not valid UTF-8 stays as it is. Not idempotent: "\uFB01" becomes "fi", which becomes "FI".
std::string fold(std::string_view utf8);
/// True when the fold of `text` contains `folded_part` (given as fold() made it).
bool contains_folded(std::string_view text, std::string_view folded_part);

}  // namespace helio::imap
