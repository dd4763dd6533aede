// RETR and TOP (RFC 1939 §5, §7): a message, or its beginning, streamed in pieces; a slow reader slows us, not our
// memory. Damage found after the first line can only be told by hanging up: an ended response would be a lie.
#include <algorithm>

#include "common/base/text.h"
#include "common/storage/errc.h"
#include "store/popd/commands.h"
#include "store/popd/dot_text.h"

namespace helio::store {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

/// Sends `body` up to where `cut` says (nullptr: all of it). False when the session is over.
Task<bool> stream(PopSession& session, const storage::Body& body, TopCut* cut) {
    DotText text;
    std::string piece;
    std::string out;
    for (std::uint64_t at = 0; at < body.size() && !(cut && cut->done()); at += piece.size()) {
        piece.clear();
        const auto length = std::min<std::uint64_t>(piece_bytes, body.size() - at);
        auto read = body.read(at, length, piece);
        if (!read || piece.empty()) {
            const auto reason = read ? std::string("empty read") : to_string(read.error());
            session.services().log.error("pop3.read", {{"session", session.id()}, {"error", reason}});
            session.end("message can't be read");
            co_return false;
        }
        const auto wanted = cut ? cut->take(piece) : piece.size();
        out.clear();
        text.feed(std::string_view(piece).substr(0, wanted), out);
        const bool sent = co_await session.send(out);
        if (!sent) co_return false;
    }
    out.clear();
    text.finish(out);
    const bool sent = co_await session.send(out);
    co_return sent;
}

/// Opens the message of that number; nullptr when it can't be (and that is told).
std::unique_ptr<storage::Body> open(PopSession& session, const Maildrop::Entry* entry) {
    if (!entry) {
        session.error({}, "No such message");
        return nullptr;
    }
    auto body = session.services().store.open_body(entry->body);
    if (body) return std::move(*body);
    if (body.error().code == make_error_code(storage::errc::no_such_body)) {
        session.error({}, "Message was deleted meanwhile");
        return nullptr;
    }
    session.services().log.error("pop3.read", {{"session", session.id()}, {"error", to_string(body.error())}});
    session.error("SYS/TEMP", "Message can't be read now");
    return nullptr;
}

}  // namespace

Task<> cmd_retr(PopSession& session, std::string argument) {
    const auto* entry = session.maildrop().find(pop_words(argument).front());
    const auto body = open(session, entry);
    if (!body) co_return;
    session.ok(std::to_string(entry->size) + " octets");
    const bool sent = co_await stream(session, *body, nullptr);
    if (!sent) co_return;
    session.maildrop().mark_retrieved(*entry);
    session.services().metrics.retrieved.add();
    session.count_retrieved();
}

Task<> cmd_top(PopSession& session, std::string argument) {
    const auto words = pop_words(argument);
    const auto lines = base::parse_number(words[1]);
    if (!lines) {
        session.bad("Bad number of lines");
        co_return;
    }
    const auto body = open(session, session.maildrop().find(words[0]));
    if (!body) co_return;
    session.ok("Top of the message follows");
    TopCut cut(*lines);
    co_await stream(session, *body, &cut);
}

}  // namespace helio::store
