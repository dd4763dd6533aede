#include "store/imapd/fetch_printer.h"

#include <algorithm>

#include "common/imap/date.h"
#include "common/imap/print.h"
#include "common/mail/preview.h"
#include "common/net/worker.h"
#include "store/imapd/message_printer.h"

namespace helio::store::imapd {

namespace {

using Kind = imap::FetchItem::Kind;

constexpr std::uint64_t chunk_bytes = 64 * 1024;

bool is_text_kind(Kind kind) {
    switch (kind) {
        case Kind::body_section:
        case Kind::rfc822:
        case Kind::rfc822_header:
        case Kind::rfc822_text:
        case Kind::binary:
        case Kind::binary_size:
        case Kind::preview:
            return true;
        default:
            return false;
    }
}

bool is_summary_kind(Kind kind) { return kind == Kind::envelope || kind == Kind::body || kind == Kind::body_structure; }

// What came in a literal8 may hold NUL, which a literal may not (RFC 9051 §4.3): as Dovecot shows it. BINARY has it as
// it is.
void hide_nuls(std::string& out, std::size_t from) {
    for (auto at = out.find('\0', from); at != std::string::npos; at = out.find('\0', at + 1)) out[at] = '\x80';
}

imap::Section section_of(const imap::FetchItem& item) {
    imap::Section section = item.section;
    if (item.kind == Kind::rfc822_header) section.kind = imap::Section::Kind::header;
    if (item.kind == Kind::rfc822_text) section.kind = imap::Section::Kind::text;
    return section;
}

}  // namespace

FetchPrinter::FetchPrinter(ImapSession& session, std::vector<imap::FetchItem> items)
    : session_(session), items_(std::move(items)) {
    for (const auto& item : items_) {
        needs_text_ = needs_text_ || is_text_kind(item.kind);
        needs_summary_ = needs_summary_ || is_summary_kind(item.kind);
        has_flags_ = has_flags_ || item.kind == Kind::flags;
        has_uid_ = has_uid_ || item.kind == Kind::uid;
        has_modseq_ = has_modseq_ || item.kind == Kind::modseq;
    }
}

void FetchPrinter::begin(std::uint32_t sequence, Uid uid) {
    print_fetch_head(session_.out(), sequence, uid, session_.uidonly());
    first_ = true;
}

void FetchPrinter::separate() {
    if (!first_) session_.out() += ' ';
    first_ = false;
}

void FetchPrinter::print_flags(const Message& message, const Keywords& keywords) {
    separate();
    session_.out() += "FLAGS (";
    const bool recent = !session_.rev2() && session_.selected().is_recent(message.uid);
    print_message_flags(session_.out(), message, keywords, recent);
    session_.out() += ')';
}

// What the answer itself changed: \Seen, and with it the mod-sequence (RFC 7162 §3.1).
void FetchPrinter::print_new_state(const Message& message, const Keywords& keywords) {
    if (!shown_.contains(message.uid)) return;
    if (!has_flags_) print_flags(message, keywords);
    if (!session_.condstore()) return;
    if (!has_uid_ && !session_.uidonly()) print_row_item({.kind = Kind::uid}, message, keywords);
    if (!has_modseq_) print_row_item({.kind = Kind::modseq}, message, keywords);
}

void FetchPrinter::print_row_item(const imap::FetchItem& item, const Message& message, const Keywords& keywords) {
    if (item.kind == Kind::flags) return print_flags(message, keywords);
    std::string& out = session_.out();
    separate();
    switch (item.kind) {
        case Kind::uid:
            out += "UID ";
            imap::print_number(out, message.uid.value);
            break;
        case Kind::internal_date:
            out += "INTERNALDATE ";
            imap::print_date_time(out, {message.internal_date.unix_seconds, message.internal_date.zone_minutes});
            break;
        case Kind::rfc822_size:
            out += "RFC822.SIZE ";
            imap::print_number(out, message.size);
            break;
        case Kind::modseq:
            out += "MODSEQ (";
            imap::print_number(out, message.modseq.value);
            out += ')';
            break;
        case Kind::email_id:
            out += "EMAILID (" + to_object_id(message.email) + ')';
            break;
        case Kind::thread_id:
            out += "THREADID (" + to_object_id(message.thread) + ')';
            break;
        case Kind::save_date:
            out += "SAVEDATE ";
            imap::print_date_time(out, {message.save_date, 0});
            break;
        default:
            break;
    }
}

Result<> FetchPrinter::print_summary_item(const imap::FetchItem& item, search::MessageText& text) {
    const auto summary = text.summary();
    if (!summary) return fail(summary.error());
    std::string& out = session_.out();
    separate();
    if (item.kind == Kind::envelope) {
        out += "ENVELOPE ";
        out += (*summary)->envelope();
    } else if (item.kind == Kind::body_structure) {
        out += "BODYSTRUCTURE ";
        out += (*summary)->bodystructure();
    } else {
        out += "BODY ";
        (*summary)->append_body(out);
    }
    return {};
}

// PREVIEW (RFC 8970): made when it is asked for, from the beginning of one part, so LAZY gets it as well.
Result<> FetchPrinter::print_preview(search::MessageText& text) {
    const auto summary = text.summary();
    if (!summary) return fail(summary.error());
    std::string preview;
    if (const auto part = mail::preview_part(**summary)) {
        std::string raw;
        auto read =
            text.read(part->body_offset, std::min<std::uint64_t>(part->body_bytes, mail::preview_bytes(*part)), raw);
        if (!read) return read;
        preview = mail::preview_of(*part, raw);
    }
    separate();
    session_.out() += "PREVIEW ";
    if (session_.utf8()) {
        imap::print_utf8_string(session_.out(), preview);
    } else {
        imap::print_string(session_.out(), preview);
    }
    return {};
}

Result<> FetchPrinter::print(std::uint32_t sequence, const Message& message, const Keywords& keywords,
                             std::string_view summary) {
    const std::size_t start = session_.out().size();
    std::string& out = session_.out();
    begin(sequence, message.uid);
    search::MessageText text(session_.store(), message, summary);
    for (const auto& item : items_) {
        if (!is_summary_kind(item.kind)) {
            print_row_item(item, message, keywords);
            continue;
        }
        auto printed = print_summary_item(item, text);
        if (printed) continue;
        out.resize(start);
        return printed;
    }
    print_new_state(message, keywords);
    out += ")\r\n";
    return {};
}

Task<std::expected<void, FetchPrinter::Broken>> FetchPrinter::print_text(std::uint32_t sequence, Message message,
                                                                         const Keywords& keywords) {
    const std::size_t start = session_.out().size();
    sent_ = false;
    begin(sequence, message.uid);
    search::MessageText text(session_.store(), message);
    measured_.clear();
    for (const auto& item : items_) {
        Result<> printed;
        if (item.kind == Kind::binary || item.kind == Kind::binary_size) {
            printed = co_await print_binary(item, text);
        } else if (item.kind == Kind::preview) {
            printed = print_preview(text);
        } else if (is_text_kind(item.kind)) {
            printed = co_await print_section(item, text);
        } else if (is_summary_kind(item.kind)) {
            printed = print_summary_item(item, text);
        } else {
            print_row_item(item, message, keywords);
        }
        if (printed) continue;
        if (!sent_) session_.out().resize(start);
        co_return std::unexpected(Broken{printed.error(), !sent_});
    }
    print_new_state(message, keywords);
    session_.out() += ")\r\n";
    co_return {};
}

void FetchPrinter::print_label(const imap::FetchItem& item) {
    std::string& out = session_.out();
    separate();
    switch (item.kind) {
        case Kind::rfc822:
            out += "RFC822";
            return;
        case Kind::rfc822_header:
            out += "RFC822.HEADER";
            return;
        case Kind::rfc822_text:
            out += "RFC822.TEXT";
            return;
        case Kind::binary_size:
            out += "BINARY.SIZE";
            break;
        case Kind::binary:
            out += "BINARY";
            break;
        default:
            out += "BODY";
            break;
    }
    imap::print_section(out, item.section);
    if (!item.partial) return;
    out += '<';
    imap::print_number(out, item.partial->offset);
    out += '>';
}

// BODY[section]<offset.count>: a part beyond the end is empty; a part that is not there is NIL.
Task<Result<>> FetchPrinter::print_section(const imap::FetchItem& item, search::MessageText& text) {
    const auto found = find_section(text, section_of(item));
    if (!found) co_return fail(found.error());
    print_label(item);
    if (!*found) {
        session_.out() += " NIL";
        co_return Result<>();
    }
    const SectionBytes& section = **found;
    const std::uint64_t length = section.built ? section.built->size() : section.length;
    const std::uint64_t skip = item.partial ? std::min(item.partial->offset, length) : 0;
    const std::uint64_t count = item.partial ? std::min(item.partial->count, length - skip) : length;
    session_.out() += ' ';
    imap::print_literal_header(session_.out(), count);
    if (section.built) {
        const std::size_t start = session_.out().size();
        session_.out() += std::string_view(*section.built).substr(skip, count);
        hide_nuls(session_.out(), start);
        co_return Result<>();
    }
    auto streamed = co_await stream(section.offset + skip, count, text);
    co_return streamed;
}

Task<Result<>> FetchPrinter::stream(std::uint64_t offset, std::uint64_t length, search::MessageText& text) {
    while (length > 0) {
        const std::uint64_t chunk = std::min(chunk_bytes, length);
        const std::size_t start = session_.out().size();
        auto read = text.read(offset, chunk, session_.out());
        if (!read) co_return read;
        hide_nuls(session_.out(), start);
        offset += chunk;
        length -= chunk;
        if (session_.out().size() < chunk_bytes) continue;
        auto flushed = co_await session_.flush();
        sent_ = true;
        if (!flushed) co_return flushed;
    }
    co_return Result<>();
}

// BINARY[part]<offset.count> and BINARY.SIZE[part]: decoded twice, once to know the size and once to send.
Task<Result<>> FetchPrinter::print_binary(const imap::FetchItem& item, search::MessageText& text) {
    const auto found = find_encoded_part(text, item.section);
    if (!found) co_return fail(found.error());
    const bool size_only = item.kind == Kind::binary_size;
    if (*found && (*found)->encoding == mail::Encoding::other) co_return fail(unknown_encoding());
    if (!*found) {
        print_label(item);
        session_.out() += size_only ? " 0" : " NIL";
        co_return Result<>();
    }
    const auto place = std::pair((*found)->offset, (*found)->length);
    auto known = measured_.find(place);
    if (known == measured_.end()) {
        const auto size = co_await measure_decoded(text, **found);
        if (!size) co_return fail(size.error());
        known = measured_.emplace(place, *size).first;
    }
    const auto* decoded = &known->second;
    print_label(item);
    session_.out() += ' ';
    if (size_only) {
        imap::print_number(session_.out(), decoded->bytes);
        co_return Result<>();
    }
    const std::uint64_t skip = item.partial ? std::min(item.partial->offset, decoded->bytes) : 0;
    const std::uint64_t count = item.partial ? std::min(item.partial->count, decoded->bytes - skip) : decoded->bytes;
    if (decoded->has_nul) session_.out() += '~';
    imap::print_literal_header(session_.out(), count);
    auto streamed = co_await stream_decoded(**found, skip, count, text);
    co_return streamed;
}

Task<Result<>> FetchPrinter::stream_decoded(const EncodedPart& part, std::uint64_t skip, std::uint64_t count,
                                            search::MessageText& text) {
    const auto decoder = mail::make_decoder(part.encoding);
    std::string raw;
    std::string decoded;
    const auto pass_on = [&] {
        const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip, decoded.size()));
        skip -= skipped;
        const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(count, decoded.size() - skipped));
        count -= taken;
        session_.out().append(decoded, skipped, taken);
        decoded.clear();
    };
    for (std::uint64_t done = 0; done < part.length && count > 0; done += raw.size()) {
        raw.clear();
        auto read = text.read(part.offset + done, std::min(chunk_bytes, part.length - done), raw);
        if (!read) co_return read;
        decoder->feed(raw, decoded);
        pass_on();
        if (session_.out().size() < chunk_bytes) {
            co_await net::Worker::current().sleep_for(std::chrono::milliseconds(0));  // others have their turn
            continue;
        }
        auto flushed = co_await session_.flush();
        sent_ = true;
        if (!flushed) co_return flushed;
    }
    decoder->finish(decoded);
    pass_on();
    co_return Result<>();
}

}  // namespace helio::store::imapd
