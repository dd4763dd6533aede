// A commented sample of deploy/config with everything switched on that is commented out: keys with their defaults and
// examples, tables that are optional. What it says must be known to the daemon that it is for.
#pragma once

#include <string>

namespace helio::test {

/// But for keys that name files of a real host (tokens can be checked without them), and the second of two passwords.
std::string all_switched_on(std::string sample);

}  // namespace helio::test
