// QUIT (RFC 1939 §6): the UPDATE state. Deletions and \Seen marks are durable before +OK; when they can't be, -ERR says
// so and nothing was deleted. An outcome that can't be told is not told.
#include "common/storage/errc.h"
#include "store/popd/commands.h"

namespace helio::store {
namespace {

Task<Result<>> update(PopSession& session) {
    auto& store = session.services().store;
    auto& drop = session.maildrop();
    auto deleted = drop.deleted();
    auto seen = drop.newly_seen();
    if (!deleted.empty()) {
        const auto count = deleted.size();
        auto expunged = co_await store.expunge(drop.mailbox(), std::move(deleted));
        if (!expunged) co_return fail(std::move(expunged).error());
        session.services().metrics.deleted.add(count);
        session.count_deleted(count);
    }
    if (session.config().mark_seen && !seen.empty()) {
        FlagList flags;
        flags.flags = flags.flags.with(Flag::seen);
        StoreFlags request{drop.mailbox(), std::move(seen), FlagAction::add, std::move(flags), std::nullopt};
        auto stored = co_await store.store_flags(std::move(request));
        if (!stored) co_return fail(std::move(stored).error());
    }
    co_return Result<>();
}

}  // namespace

Task<> cmd_quit(PopSession& session, std::string) {
    if (session.state() == PopState::authorization) {
        session.ok("Bye");
        session.end("logout");
        co_return;
    }
    auto updated = co_await update(session);
    session.release_maildrop();
    if (updated) {
        session.ok("Bye");
        session.end("logout");
        co_return;
    }
    session.services().log.error("pop3.update", {{"session", session.id()}, {"error", to_string(updated.error())}});
    if (updated.error().code != make_error_code(storage::errc::stopped))
        session.error("SYS/TEMP", "Some deleted messages were not removed");
    session.end("update failed");
}

}  // namespace helio::store
