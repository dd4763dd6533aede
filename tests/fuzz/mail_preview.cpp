// The preview of any text is valid UTF-8 of at most 200 characters on one line.
#include "common/base/text.h"
#include "common/mail/charset.h"
#include "common/mail/preview.h"
#include "tests/support/fuzz/target.h"

namespace {

void check(std::string_view preview) {
    FUZZ_CHECK(helio::base::is_utf8(preview));
    std::size_t characters = 0;
    for (const char c : preview) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++characters;
        FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
    FUZZ_CHECK(characters <= helio::mail::preview_most);
    FUZZ_CHECK(!preview.starts_with(' ') && !preview.ends_with(' '));
}

}  // namespace

FUZZ_TARGET(mail_preview) {
    const auto text = helio::mail::valid_utf8(input);
    check(helio::mail::preview_of_plain(text));
    check(helio::mail::preview_of_html(text));
}
