// Options of helio-bench: what to do to which server, from the command line.
// Read once in main; every part of the tool gets the const struct.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/net/address.h"

namespace helio::bench {

enum class Mode { lmtp, smtp, imap_session, imap_idle, pop3, imap_commands, imap_append };
enum class Security { none, tls, starttls };

struct Options {
    Mode mode = Mode::lmtp;
    net::HostPort server;
    Security security = Security::none;
    std::string ca_file;      ///< verifies the server; empty: any certificate will do
    std::string tls_name;     ///< the name that must be in its certificate; empty: the server's host
    std::string certificate;  ///< our own (PEM), with `key`
    std::string key;
    /// imap-idle: an LMTP server; while the connections are held, messages are delivered there one after the other, and
    /// how long after the answer each session hears of its message is measured.
    std::optional<net::HostPort> deliver;
    Security deliver_security = Security::none;

    unsigned connections = 16;
    unsigned base = 0;        ///< imap-idle: memory is that of the connections behind this many; 0: of all
    std::uint64_t count = 0;  ///< operations in all; 0: until `duration`
    std::chrono::milliseconds duration{10'000};
    std::vector<std::uint64_t> sizes{4096};  ///< of a message in bytes; one is drawn for each message
    unsigned recipients = 1;
    unsigned messages = 10;  ///< RETR per POP3 session
    unsigned deletes = 2;    ///< DELE per POP3 session
    bool pipelining = true;  ///< MAIL, RCPT and DATA in one write
    bool once = false;       ///< a new SMTP or LMTP connection for each message

    std::string user = "user{n}@example.test";  ///< {n}: one of `users` numbers, drawn for each operation
    std::string password = "secret-user{n}";
    unsigned users = 1000;
    unsigned first_user = 0;  ///< {n} is from here on
    bool in_turn = false;     ///< users one after the other, not at random

    std::vector<std::string> rows;  ///< imap-commands: the keys of those wanted; empty: all

    std::vector<int> pids;  ///< the server's processes; their descendants count too
    std::string label;      ///< goes into the result
    std::string json_file;  ///< the result is appended there as one line

    /// Of user 0 to users-1.
    std::string user_name(unsigned number) const;
    std::string user_password(unsigned number) const;
};

/// Prints the usage and ends with status 64 when something is wrong, with 0 for --help.
Options parse_options(int argc, char** argv);

std::string_view name_of(Mode mode);

/// What --size mix draws from: 80 % 4 KiB, 15 % 16 KiB, 5 % 128 KiB.
std::vector<std::uint64_t> mixed_sizes();

}  // namespace helio::bench
