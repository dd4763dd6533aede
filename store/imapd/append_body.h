// AppendBody: a message on its way in, from literals and parts of other messages: in memory while small, else in an
// unlinked file, within the budget of all sessions (storage::BodySpool).
#pragma once

#include <optional>

#include "common/storage/body_spool.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

class AppendBody {
public:
    explicit AppendBody(ImapSession& session)
        : session_(session), text_(std::make_shared<storage::BodySpool>(session.services().spool)) {}

    /// Reads exactly `bytes` bytes from the wire, also when they can't be kept. Errors: those of the wire.
    Task<Result<>> read_literal(std::uint64_t bytes);
    void add(std::string_view bytes);

    std::uint64_t size() const { return text_->size(); }
    bool has_nul() const { return has_nul_; }
    /// Why bytes could not be kept.
    const std::optional<Error>& refused() const { return refused_; }
    std::shared_ptr<const storage::BodySource> text() const { return text_; }

private:
    ImapSession& session_;
    std::shared_ptr<storage::BodySpool> text_;
    bool has_nul_ = false;
    std::optional<Error> refused_;
};

}  // namespace helio::store::imapd
