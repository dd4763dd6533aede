// HeaderCheck: what smtpd must know of a message's header while the text streams by: how many Received fields there
// are (a loop, RFC 5321 §6.3) and whether Date and Message-ID are missing (RFC 6409 §8).
// Chunk-fed; keeps at most the first bytes of a line. Reads no further than the end of the header.
#pragma once

#include <string>
#include <string_view>

namespace helio::mta {

class HeaderCheck {
public:
    void feed(std::string_view bytes);

    unsigned received() const { return received_; }
    bool has_date() const { return has_date_; }
    bool has_message_id() const { return has_message_id_; }

private:
    void end_line();

    std::string line_;  // its first bytes
    bool in_body_ = false;
    unsigned received_ = 0;
    bool has_date_ = false;
    bool has_message_id_ = false;
};

}  // namespace helio::mta
