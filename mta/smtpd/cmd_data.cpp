#include "mta/smtpd/commands.h"
#include "mta/smtpd/receive.h"

namespace helio::mta {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

// Until CRLF.CRLF, whatever is wrong with the text: only then can the client read a reply.
Task<Result<>> read_text(Session& session, smtp::DataReader& reader) {
    const auto& settings = session.settings();
    const auto end = session.in(settings.message_timeout);
    std::string text;
    while (!reader.complete()) {
        const auto deadline = std::min(end, session.in(settings.data_timeout));
        const auto bytes = co_await session.wire().read_some(piece_bytes, deadline);
        if (!bytes) co_return fail(bytes.error());
        text.clear();
        const auto progress = reader.feed(*bytes, text);
        session.wire().unread(bytes->size() - progress.consumed);
        store(session, text);
    }
    co_return {};
}

}  // namespace

Task<Answer> cmd_data(Session& session, std::string_view argument) {
    if (auto refusal = smtp::refuse_argument(argument)) co_return std::move(*refusal);
    if (session.state() != State::recipients) co_return smtp::reply(554, {5, 5, 1}, "no valid recipients");
    auto sent = co_await session.send_now(smtp::plain_reply(354, "end the message with <CRLF>.<CRLF>"));
    if (!sent) co_return Answer(std::nullopt, true);
    smtp::DataReader reader;
    auto received = co_await read_text(session, reader);
    if (!received) {
        if (received.error().code != net::errc::timed_out) co_return Answer(std::nullopt, true);
        co_return smtp::reply(421, {4, 4, 2}, session.settings().hostname + " timeout, closing");
    }
    co_return co_await finish(session, reader.dirty());
}

}  // namespace helio::mta
