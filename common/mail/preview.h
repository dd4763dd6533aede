// Previews of messages (RFC 8970): the beginning of the text as one line of UTF-8, without markup and quotations.
// Pure: the caller reads the bytes of the part that preview_part() names. Used by FETCH PREVIEW and gRPC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/mail/summary.h"

namespace helio::mail {

/// RFC 8970 §3: 200 characters are recommended, 256 the most.
inline constexpr std::size_t preview_most = 200;

/// The part to read: the first text/plain that is no attachment, else the first text/html; nothing when the message has
/// neither: its preview is empty.
std::optional<PartPlace> preview_part(const SummaryView& summary);
/// How many bytes of that part's body are worth reading.
std::size_t preview_bytes(const PartPlace& part);
/// `raw`: the beginning of the part's body as stored.
std::string preview_of(const PartPlace& part, std::string_view raw);

/// The same of text that is UTF-8 already. White space becomes one blank; lines that begin with ">" are left out
/// unless there are no others.
std::string preview_of_plain(std::string_view text);
/// Tags, comments, style, script and head are left out; entities are decoded.
std::string preview_of_html(std::string_view html);

}  // namespace helio::mail
