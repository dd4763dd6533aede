// The search that SEARCH, SORT and THREAD have in common (RFC 9051 §6.4.4, RFC 5256 §3): which messages of the selected
// mailbox match. Rows are read in steps from snapshots, with their summaries where a key needs them; texts only for
// messages that the rest does not decide. Between steps other sessions of the worker have their turn.
#pragma once

#include "store/imapd/search_program.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

struct SearchFound {
    UidSet uids;
    std::optional<ModSeq> modseq;  ///< greatest of those found, when a MODSEQ key asks for it (RFC 7162 §3.1.5)
};

/// False: the command ends with refuse_charset().
bool is_usable_charset(std::string_view charset);
Reply refuse_charset();

/// `search` must hold until the answer; its charset must be usable. Errors: those of MessageText::read().
Task<Result<SearchFound>> run_search(ImapSession& session, const imap::SearchArguments& search);

/// What SAVE keeps of the result (RFC 9051 §6.4.4.1).
UidSet saved_part(const UidSet& found, std::uint8_t options);
/// As the answer shows them: UIDs or sequence numbers.
imap::NumberSet numbers_of(const Selected& selected, const UidSet& uids, bool uid);

}  // namespace helio::store::imapd
