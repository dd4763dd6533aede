// Looking for words in a message as its reader sees it: headers with their encoded words decoded, text parts with their
// transfer encoding and charset decoded (RFC 9051 §6.4.4). Parts are looked at one after the other, each bounded.
#pragma once

#include <string_view>

#include "store/search/message_text.h"

namespace helio::store::search {

/// True when a field of that name (any case) in the message's own header has `folded_part` (imap::fold()); an empty one
/// asks whether the field is there. A value is searched unfolded, its encoded words decoded; extended parameters of
/// MIME fields (RFC 2231: file names) stand decoded behind it. Of the header the first 1 MiB is looked at.
/// Errors: those of MessageText::read().
Result<bool> field_contains(MessageText& text, std::string_view name, std::string_view folded_part);

/// True when a part of type text or message has `folded_part`, or (`with_header`) any header: the message's own, a
/// part's, an enclosed message's. Of one part at most the first 16 MiB are looked at. Errors: those of
/// MessageText::read().
Result<bool> text_contains(MessageText& text, std::string_view folded_part, bool with_header);

}  // namespace helio::store::search
