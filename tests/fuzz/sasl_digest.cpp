// DIGEST-MD5's list of directives: names are tokens in lower case, and the list prints and parses back.
#include "common/base/text.h"
#include "common/sasl/digest_md5.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(sasl_digest) {
    const auto parsed = helio::sasl::parse_directives(input);
    if (!parsed) return;
    std::string printed;
    for (const auto& [name, value] : *parsed) {
        FUZZ_CHECK(!name.empty() && name == helio::base::to_lower(name));
        printed += name + "=\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') printed += '\\';
            printed += c;
        }
        printed += "\",";
    }
    FUZZ_CHECK(helio::sasl::parse_directives(printed) == parsed);
}
