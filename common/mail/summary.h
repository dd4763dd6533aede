// Summary: what IMAP asks of a message most, computed once at delivery and stored beside it: ENVELOPE and BODYSTRUCTURE
// in their printed form, the place of every part, decoded texts for search, sort and threads.
// A fetch then copies; it does not parse. The bytes are self-contained and versioned: a reader of release N reads what
// N-1 wrote; summaries can always be made again from the message.
//
// A search for a subject touches the front alone, so a large mailbox costs a cache line or two for each message.
//
// Layout (integers are LEB128 varints; texts of the parts are length and bytes):
//   version=2, message bytes, flags, [date: zigzag seconds, zigzag zone], lengths of the following texts,
//   subject, from, to, cc, envelope, bodystructure, extension ranges: count, (gap, length)...,
//   message id, in-reply-to, references,
//   parts: count, for each in preorder: kind|bits, encoding, children, header offset, header bytes, body bytes, lines,
//          media type, charset
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/mail/date.h"
#include "common/mail/errc.h"
#include "common/mail/mime_scanner.h"
#include "common/mail/transfer.h"

namespace helio::mail {

/// The summary of `message`.
std::string summarize(std::string_view message, ScanLimits limits = {});
/// The same from a scan in chunks.
std::string encode_summary(const MimeTree& tree);

/// A decoded (UTF-8) header text, cut at 2 KiB: a search that finds nothing in a cut one must look into the header.
struct SearchText {
    std::string_view text;
    bool complete = true;
};

/// One part as section numbers name it (RFC 9051 §6.4.5.1).
struct PartPlace {
    PartKind kind = PartKind::leaf;
    Encoding encoding = Encoding::seven_bit;
    bool is_attachment = false;       ///< Content-Disposition: attachment
    std::uint64_t header_offset = 0;  ///< BODY[n.MIME]; of a whole message BODY[HEADER]
    std::uint64_t header_bytes = 0;
    std::uint64_t body_offset = 0;  ///< BODY[n]; of a whole message BODY[TEXT]
    std::uint64_t body_bytes = 0;
    std::uint64_t body_lines = 0;
    std::string_view media_type;  ///< "text/html", lower case
    std::string_view charset;     ///< as written, of text parts
    unsigned child_count = 0;
};

/// A view of stored bytes, which must outlive it. Opening decodes no strings; every getter is a few additions.
class SummaryView {
public:
    /// Errors: unknown_version, malformed (cut or damaged bytes).
    static Result<SummaryView> open(std::string_view bytes);

    std::uint64_t message_bytes() const { return message_bytes_; }
    std::optional<DateTime> date() const { return date_; }  ///< of the Date field
    bool has_attachment() const { return has_attachment_; }

    std::string_view envelope() const { return envelope_; }            ///< "(...)", ready to send
    std::string_view bodystructure() const { return bodystructure_; }  ///< "(...)", ready to send
    /// Appends BODY's form: bodystructure() without extension data.
    void append_body(std::string& into) const;

    SearchText subject() const { return search_[0]; }
    SearchText from() const { return search_[1]; }
    SearchText to() const { return search_[2]; }
    SearchText cc() const { return search_[3]; }
    std::string_view message_id() const { return message_id_; }
    std::string_view in_reply_to() const { return in_reply_to_; }
    std::string_view references() const {
        return references_;
    }  ///< unfolded; of more than 4 KiB the first id and the last

    /// The part with this section number; an empty path is the message itself. Nothing when there is none.
    std::optional<PartPlace> find_part(std::span<const std::uint32_t> path) const;
    /// The message inside the part (BODY[n.HEADER], BODY[n.TEXT]); for the empty path the message itself.
    /// Nothing when the part is no message.
    std::optional<PartPlace> find_message(std::span<const std::uint32_t> path) const;
    /// All parts in the order of their bytes; for text search.
    std::vector<PartPlace> parts() const;

private:
    class PartReader;
    std::optional<PartPlace> walk(std::span<const std::uint32_t> path, bool message_inside) const;

    std::uint64_t message_bytes_ = 0;
    std::optional<DateTime> date_;
    bool has_attachment_ = false;
    std::string_view envelope_;
    std::string_view bodystructure_;
    std::string_view extensions_;  // encoded ranges
    SearchText search_[4];
    std::string_view message_id_;
    std::string_view in_reply_to_;
    std::string_view references_;
    std::string_view parts_;  // encoded parts
};

}  // namespace helio::mail
