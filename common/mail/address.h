// Address: a mailbox of the envelope (RFC 5321 §4.1.2), or the null reverse path. A value: parsed once at the edge,
// passed on, printed where a peer or a log needs it. Used by SMTP, LMTP, routing and the DSN builder.
// Always holds: the local part is unquoted and non-empty, without control characters, valid UTF-8; the domain is lower
// case with A-labels, or an address literal in brackets; lengths are within RFC 5321 §4.5.3.1.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/mail/errc.h"

namespace helio::mail {

/// What parse_path() accepts besides a plain mailbox.
struct PathRule {
    bool utf8 = false;             ///< SMTPUTF8 was asked for (RFC 6531)
    bool null_path = false;        ///< "<>": a reverse path
    bool bare_postmaster = false;  ///< "<postmaster>" without a domain: a forward path (RFC 5321 §4.5.1)
};

class Address {
public:
    /// The null reverse path.
    Address() = default;

    /// `local@domain` without brackets, all of `text`; quoted local parts and address literals included.
    /// Errors: malformed, too_long, needs_smtputf8.
    static Result<Address> parse(std::string_view text, bool utf8 = true);
    /// The domain alone: lower case, U-labels as A-labels (IDNA 2008), literals normalised.
    /// Errors: malformed, too_long, needs_smtputf8.
    static Result<std::string> parse_domain(std::string_view text, bool utf8 = true);

    bool is_null() const { return local_part_.empty(); }
    /// Unquoted; case as written (RFC 5321 §2.4).
    const std::string& local_part() const { return local_part_; }
    /// Lower case; empty only for the null path and for a bare postmaster.
    const std::string& domain() const { return domain_; }
    bool is_literal() const { return domain_.starts_with('['); }
    /// True when the local part has non-ASCII characters: the next hop must offer SMTPUTF8.
    bool needs_smtputf8() const;

    /// `local@domain`, the local part quoted where it must be; empty for the null path.
    std::string to_string() const;
    /// `<local@domain>`; `<>` for the null path.
    std::string path() const { return "<" + to_string() + ">"; }

    bool operator==(const Address&) const = default;

private:
    friend struct AddressParser;
    std::string local_part_;
    std::string domain_;
};

struct ParsedPath {
    Address address;
    std::size_t length = 0;  ///< bytes of the input that were the path; ESMTP parameters follow
};

/// A path at the start of `text`, in brackets: what follows `MAIL FROM:` and `RCPT TO:`. A source route is dropped
/// (RFC 5321 appendix C). Errors: malformed, too_long, needs_smtputf8.
Result<ParsedPath> parse_path(std::string_view text, PathRule rule);

}  // namespace helio::mail
