// The base subject of any text is no longer than the text, has no blanks at its ends and is its own base subject, but
// where a "[blob]" stood behind another that was taken for a list's name.
#include "common/mail/base_subject.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(mail_base_subject) {
    const auto base = helio::mail::base_subject(input);
    FUZZ_CHECK(base.text.size() <= input.size());
    FUZZ_CHECK(!base.text.starts_with(' ') && !base.text.ends_with(' '));
    FUZZ_CHECK(base.text.find("  ") == std::string::npos);
    const auto again = helio::mail::base_subject(base.text);
    FUZZ_CHECK(again.text == base.text);
    FUZZ_CHECK(!again.is_reply_or_forward);
}
