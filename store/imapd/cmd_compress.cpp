// COMPRESS (RFC 4978): the stream is deflated both ways after the tagged OK. Only after a login, and once.
#include "store/imapd/commands.h"

namespace helio::store::imapd {

namespace {

constexpr std::string_view compression_active = "COMPRESSIONACTIVE";

}  // namespace

Task<Reply> cmd_compress(ImapSession& session, const imap::Command& command) {
    if (std::get<imap::CompressArguments>(command.arguments).algorithm != "DEFLATE") {
        co_return Reply::no({}, "Only DEFLATE is known");
    }
    if (session.compressed()) co_return Reply::no(compression_active, "DEFLATE is active already");
    imap::print_status_response(session.out(), command.tag, imap::Status::ok, {}, "DEFLATE active");
    auto sent = co_await session.flush();
    if (!sent) co_return Reply::hang_up();
    session.start_compression();
    co_return Reply::already_sent();
}

}  // namespace helio::store::imapd
