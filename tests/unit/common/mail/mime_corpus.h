// Messages that the MIME tests share: hand-written ones by name, and generated ones by seed.
#pragma once

#include <string>
#include <vector>

namespace helio::test {

struct MimeSample {
    std::string name;
    std::string message;
    bool compare = true;  ///< GMime reads it as we do; false: we follow Dovecot, the reason stands beside it
};

/// Line ends are CRLF; `with_lf` gives the same with LF.
std::vector<MimeSample> mime_samples();
std::string with_lf(std::string message);
/// Nested multiparts, messages and leaves, chosen by `seed`; sometimes with LF, sometimes without final boundaries.
std::string random_message(unsigned seed);

}  // namespace helio::test
