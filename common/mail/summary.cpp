#include "common/mail/summary.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/mail/bodystructure.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"
#include "common/mail/varint.h"

namespace helio::mail {
namespace {

constexpr char version = 2;  // 1: each length before its text; never released
constexpr std::size_t search_most = 2 * 1024;
constexpr std::size_t references_most = 4 * 1024;

constexpr std::uint64_t flag_date = 1;
constexpr std::uint64_t flag_attachment = 2;
constexpr std::uint64_t flag_cut = 4;  // << index of the search text

constexpr unsigned char kind_bits = 3;
constexpr unsigned char bit_attachment = 4;

bool is_attachment(const MimePart& part) {
    return part.disposition && base::equals_ignoring_case(part.disposition->type, "attachment");
}

/// addr-spec, with its source route: RFC 9051 §6.4.4 searches what ENVELOPE shows, and that has the route.
std::string decoded_address(const ListedAddress& address) {
    std::string text;
    if (address.route) text = to_utf8("", *address.route) + ":";
    return text + to_utf8("", *address.mailbox) + "@" + to_utf8("", *address.host);
}

/// "Alice <alice@example.test>, bob@example.test" in UTF-8, as people search it.
std::string decoded_list(const std::vector<ListedAddress>& list) {
    std::string text;
    for (const auto& address : list) {
        if (text.size() > search_most) break;
        if (address.is_group_end()) continue;
        if (!text.empty()) text += ", ";
        if (address.is_group_start()) {
            text += decode_header(*address.mailbox);
        } else if (address.name) {
            text += decode_header(*address.name) + " <" + decoded_address(address) + ">";
        } else {
            text += decoded_address(address);
        }
    }
    return text;
}

std::string search_text(const std::string& text, bool& complete) {
    complete = text.size() <= search_most;
    return to_utf8("utf-8", text, search_most);
}

void put_part(std::string& into, const MimePart& part) {
    auto bits = static_cast<unsigned char>(part.kind);
    if (is_attachment(part)) bits |= bit_attachment;
    into.push_back(static_cast<char>(bits));
    into.push_back(static_cast<char>(parse_encoding(part.encoding)));
    put_varint(into, part.children.size());
    put_varint(into, part.header_offset);
    put_varint(into, part.header_bytes);
    put_varint(into, part.body_bytes);
    put_varint(into, part.body_lines);
    put_text(into, base::to_lower(part.content_type.type + "/" + part.content_type.subtype));
    const auto* charset = find_parameter(part.content_type.parameters, "charset");
    put_text(into, charset ? std::string_view(*charset) : std::string_view());
}

std::string encode_extensions(const std::vector<BodyStructure::Range>& ranges) {
    std::string text;
    put_varint(text, ranges.size());
    std::size_t at = 0;
    for (const auto& range : ranges) {
        put_varint(text, range.offset - at);
        put_varint(text, range.length);
        at = range.offset + range.length;
    }
    return text;
}

/// The first id names the thread, the newest stand last; what is between them goes, and a cut id with it.
std::string kept_references(std::string_view references) {
    if (references.size() <= references_most) return std::string(references);
    std::string kept;
    if (const auto first = references.find('<'); first != std::string_view::npos) {
        const auto end = references.find('>', first);
        if (end - first < references_most / 2) kept = references.substr(first, end - first + 1);
    }
    const auto tail = references.substr(references.size() - (references_most - kept.size()));
    const auto start = tail.find('<');
    if (start != std::string_view::npos) kept += tail.substr(start);
    return kept;
}

}  // namespace

std::string summarize(std::string_view message, ScanLimits limits) {
    return encode_summary(scan_mime(message, limits));
}

std::string encode_summary(const MimeTree& tree) {
    const auto& envelope = *tree.parts.front().envelope;
    const auto date = envelope.date ? parse_date(*envelope.date) : std::nullopt;
    std::uint64_t flags = date ? flag_date : 0;
    for (const auto& part : tree.parts)
        if (is_attachment(part)) flags |= flag_attachment;

    std::string search[] = {decode_header(envelope.subject.value_or("")), decoded_list(envelope.from),
                            decoded_list(envelope.to), decoded_list(envelope.cc)};
    for (std::size_t i = 0; i < std::size(search); ++i) {
        bool complete = true;
        search[i] = search_text(search[i], complete);
        if (!complete) flags |= flag_cut << i;
    }

    const auto structure = print_bodystructure(tree);
    std::string printed;
    append_imap_envelope(printed, envelope);
    const auto extensions = encode_extensions(structure.extensions);
    const auto references = kept_references(tree.references.value_or(""));
    const std::string_view texts[] = {search[0],
                                      search[1],
                                      search[2],
                                      search[3],
                                      printed,
                                      structure.text,
                                      extensions,
                                      envelope.message_id ? *envelope.message_id : std::string_view(),
                                      envelope.in_reply_to ? *envelope.in_reply_to : std::string_view(),
                                      references};
    std::string out;
    out.reserve(printed.size() + structure.text.size() + 64 * tree.parts.size() + 1024);
    out.push_back(version);
    put_varint(out, tree.bytes);
    put_varint(out, flags);
    if (date) put_signed(out, date->unix_seconds);
    if (date) put_signed(out, date->zone_minutes);
    for (const auto text : texts) put_varint(out, text.size());
    for (const auto text : texts) out += text;
    put_varint(out, tree.parts.size());
    for (const auto& part : tree.parts) put_part(out, part);
    return out;
}

Result<SummaryView> SummaryView::open(std::string_view bytes) {
    if (bytes.empty()) return fail(errc::malformed, "empty summary");
    if (bytes.front() != version) return fail(errc::unknown_version, std::to_string(bytes.front()));
    VarintReader in(bytes.substr(1));
    SummaryView view;
    view.message_bytes_ = in.number();
    const auto flags = in.number();
    if (flags & flag_date) {
        const auto seconds = in.signed_number();
        view.date_ = DateTime{seconds, static_cast<int>(in.signed_number())};
    }
    view.has_attachment_ = (flags & flag_attachment) != 0;
    std::uint64_t lengths[10];
    for (auto& length : lengths) length = in.number();
    const auto* length = lengths;
    for (std::size_t i = 0; i < std::size(view.search_); ++i)
        view.search_[i] = {in.bytes(*length++), (flags & (flag_cut << i)) == 0};
    for (auto* text : {&view.envelope_, &view.bodystructure_, &view.extensions_, &view.message_id_, &view.in_reply_to_,
                       &view.references_})
        *text = in.bytes(*length++);
    view.parts_ = in.rest();
    if (!in.ok() || view.parts_.empty()) return fail(errc::malformed, "cut summary");
    return view;
}

void SummaryView::append_body(std::string& into) const {
    VarintReader in(extensions_);
    auto rest = bodystructure_;
    for (auto count = in.number(); count > 0 && in.ok(); --count) {
        const auto gap = std::min<std::uint64_t>(in.number(), rest.size());
        into += rest.substr(0, gap);
        rest.remove_prefix(gap);
        rest.remove_prefix(std::min<std::uint64_t>(in.number(), rest.size()));
    }
    into += rest;
}

/// Steps through the encoded parts in preorder.
class SummaryView::PartReader {
public:
    explicit PartReader(std::string_view bytes) : in_(bytes), left_(in_.number()) {}

