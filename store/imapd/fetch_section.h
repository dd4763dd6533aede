// What BODY[section] and BINARY[part] mean in one message (RFC 9051 §6.4.5): a range of its bytes, built text, or
// decoded bytes. The printing, with partials and flushing, is FetchPrinter's.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/imap/fetch_item.h"
#include "common/mail/transfer.h"
#include "store/search/message_text.h"

namespace helio::store::imapd {

struct SectionBytes {
    std::uint64_t offset = 0;  ///< in the message
    std::uint64_t length = 0;
    std::optional<std::string> built;  ///< HEADER.FIELDS: these bytes instead
};

/// Nothing when the message has no such part.
Result<std::optional<SectionBytes>> find_section(search::MessageText& text, const imap::Section& section);

/// A part with its transfer encoding, for BINARY.
struct EncodedPart {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    mail::Encoding encoding = mail::Encoding::seven_bit;
};
Result<std::optional<EncodedPart>> find_encoded_part(search::MessageText& text, const imap::Section& section);

/// The error of a part whose transfer encoding nobody knows: NO [UNKNOWN-CTE].
inline std::error_code unknown_encoding() { return std::make_error_code(std::errc::not_supported); }

/// What a part decodes to.
struct DecodedSize {
    std::uint64_t bytes = 0;
    bool has_nul = false;
};
Task<Result<DecodedSize>> measure_decoded(search::MessageText& text, EncodedPart part);

}  // namespace helio::store::imapd
