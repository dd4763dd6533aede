#include "store/imapd/append_body.h"

#include <algorithm>

#include "common/storage/body_spool.h"

namespace helio::store::imapd {

namespace {

constexpr std::uint64_t piece_bytes = 64 * 1024;

}  // namespace

Task<Result<AppendBody>> read_append_body(ImapSession& session, std::uint64_t bytes) {
    AppendBody result;
    const auto text = std::make_shared<storage::BodySpool>(session.services().spool);
    while (bytes > 0) {
        const auto most = static_cast<std::size_t>(std::min(bytes, piece_bytes));
        const auto piece = co_await session.wire().read_some(most, session.idle_deadline());
        if (!piece) co_return fail(piece.error());
        bytes -= piece->size();
        result.has_nul = result.has_nul || piece->find('\0') != std::string_view::npos;
        if (result.refused) continue;
        const auto kept = text->append(*piece);
        if (!kept) result.refused = kept.error();
    }
    result.body = text;
    co_return result;
}

}  // namespace helio::store::imapd
