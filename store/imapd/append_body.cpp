#include "store/imapd/append_body.h"

namespace helio::store::imapd {

Task<Result<AppendBody>> read_append_body(ImapSession& session, std::uint64_t bytes) {
    std::string text;
    auto read = co_await session.wire().read_exactly(static_cast<std::size_t>(bytes), text,
                                                     session.deadline(session.config().idle_timeout));
    if (!read) co_return fail(read.error());
    AppendBody result;
    result.has_nul = text.find('\0') != std::string::npos;
    result.body = storage::body_in_memory(std::move(text));
    co_return result;
}

}  // namespace helio::store::imapd
