// SearchKey: the tree of a SEARCH command (RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 7162 MODSEQ, RFC 5032 YOUNGER/OLDER,
// RFC 8514 SAVEDON and the like). Parsed with bounded nesting and size; strings stay in the charset that the client
// named.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/imap/date.h"
#include "common/imap/partial_range.h"
#include "common/imap/seq_set.h"

namespace helio::imap {

struct SearchKey {
    enum class Kind {
        all,
        all_of,
        any_of,
        negated,  // all_of, any_of, negated use `children`
        sequence,
        uid,  // `set`
        answered,
        deleted,
        draft,
        flagged,
        recent,
        seen,
        new_,     // UNSEEN and the like are negated; OLD is not RECENT
        keyword,  // `text`
        before,
        on,
        since,
        sent_before,
        sent_on,
        sent_since,
        saved_before,
        saved_on,
        saved_since,  // `date`
        larger,
        smaller,  // `number`: bytes
        older,
        younger,  // `number`: seconds
        modseq,   // `number`
        bcc,
        body,
        cc,
        from,
        subject,
        text,
        to,  // `text`
        email_id,
        thread_id,  // `text`: an object id (RFC 8474 §5.3)
        header,     // `name` and `text`
    };
    Kind kind = Kind::all;
    std::string name = {};
    std::string text = {};
    std::uint64_t number = 0;
    Date date = {};
    SeqSet set = {};
    std::vector<SearchKey> children = {};
    bool operator==(const SearchKey&) const = default;

    /// True when it or a child uses message sequence numbers ("$" is none).
    bool uses_sequence_numbers() const;
    bool uses(Kind wanted) const;
};

struct SearchLimits {
    unsigned depth = 500;  // a chain of OR is as deep as it is long
    unsigned keys = 1000;
    unsigned texts = 50;  // BODY and TEXT: each goes through all that is decoded
};

/// search-key *(SP search-key): several are AND. Fails with a text that names the fault.
SearchKey parse_search_keys(Cursor& in, SearchLimits limits = {});
/// The same text form again; for tests and logs.
void print_search_key(std::string& out, const SearchKey& key);

/// Bits of SearchArguments::return_options.
enum SearchReturn : std::uint8_t {
    return_min = 1,
    return_max = 2,
    return_all = 4,
    return_count = 8,
    return_save = 16,
    return_partial = 32,  ///< RFC 9394
};

struct SearchArguments {
    bool extended = false;  ///< RETURN was given: the answer is ESEARCH
    std::uint8_t return_options = 0;
    PartialRange partial;  ///< with return_partial
    std::string charset;   ///< upper case; empty: US-ASCII or UTF-8
    SearchKey key;
    bool operator==(const SearchArguments&) const = default;
};
SearchArguments parse_search(Cursor& in);
/// Behind the word RETURN: the options in parentheses and the space behind them; SORT has them too (RFC 5267).
void parse_search_return(Cursor& in, SearchArguments& into);
/// " RETURN (MIN)"; nothing when `arguments` are not extended.
void print_search_return(std::string& out, const SearchArguments& arguments);
void print_search(std::string& out, const SearchArguments& arguments);

}  // namespace helio::imap
