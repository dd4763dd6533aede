// Looking for words in a message as its reader sees it: headers with their encoded words decoded, text parts with their
// transfer encoding and charset decoded (RFC 9051 §6.4.4). Parts are looked at one after the other, each bounded.
#pragma once

#include <string>
#include <string_view>

#include "store/imapd/message_text.h"

namespace helio::store::imapd {

/// A field's value as it is searched: unfolded, encoded words decoded; extended parameters of MIME fields (RFC 2231:
/// file names) stand decoded behind it.
std::string searchable_value(std::string_view name, std::string_view raw_value);

/// The header block of the message itself, at most 1 MiB. Errors: those of MessageText::read().
Result<std::string> read_header(MessageText& text);

/// True when a text part, the header of a nested message or (`with_header`) the message's own header has
/// `folded_part` (imap::fold()). Of one part at most the first 16 MiB are looked at.
Result<bool> text_contains(MessageText& text, std::string_view folded_part, bool with_header);

}  // namespace helio::store::imapd
