// Case folding for SEARCH (i;unicode-casemap in spirit, RFC 5051): simple folding of the scripts that have case in the
// Basic Multilingual Plane's common ranges (Latin, Greek, Cyrillic, Armenian); other characters stay.
#pragma once

#include <string>
#include <string_view>

namespace helio::imap {

/// Lower-case form of UTF-8 text; bytes that are no UTF-8 stay.
std::string fold(std::string_view utf8);
/// True when `text` contains `folded_part` (given as fold() made it), ignoring case.
bool contains_folded(std::string_view text, std::string_view folded_part);

}  // namespace helio::imap
