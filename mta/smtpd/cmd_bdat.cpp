#include "common/smtp/chunk_reader.h"
#include "mta/smtpd/commands.h"
#include "mta/smtpd/receive.h"

namespace helio::mta {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

// The chunk must leave the wire even when it is refused: its bytes are not commands. `keep`: into the transaction.
Task<Result<>> read_chunk(Session& session, std::uint64_t chunk_bytes, bool keep) {
    const auto& settings = session.settings();
    const auto end = session.in(settings.message_timeout);
    smtp::ChunkReader chunk(chunk_bytes);
    std::string text;
    while (!chunk.complete()) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, chunk.left()));
        const auto deadline = std::min(end, session.in(settings.data_timeout));
        const auto bytes = co_await session.wire().read_some(most, deadline);
        if (!bytes) co_return fail(bytes.error());
        chunk.take(*bytes);
        if (!keep) continue;
        text.clear();
        session.transaction()->cleaner.feed(*bytes, text);
        store(session, text);
    }
    co_return {};
}

// A chunk that would be taken only to be thrown away: the client had SIZE to know.
bool is_absurd(const Session& session, std::uint64_t chunk_bytes) {
    return chunk_bytes > 2 * session.settings().message_bytes;
}

Task<smtp::Reply> finish_chunks(Session& session) {
    auto& transaction = *session.transaction();
    std::string rest;
    transaction.cleaner.finish(rest);
    if (!transaction.cleaner.at_line_start()) rest += "\r\n";  // what follows is text that must start a line
    store(session, rest);
    co_return co_await finish(session, transaction.cleaner.dirty());
}

}  // namespace

Task<Answer> cmd_bdat(Session& session, std::string_view argument) {
    const auto command = smtp::parse_bdat(argument);
    // Without a size nobody knows where the next command starts.
    if (!command) co_return Answer(command.error(), true);
    if (is_absurd(session, command->chunk_bytes)) {
        co_return Answer(smtp::reply(552, {5, 3, 4}, "message too big"), true);
    }
    const auto state = session.state();
    const bool keep = state == State::recipients || state == State::chunks;
    auto received = co_await read_chunk(session, command->chunk_bytes, keep);
    if (!received) {
        if (received.error().code != net::errc::timed_out) co_return Answer(std::nullopt, true);
        co_return smtp::reply(421, {4, 4, 2}, session.settings().hostname + " timeout, closing");
    }
    if (state == State::mail) co_return smtp::reply(554, {5, 5, 1}, "no valid recipients");
    if (!keep) co_return smtp::reply(503, {5, 5, 1}, "bad sequence of commands");
    if (command->last) co_return co_await finish_chunks(session);
    session.set_state(State::chunks);
    if (const auto& failure = session.transaction()->failure) co_return *failure;
    co_return smtp::reply(250, {2, 0, 0}, std::to_string(command->chunk_bytes) + " bytes received");
}

}  // namespace helio::mta
