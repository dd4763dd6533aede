// pb::EmailFilter (RFC 8621 §4.4.1) as the condition that store/search asks. An email matches when one of its copies
// does.
#pragma once

#include "store/search/condition.h"
#include "store/v1/store.pb.h"  // generated

namespace helio::store {

namespace pb = v1;

/// Errors: bad_name (an id that is none), too_many (nested deeper than 20, more than 500 filters or 50
/// texts).
Result<search::Condition> read_email_filter(const pb::EmailFilter& filter);

}  // namespace helio::store
