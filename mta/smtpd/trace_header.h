// The header fields that a relay puts on top of a message: Received (RFC 5321 §4.4) and, for submission, the Date and
// Message-ID that the client left out (RFC 6409 §8). Return-Path is the final delivery's, not ours.
#pragma once

#include <string>

#include "common/net/address.h"
#include "common/net/transport.h"
#include "mta/message.h"

namespace helio::mta {

struct TraceInfo {
    std::string client_name;  ///< as EHLO had it
    net::Address client;
    std::string hostname;  ///< ours
    std::string id;
    bool esmtp = true;
    bool authenticated = false;
    bool smtputf8 = false;
    const net::TlsInfo* tls = nullptr;
    std::string recipient;  ///< when there is exactly one
    std::int64_t unix_seconds = 0;
};

/// One folded field with its CRLF.
std::string received_field(const TraceInfo& info);
std::string date_field(std::int64_t unix_seconds);
std::string message_id_field(const std::string& id, const std::string& hostname);

}  // namespace helio::mta
