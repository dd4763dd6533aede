// Message ids of Message-ID, In-Reply-To and References (RFC 5322 §3.6.4), as RFC 5256 §3 compares them: without
// comments, folds and quoting, so that <"a b"@x> and <a b@x>, or <"01"@x> and <01@x>, are the same. Used by THREAD and
// thread ids. Tolerant of what mail holds: an id without "@" is one too; what is no id is passed over.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace helio::mail {

/// An id longer than this (normalised) is no id.
inline constexpr std::size_t message_id_most = 1000;

/// Takes the next id from the front of `text`; nothing (and an empty `text`) when there is none.
std::optional<std::string> next_message_id(std::string_view& text);
/// The first id, if any.
std::optional<std::string> first_message_id(std::string_view text);

/// What a message says of its ancestors (RFC 5256 §3, References and In-Reply-To): the ids of References in their
/// order, or when that has none, the first of In-Reply-To. At most `most`: the first, then the newest.
std::vector<std::string> ancestors(std::string_view references, std::string_view in_reply_to, std::size_t most = 1000);

}  // namespace helio::mail
