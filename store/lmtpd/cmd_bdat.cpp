#include "common/smtp/chunk_reader.h"
#include "store/lmtpd/commands.h"
#include "store/lmtpd/deliver.h"

namespace helio::store::lmtp {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

/// The chunk must leave the wire even when it is refused: its bytes are no commands. `wanted`: into the transaction.
Task<Result<>> read_chunk(LmtpSession& session, std::uint64_t chunk_bytes, bool wanted) {
    const auto& config = session.config();
    const auto end = session.in(config.message_timeout);
    smtp::ChunkReader chunk(chunk_bytes);
    std::string text;
    while (!chunk.complete()) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, chunk.left()));
        const auto deadline = std::min(end, session.in(config.data_timeout));
        const auto bytes = co_await session.wire().read_some(most, deadline);
        if (!bytes) co_return fail(bytes.error());
        chunk.take(*bytes);
        if (!wanted) continue;
        text.clear();
        session.transaction()->cleaner.feed(*bytes, text);
        keep(session, text);
    }
    co_return Result<>();
}

Task<Answer> finish_chunks(LmtpSession& session) {
    std::string rest;
    session.transaction()->cleaner.finish(rest);
    keep(session, rest);
    co_return co_await deliver(session);
}

}  // namespace

/// BDAT (RFC 3030 §2); after LAST one reply per recipient as after DATA (RFC 2033 §4.3).
Task<Answer> cmd_bdat(LmtpSession& session, std::string_view argument) {
    const auto command = smtp::parse_bdat(argument);
    // Without a size nobody knows where the next command starts.
    if (!command) co_return Answer({command.error()}, true);
    if (command->chunk_bytes > 2 * session.config().message_bytes) {
        co_return Answer({smtp::reply(552, {5, 3, 4}, "message too big")}, true);
    }
    const bool wanted = session.state() == State::recipients || session.state() == State::chunks;
    const auto received = co_await read_chunk(session, command->chunk_bytes, wanted);
    if (!received) {
        if (received.error().code != net::errc::timed_out) co_return Answer::hang_up();
        co_return smtp::reply(421, {4, 4, 2}, session.config().hostname + " timeout, closing");
    }
    if (!wanted) co_return smtp::reply(503, {5, 5, 1}, "no valid recipients");
    if (command->last) co_return co_await finish_chunks(session);
    session.set_state(State::chunks);
    // The transaction stays: a relay that pipelines LAST counts on one reply per recipient.
    if (const auto& failure = session.transaction()->failure) co_return reply_to(*failure);
    co_return smtp::reply(250, {2, 0, 0}, std::to_string(command->chunk_bytes) + " bytes received");
}

}  // namespace helio::store::lmtp
