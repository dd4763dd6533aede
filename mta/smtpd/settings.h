// Settings: what makes a listener an inbound relay or a submission server, and the limits of its sessions.
// Read once from [smtp] and [limits] (mta/config.h); the limits' replies are in RFC 5321 §4.5.3.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/net/address.h"
#include "common/smtp/data_reader.h"

namespace helio::mta {

enum class Role {
    inbound,     ///< mail from anywhere to our users; no AUTH, no relaying for strangers
    submission,  ///< mail from our users to anywhere; nothing before AUTH (RFC 6409)
};

struct SmtpdSettings {
    Role role = Role::inbound;
    std::string hostname;                  ///< greeting, Received, Message-ID
    std::vector<net::Network> relay_from;  ///< inbound: clients that may send to foreign domains
    smtp::BareNewlines bare_newlines = smtp::BareNewlines::refuse;
    bool plaintext_auth = false;                           ///< submission: AUTH without TLS
    bool null_sender = false;                              ///< submission: MAIL FROM:<> allowed
    std::size_t line_bytes = 4096;                         ///< of a command; above RFC 5321's 512 for its extensions
    std::uint64_t message_bytes = 50u << 20;               ///< SIZE
    std::size_t recipients = 1000;                         ///< of one message
    unsigned errors = 20;                                  ///< replies 5xx in one session, then 421
    unsigned transactions = 1000;                          ///< messages of one session, then 421
    unsigned hops = 50;                                    ///< Received fields; more is a loop
    std::chrono::milliseconds command_timeout{300'000};    ///< RFC 5321 §4.5.3.2.7
    std::chrono::milliseconds data_timeout{180'000};       ///< between two pieces of text
    std::chrono::milliseconds message_timeout{3'600'000};  ///< for one whole message
    std::chrono::milliseconds write_timeout{60'000};
};

}  // namespace helio::mta
