#include "store/search/search_text.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/base/text.h"
#include "common/imap/fold.h"
#include "common/mail/charset.h"
#include "common/mail/content_type.h"
#include "common/mail/encoded_word.h"
#include "common/mail/header.h"

namespace helio::store::search {

namespace {

constexpr std::uint64_t most_header_bytes = 1 << 20;
constexpr std::uint64_t most_part_bytes = 16 << 20;

void append_extended(std::string& into, const mail::Parameters& parameters) {
    for (const auto& parameter : parameters) {
        if (parameter.name.ends_with('*')) into += ' ' + mail::decode_extended_parameter(parameter.value);
    }
}

// As it is searched: unfolded, encoded words decoded; extended parameters (RFC 2231: file names) decoded behind it.
std::string searchable_value(std::string_view name, std::string_view raw_value) {
    std::string value = mail::decode_header(mail::unfold(raw_value));
    if (raw_value.find("*=") == std::string_view::npos) return value;
    if (base::equals_ignoring_case(name, "Content-Type")) {
        if (const auto type = mail::parse_content_type(raw_value)) append_extended(value, type->parameters);
    } else if (base::equals_ignoring_case(name, "Content-Disposition")) {
        if (const auto disposition = mail::parse_content_disposition(raw_value)) {
            append_extended(value, disposition->parameters);
        }
    }
    return value;
}

bool any_field_contains(std::string_view header, std::string_view part) {
    mail::HeaderReader reader(header);
    for (auto field = reader.next(); field; field = reader.next()) {
        std::string line(field->name);
        line += ": ";
        line += searchable_value(field->name, field->value);
        if (imap::contains_folded(line, part)) return true;
    }
    return false;
}

// The header block of the message itself.
Result<std::string> read_header(MessageText& text) {
    const auto summary = text.summary();
    if (!summary) return fail(summary.error());
    const auto place = (*summary)->find_message({});
    std::string header;
    if (!place) return header;
    const auto read = text.read(place->header_offset, std::min(place->header_bytes, most_header_bytes), header);
    if (!read) return fail(read.error());
    return header;
}

Result<bool> block_contains(MessageText& text, std::uint64_t offset, std::uint64_t bytes, std::string_view part) {
    std::string header;
    const auto read = text.read(offset, std::min(bytes, most_header_bytes), header);
    if (!read) return fail(read.error());
    return any_field_contains(header, part);
}

// Other media types than text and message may be left out (RFC 9051 §6.4.4); delivery reports and the like may not.
bool is_text(const mail::PartPlace& place) {
    const auto& type = place.media_type;
    return place.kind == mail::PartKind::leaf &&
           (type.empty() || type.starts_with("text/") || type.starts_with("message/"));
}

bool contains(const std::string& folded, std::string_view part) {
    return memmem(folded.data(), folded.size(), part.data(), part.size()) != nullptr;
}

Result<bool> part_contains(MessageText& text, const mail::PartPlace& place, std::string_view part) {
    constexpr std::uint64_t large_bytes = 64u << 10;
    if (const auto* folded = text.folded(place.body_offset)) return contains(*folded, part);
    std::string raw;
    const auto read = text.read(place.body_offset, std::min(place.body_bytes, most_part_bytes), raw);
    if (!read) return fail(read.error());
    const bool is_plain =
        place.encoding != mail::Encoding::base64 && place.encoding != mail::Encoding::quoted_printable;
    if (!is_plain) raw = mail::decode_transfer(place.encoding, raw);
    const std::string utf8 = mail::to_utf8(place.charset, raw, 2 * most_part_bytes);
    if (place.body_bytes < large_bytes) return imap::contains_folded(utf8, part);
    auto folded = imap::fold(utf8);
    const bool found = contains(folded, part);
    text.keep_folded(place.body_offset, std::move(folded));
    return found;
}

}  // namespace

Result<bool> field_contains(MessageText& text, std::string_view name, std::string_view folded_part) {
    const auto header = read_header(text);
    if (!header) return fail(header.error());
    mail::HeaderReader reader(*header);
    for (auto field = reader.next(); field; field = reader.next()) {
        if (!base::equals_ignoring_case(field->name, name)) continue;
        if (imap::contains_folded(searchable_value(field->name, field->value), folded_part)) return true;
    }
    return false;
}

Result<bool> text_contains(MessageText& text, std::string_view folded_part, bool with_header) {
    const auto summary = text.summary();
    if (!summary) return fail(summary.error());
    if (with_header) {
        const auto header = read_header(text);
        if (!header) return fail(header.error());
        if (any_field_contains(*header, folded_part)) return true;
    }
    bool first = true;
    for (const auto& place : (*summary)->parts()) {
        // BODY "doesn't match any header fields", TEXT does, MIME fields too (RFC 9051 §6.4.4). The header of an
        // enclosed message has header fields as well, though it lies within the body (RFC 3501 left that open).
        const bool own = std::exchange(first, false);
        if (with_header && !own && place.header_bytes > 2) {
            const auto found = block_contains(text, place.header_offset, place.header_bytes, folded_part);
            if (!found || *found) return found;
        }
        if (!is_text(place)) continue;
        const auto found = part_contains(text, place, folded_part);
        if (!found || *found) return found;
    }
    return false;
}

}  // namespace helio::store::search
