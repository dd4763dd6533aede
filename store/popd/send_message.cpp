#include "store/popd/send_message.h"

#include <algorithm>

#include "common/storage/errc.h"

namespace helio::store {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

}  // namespace

std::unique_ptr<storage::Body> open_message(PopSession& session, const Maildrop::Entry* entry) {
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

Task<bool> send_message(PopSession& session, const storage::Body& body, TopCut* cut) {
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

}  // namespace helio::store
