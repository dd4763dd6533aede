// Printers of what a FETCH answer says of a message without reading its text: flags, dates, sizes, ids.
// Used by FETCH, STORE and the untagged news.
#pragma once

#include <string>

#include "store/mailbox/message.h"

namespace helio::store::imapd {

/// "\Seen $Junk"; `recent` adds \Recent (IMAP4rev1).
void print_message_flags(std::string& out, const Message& message, const Keywords& keywords, bool recent);

struct FlagsFetch {
    bool uid_only = false;  ///< UIDFETCH (RFC 9586 §3.3)
    bool uid = false;
    bool modseq = false;
    bool recent = false;
    bool flags = true;  ///< false: MODSEQ alone (STORE ... .SILENT with CONDSTORE)
};
/// "* 5 FETCH (", or "* 17 UIDFETCH (" for clients that know no sequence numbers (RFC 9586 §3.3)
void print_fetch_head(std::string& out, std::uint32_t sequence, Uid uid, bool uid_only);
/// "* 5 FETCH (UID 17 FLAGS (\Seen) MODSEQ (9))"
void print_flags_fetch(std::string& out, std::uint32_t sequence, const Message& message, const Keywords& keywords,
                       FlagsFetch what);

}  // namespace helio::store::imapd