    std::optional<PartPlace> next() {
        if (left_ == 0) return std::nullopt;
        --left_;
        const auto bits = in_.number();
        PartPlace part;
        part.kind = static_cast<PartKind>(bits & kind_bits);
        part.is_attachment = (bits & bit_attachment) != 0;
        part.encoding = static_cast<Encoding>(in_.number());
        part.child_count = static_cast<unsigned>(in_.number());
        part.header_offset = in_.number();
        part.header_bytes = in_.number();
        part.body_offset = part.header_offset + part.header_bytes;
        part.body_bytes = in_.number();
        part.body_lines = in_.number();
        part.media_type = in_.text();
        part.charset = in_.text();
        if (!in_.ok()) return std::nullopt;
        return part;
    }

    /// Passes over `count` parts and all below them.
    bool skip(std::uint64_t count) {
        while (count > 0) {
            const auto part = next();
            if (!part) return false;
            count += part->child_count;
            --count;
        }
        return true;
    }

private:
    VarintReader in_;
    std::uint64_t left_;
};

std::optional<PartPlace> SummaryView::walk(std::span<const std::uint32_t> path, bool message_inside) const {
    PartReader reader(parts_);
    auto part = reader.next();
    bool is_whole_message = true;  // `part` is a message, not a part of a multipart: number 1 may mean its own body
    for (const auto number : path) {
        if (!part) return std::nullopt;
        if (part->kind == PartKind::message && !is_whole_message) {
            part = reader.next();
            is_whole_message = true;
            if (!part) return std::nullopt;
        }
        if (part->kind == PartKind::multipart) {
            if (number == 0 || number > part->child_count || !reader.skip(number - 1)) return std::nullopt;
            part = reader.next();
        } else if (!is_whole_message || number != 1) {
            return std::nullopt;
        }
        is_whole_message = false;
    }
    if (!message_inside || path.empty() || !part) return part;
    if (part->kind != PartKind::message) return std::nullopt;
    return reader.next();
}

std::optional<PartPlace> SummaryView::find_part(std::span<const std::uint32_t> path) const { return walk(path, false); }

std::optional<PartPlace> SummaryView::find_message(std::span<const std::uint32_t> path) const {
    return walk(path, true);
}

std::vector<PartPlace> SummaryView::parts() const {
    std::vector<PartPlace> all;
    PartReader reader(parts_);
    while (auto part = reader.next()) all.push_back(*part);
    return all;
}

}  // namespace helio::mail
