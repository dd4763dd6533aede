// What GETMETADATA and LIST ... RETURN (METADATA ...) answer: the values of the entries that were asked for (RFC 5464
// §4.2, RFC 9590). Reads one snapshot.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/imapd/session.h"

namespace helio::store::imapd {

struct MetadataAnswer {
    std::vector<std::pair<std::string, std::optional<std::string>>> values;  ///< no value: NIL
    std::size_t longest_left_out = 0;                                        ///< bytes of the greatest above the limit
};

/// `entries` are canonical; `depth` and `max_size` as asked. Without a mailbox: the server's. Entries that have no
/// value are told with NIL when just they are asked for. Errors: those of UserStore::each_annotation().
Result<MetadataAnswer> read_metadata(const ImapSession& session, std::optional<MailboxId> mailbox,
                                     const std::vector<std::string>& entries, imap::GetMetadataArguments::Depth depth,
                                     std::optional<std::uint32_t> max_size);

/// Canonical names; nothing when one is not well-formed. `roots`: "/private" and "/shared" are names too.
std::optional<std::vector<std::string>> metadata_names(const std::vector<std::string>& entries, bool roots);

}  // namespace helio::store::imapd
