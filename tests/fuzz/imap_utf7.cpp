// Modified UTF-7 has one form per name: what decodes encodes to the same bytes, and well-formed UTF-8 comes back whole.
#include "common/base/text.h"
#include "common/imap/mailbox_name.h"
#include "common/imap/utf7.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(imap_utf7) {
    using namespace helio::imap;
    const auto decoded = decode_utf7(input);
    if (decoded) {
        FUZZ_CHECK(helio::base::is_utf8(*decoded));
        FUZZ_CHECK(encode_utf7(*decoded) == input);
    }
    if (helio::base::is_utf8(input)) FUZZ_CHECK(decode_utf7(encode_utf7(input)) == std::string(input));
    const auto half = input.size() / 2;
    ListPattern(std::string(input.substr(0, half)), '/').matches(input.substr(half));
}
