// Ids that follow a message, a session or a delivery through all daemons: random, printable, fixed length.
#pragma once

#include <string>

namespace helio::base {

/// 16 characters of [0-9a-z] from the system's random source: 80 bits. For session, trace, queue and delivery ids.
[[nodiscard]] std::string new_id();

/// `count` random bytes.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace helio::base
