// BODYSTRUCTURE as IMAP prints it (RFC 9051 §7.5.2), from a MimeTree; and where its extension data lies, so that BODY
// (the same without it) is cut from the one stored text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/mail/mime_part.h"

namespace helio::mail {

struct BodyStructure {
    struct Range {
        std::size_t offset = 0;
        std::size_t length = 0;
    };
    std::string text;               ///< "(...)"
    std::vector<Range> extensions;  ///< in ascending order, apart from each other
};

/// A text part without a charset says us-ascii; a multipart without parts shows one empty text part, since the grammar
/// wants one (both as Dovecot has it).
BodyStructure print_bodystructure(const MimeTree& tree);

}  // namespace helio::mail
