// relay(): copies bytes both ways between two wires until one side ends; a slow reader slows the sender.
#pragma once

#include "common/net/wire.h"

namespace helio::net {

struct RelayLimits {
    std::size_t buffer_bytes = 16 * 1024;  ///< per direction, held only while bytes are in flight
    milliseconds idle{31 * 60 * 1000};     ///< no byte either way for so long: end
};
enum class RelayEnd { client_closed, server_closed, idle, interrupted, failed };
struct RelayResult {
    RelayEnd end = RelayEnd::failed;
    std::uint64_t client_to_server_bytes = 0;
    std::uint64_t server_to_client_bytes = 0;
};

/// Sends what either wire has buffered first. Half-closes are passed on: after one side's end of stream the other
/// direction drains. Returns when both directions have ended.
Task<RelayResult> relay(Wire& client, Wire& server, RelayLimits limits);

}  // namespace helio::net
