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
    challenge,     ///< send the challenge, read a line, respond()
    wants_secret,  ///< supply() what is stored for wanted_name()
    done,          ///< take_credentials()
    cancelled,     ///< the client sent "*"
    malformed,     ///< not base64, or not what the mechanism wants
};

struct Turn {
    Outcome outcome = Outcome::malformed;
    std::string challenge;  ///< base64, without the protocol's "+ "
    std::string reason;     ///< of malformed, for the log
};

/// The longest line that a response may need; longer ones are malformed. RFC 4954 §4.
inline constexpr std::size_t most_response_bytes = 12'288;

class Exchange {
public:
    explicit Exchange(std::unique_ptr<Mechanism> mechanism) : mechanism_(std::move(mechanism)) {}
    static std::optional<Exchange> begin(std::string_view mechanism, const Setting& setting = {});

    /// `initial` as it stands on the command line. A server-first mechanism takes it as the answer to its first
    /// challenge, which is what clients mean by `AUTH LOGIN <name>`.
    Turn start(std::optional<std::string_view> initial);
    /// The client's next line without its CRLF.
    Turn respond(std::string_view line);
    std::string wanted_name() const { return mechanism_->wanted_name(); }
    /// Goes on after wants_secret; an empty one stands for an unknown user.
    Turn supply(StoredSecret stored);
    /// After done with a token that is no good: the challenge that says so in base64, or empty.
    std::string refusal() const;
    Credentials take_credentials() { return mechanism_->take_credentials(); }

private:
    Turn step(std::string_view response);
    static Turn turn_of(Result<Mechanism::Step> result);

    std::unique_ptr<Mechanism> mechanism_;
};

}  // namespace helio::sasl
