// QUIT (RFC 1939 §6): the UPDATE state. Deletions are durable before +OK; when they can't be, -ERR says so, and some
// may have been removed. \Seen marks go with them, in one commit where there is only one; that they fail is not the
// client's business. An outcome that can't be told is not told.
#include "common/base/event.h"
#include "common/storage/errc.h"
#include "store/popd/commands.h"

namespace helio::store {
namespace {

Task<> expunge(PopSession& session, UidSet uids, Result<>& result) {
    const auto count = uids.size();
    auto expunged = co_await session.store().expunge(session.maildrop().mailbox(), std::move(uids));
    if (!expunged) {
        result = fail(std::move(expunged).error());
        co_return;
    }
    session.services().metrics.deleted.add(count);
    session.count_deleted(count);
}

Task<> mark_seen(PopSession& session, UidSet uids) {
    FlagList flags;
    flags.flags = flags.flags.with(Flag::seen);
    StoreFlags request{session.maildrop().mailbox(), std::move(uids), FlagAction::add, std::move(flags), std::nullopt};
    auto stored = co_await session.store().store_flags(std::move(request));
    if (stored) co_return;
    session.services().log.info("pop3.mark_seen", {{"session", session.id()}, {"error", to_string(stored.error())}});
}

// Both at once: the partition gathers them. The references are to this frame, which outlives both.
Task<Result<>> update(PopSession& session) {
    Result<> deleted;
    std::exception_ptr failure;
    base::Event ended;
    int under_way = 0;
    const auto run = [&](Task<> task) {
        ++under_way;
        base::start(std::move(task), [&](std::exception_ptr thrown) {
            --under_way;
            if (thrown) failure = thrown;
            ended.notify();
        });
    };
    auto uids = session.maildrop().deleted();
    auto seen = session.maildrop().newly_seen();
    if (!uids.empty()) run(expunge(session, std::move(uids), deleted));
    if (session.config().mark_seen && !seen.empty()) run(mark_seen(session, std::move(seen)));
    while (under_way > 0) co_await ended.wait();
    if (failure) std::rethrow_exception(failure);
    co_return deleted;
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
    const auto& code = updated.error().code;
    session.services().log.error("pop3.update", {{"session", session.id()}, {"error", to_string(updated.error())}});
    if (code != make_error_code(storage::errc::stopped)) {
        const bool forbidden = code == make_error_code(errc::no_permission);
        session.error(forbidden ? "SYS/PERM" : "SYS/TEMP", "Some deleted messages were not removed");
    }
    session.end("update failed");
}

}  // namespace helio::store
