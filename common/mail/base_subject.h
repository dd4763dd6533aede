// The base subject of RFC 5256 §2.1: a subject without "Re:", "Fwd:", "(fwd)", "[list]" and the like. SORT and THREAD
// compare it. Pure and linear in the length of the subject.
#pragma once

#include <string>
#include <string_view>

namespace helio::mail {

struct BaseSubject {
    std::string text;                  ///< UTF-8, case kept
    bool is_reply_or_forward = false;  ///< "Re:", "Fwd:", "(fwd)" or "[fwd: ...]" was taken away
    bool operator==(const BaseSubject&) const = default;
};

/// `subject`: unfolded, encoded words decoded (decode_header()).
BaseSubject base_subject(std::string_view subject);

}  // namespace helio::mail
