// Ids that follow a message, a session or a delivery through all daemons: random, printable, fixed length.
#pragma once

#include <string>
#include <string_view>

namespace helio::base {

/// 16 characters of [0-9a-z] from the system's random source: 80 bits. For session, trace, queue and delivery ids.
[[nodiscard]] std::string new_id();

/// True for what may be another daemon's id: letters, digits and "-_.+/=:", 64 at most. It goes to every log line.
[[nodiscard]] bool is_session_id(std::string_view text);

/// `count` random bytes.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace helio::base
