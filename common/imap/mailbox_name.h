// Mailbox names between wire and store (RFC 9051 §5.1, RFC 3501 §5.1): UTF-8 inside, modified UTF-7 towards clients
// that have not enabled UTF-8; and LIST's wildcard patterns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace helio::imap {

/// The name as UTF-8; "INBOX" for the inbox in any case, also as the first part of a longer name ("inbox/x").
/// Nothing when it is not well-formed. `utf8`: the client enabled IMAP4rev2 or UTF8=ACCEPT.
std::optional<std::string> decode_mailbox(std::string_view wire, bool utf8);
/// As decode_mailbox(), for LIST patterns: wildcards stay and INBOX is left as written.
std::optional<std::string> decode_pattern(std::string_view wire, bool utf8);
/// Prints a mailbox name as astring in the client's form.
void print_mailbox(std::string& out, std::string_view name, bool utf8);

/// A LIST pattern (RFC 9051 §6.3.9): "*" matches anything, "%" anything but the separator. INBOX matches in any case.
/// Time is bounded by the product of both lengths; nothing grows with the number of wildcards.
class ListPattern {
public:
    ListPattern(std::string pattern, char separator);
    bool matches(std::string_view name) const;
    /// True when nothing but "*" is asked.
    bool matches_all() const { return pattern_ == "*"; }

private:
    bool run(std::string_view name) const;
    std::string pattern_;
    std::size_t least_bytes_ = 0;  // of a name that it matches: a longer pattern costs nothing
    char separator_;
    bool maybe_inbox_;  // the pattern can match INBOX written in another case
};

}  // namespace helio::imap
