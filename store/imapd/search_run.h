// The search that SEARCH, SORT and THREAD have in common (RFC 9051 §6.4.4, RFC 5256 §3): which messages of the selected
// mailbox match. Rows are read in steps from snapshots, with their summaries where a key needs them; texts only for
// messages that the rest does not decide. Between steps other sessions of the worker have their turn.
#pragma once

#include "common/imap/search_key.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

struct SearchFound {
    UidSet uids;
    std::optional<ModSeq> modseq;  ///< greatest of those found, when a MODSEQ key asks for it (RFC 7162 §3.1.5)
};

/// How the command ends when the search can't be run: an unknown charset (then nothing stays saved), sequence numbers
/// after ENABLE UIDONLY.
std::optional<Reply> refuse_search(ImapSession& session, const imap::SearchArguments& search);

/// `search` and `tag` (for signs of life) must hold until the answer; refuse_search() must have let it pass.
/// Errors: those of search::MessageText::read().
Task<Result<SearchFound>> run_search(ImapSession& session, const imap::SearchArguments& search, const std::string& tag);
/// The same in `mailbox`, which is not the session's selected one or is.
Task<Result<SearchFound>> run_search_in(ImapSession& session, const Selected& mailbox,
                                        const imap::SearchArguments& search, const std::string& tag);

/// True when SAVE keeps the whole result: unless MIN, MAX or PARTIAL are asked for and neither ALL nor COUNT
/// (RFC 9051 §6.4.4.1, RFC 9394 §3.2).
bool saves_all(std::uint8_t options);
UidSet saved_part(const UidSet& found, const imap::SearchArguments& search);
/// As the answer shows them: UIDs or sequence numbers.
imap::NumberSet numbers_of(const Selected& selected, const UidSet& uids, bool uid);

}  // namespace helio::store::imapd
