#include "common/smtp/data_reader.h"
#include "store/lmtpd/commands.h"
#include "store/lmtpd/deliver.h"

namespace helio::store::lmtp {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

/// Until CRLF "." CRLF, whatever is wrong with the text: only then can the relay read a reply.
Task<Result<>> read_text(LmtpSession& session) {
    const auto& config = session.config();
    const auto end = session.in(config.message_timeout);
    smtp::DataReader reader;
    std::string text;
    while (!reader.complete()) {
        const auto deadline = std::min(end, session.in(config.data_timeout));
        const auto bytes = co_await session.wire().read_some(piece_bytes, deadline);
        if (!bytes) co_return fail(bytes.error());
        text.clear();
        const auto progress = reader.feed(*bytes, text);
        session.wire().unread(bytes->size() - progress.consumed);
        keep(session, text);
    }
    co_return Result<>();
}

}  // namespace

/// DATA (RFC 5321 §4.1.1.4); bare CR and LF are normalised, what comes from our own relays has none.
Task<Answer> cmd_data(LmtpSession& session, std::string_view argument) {
    if (auto refusal = smtp::refuse_argument(argument)) co_return std::move(*refusal);
    if (session.state() != State::recipients) co_return smtp::reply(503, {5, 5, 1}, "no valid recipients");
    session.wire().queue(smtp::print(smtp::plain_reply(354, "end the message with <CRLF>.<CRLF>")));
    const auto sent = co_await session.wire().flush(session.in(session.config().write_timeout));
    if (!sent) co_return Answer::hang_up();
    const auto received = co_await read_text(session);
    if (received) co_return co_await deliver(session);
    if (received.error().code != net::errc::timed_out) co_return Answer::hang_up();
    co_return smtp::reply(421, {4, 4, 2}, session.config().hostname + " timeout, closing");
}

}  // namespace helio::store::lmtp
