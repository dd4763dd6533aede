// MimeTree: the structure of one message as offsets into its bytes and the values that BODYSTRUCTURE shows.
// Made by MimeScanner; printed by bodystructure.h; stored by summary.h.
// Always holds: parts[0] is the message itself; parts are in the order of the bytes (preorder); a part lies within its
// parent's body; header, then body, without a gap.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/mail/content_type.h"
#include "common/mail/envelope.h"

namespace helio::mail {

enum class PartKind : unsigned char {
    leaf,
    multipart,
    message,  ///< message/rfc822 or message/global: its one child is the message inside, whose header is its body's
              ///< start
};

struct MimePart {
    PartKind kind = PartKind::leaf;
    ContentType content_type;
    bool has_content_type = false;  ///< the header named a valid one
    std::string encoding = "7bit";
    bool has_encoding = false;  ///< the header named one
    std::optional<std::string> id;
    std::optional<std::string> description;
    std::optional<std::string> md5;
    std::optional<ContentDisposition> disposition;
    std::vector<std::string> languages;
    std::optional<std::string> location;
    std::optional<Envelope> envelope;  ///< of parts[0] and of a message's child

    std::uint64_t header_offset = 0;
    std::uint64_t header_bytes = 0;  ///< with the empty line
    std::uint64_t body_offset = 0;
    std::uint64_t body_bytes = 0;  ///< without the line end that belongs to the boundary behind it
    std::uint64_t body_lines = 0;  ///< line ends in the body
    std::vector<std::uint32_t> children;
};

struct MimeTree {
    std::vector<MimePart> parts;
    std::uint64_t bytes = 0;                ///< of the whole message
    std::optional<std::string> references;  ///< of the message itself, unfolded; for threads
};

}  // namespace helio::mail
