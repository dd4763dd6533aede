#include "store/imapd/url_part.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/imap/imap_url.h"
#include "common/imap/print.h"
#include "store/imapd/fetch_section.h"

namespace helio::store::imapd {

namespace {

constexpr std::uint64_t chunk_bytes = 64 * 1024;

// badurl-response-code = "BADURL" SP url-resp-text; any TEXT-CHAR except "]"
Reply bad_url(std::string_view url, std::string_view why) {
    constexpr std::size_t most_shown = 1000;
    std::string code = "BADURL ";
    imap::print_text(code, url.substr(0, most_shown));
    std::replace_if(
        code.begin(), code.end(), [](char c) { return c == ']' || static_cast<unsigned char>(c) >= 0x80; }, '?');
    return Reply::no(code, why);
}

bool is_here(const ImapSession& session, const imap::ImapUrl& url) {
    if (url.host.empty()) return true;
    if (!base::equals_ignoring_case(url.host, session.config().mailhost)) return false;
    return url.user.empty() || base::equals_ignoring_case(url.user, session.user_name());
}

std::optional<Mailbox> find_mailbox(ImapSession& session, const imap::ImapUrl& url) {
    if (url.mailbox) {
        auto found = session.store().find_mailbox(*url.mailbox);
        if (!found) return std::nullopt;
        return std::move(*found);
    }
    if (!session.has_selected()) return std::nullopt;
    return session.selected().mailbox();
}

// The bytes of the message that are meant.
Result<std::optional<SectionBytes>> find_bytes(search::MessageText& text, const imap::ImapUrl& url) {
    Result<std::optional<SectionBytes>> found = find_section(text, url.section.value_or(imap::Section{}));
    if (!found || !*found || !url.range) return found;
    SectionBytes& bytes = **found;
    const std::uint64_t length = bytes.built ? bytes.built->size() : bytes.length;
    const std::uint64_t skip = std::min(url.range->offset, length);
    const std::uint64_t count = std::min(url.range->length.value_or(length - skip), length - skip);
    if (bytes.built) bytes.built = bytes.built->substr(skip, count);
    bytes.offset += skip;
    bytes.length = count;
    return found;
}

}  // namespace

std::optional<Reply> add_url_part(ImapSession& session, const std::string& url, std::uint64_t most_bytes,
                                  AppendBody& body) {
    const auto parsed = imap::parse_imap_url(url);
    if (!parsed) return bad_url(url, parsed.error().text);
    if (!is_here(session, *parsed)) return bad_url(url, "URL of another server");
    const auto mailbox = find_mailbox(session, *parsed);
    if (!mailbox || (parsed->uid_validity && *parsed->uid_validity != mailbox->uid_validity.value)) {
        return bad_url(url, "No such mailbox");
    }
    std::optional<Message> message;
    const auto read =
        session.store().read(mailbox->id, [&](const MailboxView& view) { message = view.find(Uid{parsed->uid}); });
    if (!read || !message) return bad_url(url, "No such message");
    search::MessageText text(session.store(), *message);
    const auto found = find_bytes(text, *parsed);
    if (!found && search::is_gone(found.error())) return bad_url(url, "No such message");
    if (!found) return reply_of(found.error());
    if (!*found) return bad_url(url, "No such part");
    const SectionBytes& bytes = **found;
    const std::uint64_t length = bytes.built ? bytes.built->size() : bytes.length;
    if (body.size() > most_bytes || length > most_bytes - body.size()) {
        return Reply::no(imap::code::too_big, "Message too large");
    }
    if (bytes.built) body.add(*bytes.built);
    std::string chunk;
    for (std::uint64_t done = 0; !bytes.built && done < length; done += chunk.size()) {
        chunk.clear();
        const auto piece = text.read(bytes.offset + done, std::min(chunk_bytes, length - done), chunk);
        if (!piece && search::is_gone(piece.error())) return bad_url(url, "No such message");
        if (!piece) return reply_of(piece.error());
        body.add(chunk);
    }
    if (body.refused()) return reply_of(*body.refused());
    return std::nullopt;
}

}  // namespace helio::store::imapd
