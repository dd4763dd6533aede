// Exchange: one SASL exchange in the form that IMAP, POP3, SMTP and ManageSieve share: base64 lines, an optional
// initial response ("=" is an empty one), "*" to cancel. Used by every AUTHENTICATE and AUTH command; knows no socket.
//   auto exchange = sasl::Exchange::begin("PLAIN");            // nothing: no such mechanism
//   auto turn = exchange->start(initial);                      // nullopt: the client sent none
//   while (turn.outcome == Outcome::challenge) { send("+ " + turn.challenge); turn = exchange->respond(next line); }
// RFC 4422, RFC 4954 §4 (SMTP), RFC 4959 (IMAP SASL-IR), RFC 5034 (POP3).
#pragma once

#include <optional>

#include "common/sasl/mechanism.h"

namespace helio::sasl {

enum class Outcome {
    challenge,  ///< send the challenge, read a line, respond()
    done,       ///< take_credentials()
    cancelled,  ///< the client sent "*"
    malformed,  ///< not base64, or not what the mechanism wants
};

struct Turn {
    Outcome outcome = Outcome::malformed;
    std::string challenge;  ///< base64, without the protocol's "+ "
    std::string reason;     ///< of malformed, for the log
};

/// The longest line that a response may need; longer ones are malformed.
inline constexpr std::size_t most_response_bytes = 4096;

class Exchange {
public:
    static std::optional<Exchange> begin(std::string_view mechanism);

    /// `initial` as it stands on the command line. A server-first mechanism takes it as the answer to its first
    /// challenge, which is what clients mean by `AUTH LOGIN <name>`.
    Turn start(std::optional<std::string_view> initial);
    /// The client's next line without its CRLF.
    Turn respond(std::string_view line);
    Credentials take_credentials() { return mechanism_->take_credentials(); }

private:
    explicit Exchange(std::unique_ptr<Mechanism> mechanism) : mechanism_(std::move(mechanism)) {}
    Turn step(std::string_view response);

    std::unique_ptr<Mechanism> mechanism_;
};

}  // namespace helio::sasl
