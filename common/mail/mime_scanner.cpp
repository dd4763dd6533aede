#include "common/mail/mime_scanner.h"

#include <algorithm>
#include <cstring>

#include "common/base/text.h"
#include "common/mail/header.h"

namespace helio::mail {
namespace {

// RFC 2046 §5.1.1 allows 70; a longer one is compared by its start.
constexpr std::size_t boundary_most = 256;
constexpr std::size_t body_prefix = 2 + boundary_most + 2;
constexpr std::size_t header_line_most = 64 * 1024;

constexpr std::string_view mime_fields[] = {
    "content-type", "content-transfer-encoding", "content-id",       "content-description",
    "content-md5",  "content-disposition",       "content-language", "content-location"};

bool is_mime_field(std::string_view name) {
    return std::ranges::any_of(mime_fields,
                               [name](std::string_view known) { return base::equals_ignoring_case(known, name); });
}

unsigned line_end_bytes(char before_newline) { return before_newline == '\r' ? 2 : 1; }

}  // namespace

MimeScanner::MimeScanner(ScanLimits limits) : limits_(limits) { open_part(0, true, 0); }

std::size_t MimeScanner::wanted_prefix() const { return open_.back().in_header ? header_line_most : body_prefix; }

void MimeScanner::feed(std::string_view chunk) {
    while (!chunk.empty()) {
        if (carry_bytes_ == 0 && !open_.back().in_header) {
            chunk.remove_prefix(feed_body(chunk));
            if (chunk.empty()) return;
        }
        const auto newline = chunk.find('\n');
        const bool whole = newline != std::string_view::npos;
        const auto piece = chunk.substr(0, whole ? newline + 1 : chunk.size());
        chunk.remove_prefix(piece.size());
        if (whole && carry_bytes_ == 0) {
            const auto end = piece.size() > 1 ? line_end_bytes(piece[piece.size() - 2]) : 1;
            line(piece.substr(0, piece.size() - end), piece.size(), end);
            continue;
        }
        const char before = piece.size() > 1 ? piece[piece.size() - 2] : carry_last_;
        const auto room = wanted_prefix() - std::min(wanted_prefix(), carry_.size());
        carry_ += piece.substr(0, room);
        carry_bytes_ += piece.size();
        carry_last_ = piece.back();
        if (!whole) return;
        const auto end = line_end_bytes(before);
        const auto text_bytes = std::min<std::uint64_t>(carry_.size(), carry_bytes_ - end);
        line(std::string_view(carry_).substr(0, text_bytes), carry_bytes_, end);
        carry_.clear();
        carry_bytes_ = 0;
        carry_last_ = 0;
    }
}

/// Body lines that can be no boundary, without a call for each. Returns how many bytes it took.
std::size_t MimeScanner::feed_body(std::string_view chunk) {
    if (boundaries_ == 0) {
        newlines_ += static_cast<std::uint64_t>(std::ranges::count(chunk, '\n'));
        offset_ += chunk.size();
        previous_end_ = 0;  // never asked for again: only a boundary does
        return chunk.size();
    }
    std::size_t at = 0;
    while (at < chunk.size() && chunk[at] != '-') {
        const auto* found = static_cast<const char*>(std::memchr(chunk.data() + at, '\n', chunk.size() - at));
        if (!found) break;
        const auto end = static_cast<std::size_t>(found - chunk.data());
        previous_end_ = end > at ? line_end_bytes(chunk[end - 1]) : 1;
        ++newlines_;
        at = end + 1;
    }
    offset_ += at;
    return at;
}

void MimeScanner::line(std::string_view text, std::uint64_t bytes, unsigned end_bytes) {
    const bool was_boundary = boundaries_ > 0 && text.starts_with("--") && boundary_line(text, bytes);
    if (!was_boundary && open_.back().in_header) header_line(text, bytes);
    offset_ += bytes;
    ++newlines_;
    previous_end_ = end_bytes;
}

void MimeScanner::header_line(std::string_view text, std::uint64_t bytes) {
    if (text.empty()) {
        end_field();
        end_header(offset_ + bytes, newlines_ + 1);
        return;
    }
    if (text.front() == ' ' || text.front() == '\t') {
        if (keeps_field_) keep("\n");
        if (keeps_field_) keep(text);
        return;
    }
    end_field();
    begin_field(text);
}

void MimeScanner::begin_field(std::string_view text) {
    const auto start = split_field(text);
    if (start.name.empty()) return;
    const bool is_message = part_of(open_.back()).envelope.has_value();
    keeps_field_ = is_mime_field(start.name) || (is_message && Envelope::wants(start.name)) ||
                   (open_.size() == 1 && base::equals_ignoring_case(start.name, "references"));
    if (keeps_field_) keep(text);
}

/// Beyond the budget a field is cut, and no other begins.
void MimeScanner::keep(std::string_view text) {
    const auto kept = text.substr(0, limits_.header_bytes - std::min(limits_.header_bytes, kept_bytes_));
    kept_bytes_ += kept.size();
    field_ += kept;
}

void MimeScanner::end_field() {
    if (keeps_field_) {
        const std::string_view field = field_;
        const auto start = split_field(field.substr(0, field.find('\n')));
        auto& part = part_of(open_.back());
        const auto value = field.substr(std::min(start.value_at, field.size()));
        if (is_mime_field(start.name)) {
            take_mime_field(part, base::to_lower(start.name), value);
        } else if (base::equals_ignoring_case(start.name, "references")) {
            if (!tree_.references) tree_.references = unfold(value);
        } else if (!start.name.empty() && part.envelope) {
            part.envelope->add(start.name, value);
        }
    }
    keeps_field_ = false;
    field_.clear();
}

void MimeScanner::take_mime_field(MimePart& part, std::string_view name, std::string_view value) {
    const auto set_once = [value](std::optional<std::string>& target) {
        if (!target) target = unfold(value);
    };
    if (name == "content-type" && !part.has_content_type) {
        auto type = parse_content_type(value);
        part.has_content_type = type.has_value();
        if (type) part.content_type = std::move(*type);
    } else if (name == "content-transfer-encoding" && !part.has_encoding) {
        auto token = parse_mime_token(value);
        part.has_encoding = !token.empty();
        if (part.has_encoding) part.encoding = std::move(token);
    } else if (name == "content-disposition" && !part.disposition) {
        part.disposition = parse_content_disposition(value);
    } else if (name == "content-language" && part.languages.empty()) {
        part.languages = parse_languages(value);
    } else if (name == "content-id") {
        set_once(part.id);
    } else if (name == "content-description") {
        set_once(part.description);
    } else if (name == "content-md5") {
        set_once(part.md5);
    } else if (name == "content-location") {
        set_once(part.location);
    }
}

/// The top part's header ended; its body begins at `body_offset`.
void MimeScanner::end_header(std::uint64_t body_offset, std::uint64_t newlines) {
    auto& open = open_.back();
    auto& part = part_of(open);
    part.body_offset = body_offset;
    part.header_bytes = body_offset - part.header_offset;
    open.in_header = false;
    open.newlines_before_body = newlines;
    settle_type(open);
    if (part.kind == PartKind::message) open_part(body_offset, true, open_.size() - 1);
}

void MimeScanner::settle_type(Open& open) {
    auto& part = part_of(open);
    auto& type = part.content_type;
    const bool wants_multipart = type.is("multipart");
    const bool wants_message = type.is("message", "rfc822") || type.is("message", "global");
    if (!wants_multipart && !wants_message) return;
    const bool fits = open_.size() < limits_.depth && tree_.parts.size() < limits_.parts;
    const auto* boundary = find_parameter(type.parameters, "boundary");
    const bool has_boundary = boundary && !boundary->empty();
    if (wants_multipart && has_boundary && fits) {
        part.kind = PartKind::multipart;
        open.boundary = boundary->substr(0, boundary_most);
        open.digest = type.is("multipart", "digest");
        ++boundaries_;
    } else if (wants_message && fits) {
        part.kind = PartKind::message;
    } else if (fits) {
        type = ContentType();
        part.has_content_type = false;
    } else {
        type = ContentType{"application", "octet-stream", {}};
    }
}

bool MimeScanner::find_boundary(std::string_view text, Match& match) const {
    const auto rest = text.substr(2);
    std::size_t longest = 0;
    for (std::size_t level = open_.size(); level-- > 0;) {
        const auto& boundary = open_[level].boundary;
        if (boundary.size() <= longest || !rest.starts_with(boundary)) continue;
        longest = boundary.size();
        match = {level, rest.substr(longest).starts_with("--")};
    }
    return longest > 0;
}

bool MimeScanner::boundary_line(std::string_view text, std::uint64_t bytes) {
    Match match;
    if (!find_boundary(text, match)) return false;
    // At the limit the part in progress takes in what follows.
    if (!match.final && tree_.parts.size() >= limits_.parts) return false;
    end_field();
    const auto end = std::max<std::uint64_t>(offset_, previous_end_) - previous_end_;
    close_above(match.level, end, previous_end_ > 0);
    if (match.final) {
        open_[match.level].boundary.clear();
        --boundaries_;
        return true;
    }
    const bool digest = open_[match.level].digest;
    open_part(offset_ + bytes, false, match.level);
    if (digest) part_of(open_.back()).content_type = ContentType{"message", "rfc822", {}};
    return true;
}

void MimeScanner::open_part(std::uint64_t offset, bool is_message, std::size_t parent) {
    const auto number = static_cast<std::uint32_t>(tree_.parts.size());
    auto& part = tree_.parts.emplace_back();
    part.header_offset = offset;
    if (is_message) part.envelope.emplace();
    if (number > 0) part_of(open_[parent]).children.push_back(number);
    open_.push_back({.part = number, .boundary = {}});
}

void MimeScanner::close_above(std::size_t level, std::uint64_t end, bool stripped) {
    while (open_.size() > level + 1) {
        close(open_.back(), end, stripped);
        if (!open_.back().boundary.empty()) --boundaries_;
        open_.pop_back();
    }
}

void MimeScanner::close(const Open& open, std::uint64_t end, bool stripped) {
    auto& part = part_of(open);
    if (open.in_header) {
        part.body_offset = std::max(end, part.header_offset);
        part.header_bytes = part.body_offset - part.header_offset;
        // A header without body: a multipart or message in it has no parts; it is shown as what it claims to hold.
        if (part.content_type.is("multipart") && find_parameter(part.content_type.parameters, "boundary"))
            part.kind = PartKind::multipart;
        else if (part.content_type.is("multipart") || part.content_type.is("message", "rfc822") ||
                 part.content_type.is("message", "global"))
            part.content_type = ContentType();
        return;
    }
    // A last child that ends in its own header's line end has that line end, not the boundary behind it.
    if (!part.children.empty()) {
        const auto& last = tree_.parts[part.children.back()];
        const auto children_end = last.body_offset + last.body_bytes;
        if (children_end > end) {
            end = children_end;
            stripped = false;
        }
    }
    if (end <= part.body_offset) return;
    part.body_bytes = end - part.body_offset;
    part.body_lines = newlines_ - open.newlines_before_body - (stripped ? 1 : 0);
}

MimeTree MimeScanner::finish() {
    if (carry_bytes_ > 0) {
        // A last line without its end: it counts no line end.
        const auto bytes = carry_bytes_;
        const bool was_boundary = boundaries_ > 0 && carry_.starts_with("--") && boundary_line(carry_, bytes);
        if (!was_boundary && open_.back().in_header && !carry_.empty()) header_line(carry_, bytes);
        offset_ += bytes;
    }
    end_field();
    while (!open_.empty()) {
        close(open_.back(), offset_, false);
        open_.pop_back();
    }
    tree_.bytes = offset_;
    return std::move(tree_);
}

MimeTree scan_mime(std::string_view message, ScanLimits limits) {
    MimeScanner scanner(limits);
    scanner.feed(message);
    return scanner.finish();
}

}  // namespace helio::mail
