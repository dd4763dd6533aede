// FetchItem: one thing that FETCH asks for (RFC 9051 §6.4.5): an attribute, BODY[section]<partial>, BINARY.
// Macros are expanded by the parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/imap/partial_range.h"
#include "common/imap/seq_set.h"

namespace helio::imap {

/// section-spec: which part of the message, and what of it.
struct Section {
    enum class Kind { whole, header, header_fields, header_fields_not, mime, text };
    std::vector<std::uint32_t> part;  ///< empty: the message itself
    Kind kind = Kind::whole;
    std::vector<std::string> fields;  ///< of header_fields and header_fields_not, as written
    bool operator==(const Section&) const = default;
};

/// "<offset.count>"
struct Partial {
    std::uint64_t offset = 0;
    std::uint64_t count = 0;  ///< at least 1
    bool operator==(const Partial&) const = default;
};

struct FetchItem {
    enum class Kind {
        uid,
        flags,
        internal_date,
        rfc822_size,
        envelope,
        body,
        body_structure,
        modseq,
        body_section,  // BODY[...] and BODY.PEEK[...]
        rfc822,
        rfc822_header,
        rfc822_text,  // RFC 3501 §6.4.5
        binary,
        binary_size,  // RFC 9051 §6.4.5, RFC 3516
        email_id,
        thread_id,
        save_date,  // RFC 8474, RFC 8514
        preview,    // RFC 8970
    };
    Kind kind = Kind::uid;
    bool peek = false;  ///< with body_section and binary: does not set \Seen
    bool lazy = false;  ///< with preview: only when it costs nothing
    Section section = {};
    std::optional<Partial> partial = {};
    bool operator==(const FetchItem&) const = default;

    /// True when fetching it sets \Seen.
    bool sets_seen() const;
};

struct FetchArguments {
    SeqSet set;
    std::vector<FetchItem> items;                ///< without duplicates
    std::optional<std::uint64_t> changed_since;  ///< RFC 7162 §3.1.4.1
    bool vanished = false;                       ///< RFC 7162 §3.2.6 (QRESYNC)
    std::optional<PartialRange> page;            ///< RFC 9394 §3.4: only these of what would be told
    bool operator==(const FetchArguments&) const = default;
};

struct FetchLimits {
    std::size_t items = 256;
    std::size_t part_depth = 64;
    std::size_t fields = 512;
};

FetchArguments parse_fetch(Cursor& in, FetchLimits limits = {});
/// "(" fetch-att *(SP fetch-att) ")" alone (RFC 5465 §8: of MessageNew)
std::vector<FetchItem> parse_fetch_items(Cursor& in, FetchLimits limits = {});
void print_fetch_items(std::string& out, const std::vector<FetchItem>& items);
void print_fetch(std::string& out, const FetchArguments& arguments);
/// "[1.2.HEADER.FIELDS (To Cc)]", with the brackets; used in answers too.
void print_section(std::string& out, const Section& section);
/// As in a command: "BODY.PEEK[]<0.100>".
void print_fetch_item(std::string& out, const FetchItem& item);

}  // namespace helio::imap
