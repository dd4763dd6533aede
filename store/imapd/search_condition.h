// A SEARCH key (RFC 9051 §6.4.4) as the condition that store/search asks: strings become folded UTF-8, sets and
// \Recent the UIDs that this session knows by them, dates and ages ranges. Pure.
#pragma once

#include "common/imap/search_key.h"
#include "store/imapd/selected.h"
#include "store/search/condition.h"

namespace helio::store::imapd {

/// What keys are read against.
struct SearchContext {
    std::string_view charset;  ///< of the strings: empty, UTF-8, US-ASCII or one that mail::is_known_charset()
    const Selected& selected;
    std::int64_t now = 0;  ///< seconds since 1970
};

search::Condition to_condition(const imap::SearchKey& key, const SearchContext& context);

}  // namespace helio::store::imapd
