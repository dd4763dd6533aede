#include "store/imapd/fetch_section.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/mail/header.h"
#include "common/net/worker.h"

namespace helio::store::imapd {

namespace {

using Kind = imap::Section::Kind;

constexpr std::uint64_t chunk_bytes = 64 * 1024;
constexpr std::uint64_t most_header_bytes = 1 << 20;

bool ends_with_blank_line(std::string_view header) {
    if (!header.ends_with('\n')) return false;
    header.remove_suffix(1);
    if (header.ends_with('\r')) header.remove_suffix(1);
    return header.empty() || header.ends_with('\n');
}

// HEADER.FIELDS and HEADER.FIELDS.NOT: the fields as they stand in the message.
std::string pick_fields(std::string_view header, const imap::Section& section) {
    std::string out;
    mail::HeaderReader reader(header);
    for (auto field = reader.next(); field; field = reader.next()) {
        const bool named = std::any_of(section.fields.begin(), section.fields.end(), [&field](const std::string& name) {
            return base::equals_ignoring_case(name, field->name);
        });
        if (named == (section.kind == Kind::header_fields)) out += field->text;
    }
    return out;
}

bool is_header_kind(Kind kind) {
    return kind == Kind::header || kind == Kind::header_fields || kind == Kind::header_fields_not;
}

Result<std::optional<mail::PartPlace>> find_place(search::MessageText& text, const imap::Section& section) {
    const auto summary = text.summary();
    if (!summary) return fail(summary.error());
    const bool in_message = is_header_kind(section.kind) || section.kind == Kind::text;
    return in_message ? (*summary)->find_message(section.part) : (*summary)->find_part(section.part);
}

}  // namespace

Result<std::optional<SectionBytes>> find_section(search::MessageText& text, const imap::Section& section) {
    if (section.part.empty() && section.kind == Kind::whole) return SectionBytes{0, text.size(), std::nullopt};
    const auto found = find_place(text, section);
    if (!found) return fail(found.error());
    if (!*found) return std::optional<SectionBytes>();
    const mail::PartPlace& place = **found;
    if (section.kind == Kind::whole || section.kind == Kind::text) {
        return SectionBytes{place.body_offset, place.body_bytes, std::nullopt};
    }
    SectionBytes bytes{place.header_offset, place.header_bytes, std::nullopt};
    if (section.kind == Kind::header || section.kind == Kind::mime) return bytes;
    std::string header;
    const auto read = text.read(bytes.offset, std::min(bytes.length, most_header_bytes), header);
    if (!read) return fail(read.error());
    bytes.built = pick_fields(header, section);
    // RFC 9051 §6.4.5.1: the blank line is part of every header fetch, "except in the case of a message that has no
    // body and no blank line". A header that was cut here has one; a last field without its line end gets that.
    const bool has_blank_line = header.size() < bytes.length || ends_with_blank_line(header);
    const bool line_is_open = !bytes.built->empty() && !bytes.built->ends_with('\n');
    if (has_blank_line || line_is_open) *bytes.built += "\r\n";
    return bytes;
}

Result<std::optional<EncodedPart>> find_encoded_part(search::MessageText& text, const imap::Section& section) {
    if (section.part.empty()) return EncodedPart{0, text.size(), mail::Encoding::binary};
    const auto found = find_place(text, section);
    if (!found) return fail(found.error());
    if (!*found) return std::optional<EncodedPart>();
    const mail::PartPlace& place = **found;
    // Multiparts and messages have no encoding of their own (RFC 2045 §6.4).
    const auto encoding = place.kind == mail::PartKind::leaf ? place.encoding : mail::Encoding::binary;
    return EncodedPart{place.body_offset, place.body_bytes, encoding};
}

Task<Result<DecodedSize>> measure_decoded(search::MessageText& text, EncodedPart part) {
    const auto decoder = mail::make_decoder(part.encoding);
    DecodedSize size;
    std::string raw;
    std::string decoded;
    const auto count = [&] {
        size.bytes += decoded.size();
        size.has_nul = size.has_nul || decoded.find('\0') != std::string::npos;
        decoded.clear();
    };
    for (std::uint64_t done = 0; done < part.length; done += raw.size()) {
        raw.clear();
        const auto read = text.read(part.offset + done, std::min(chunk_bytes, part.length - done), raw);
        if (!read) co_return fail(read.error());
        if (raw.empty()) break;
        decoder->feed(raw, decoded);
        count();
        co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));  // other sessions have their turn
    }
    decoder->finish(decoded);
    count();
    co_return size;
}

}  // namespace helio::store::imapd
