// Streaming decoders of the content transfer encodings (RFC 2045 §6), for BINARY (RFC 3516) and search.
// Fed in pieces of any size; the same bytes come out however the input is cut. Tolerant as Dovecot is: foreign
// characters in base64 are skipped, a broken quoted-printable escape stays as it is; `broken()` tells.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace helio::mail {

enum class Encoding : unsigned char {
    seven_bit,
    eight_bit,
    binary,
    quoted_printable,
    base64,
    other,  ///< BINARY answers [UNKNOWN-CTE]
};

/// From the field's value, any case; an empty one is 7bit.
Encoding parse_encoding(std::string_view token);

class TransferDecoder {
public:
    virtual ~TransferDecoder() = default;
    /// Appends what `piece` decodes to.
    virtual void feed(std::string_view piece, std::string& into) = 0;
    /// The input has ended: appends what is still held.
    virtual void finish(std::string& into) = 0;
    /// True when the input was not what the encoding allows.
    virtual bool broken() const = 0;
};

/// Nothing for Encoding::other; the identity for 7bit, 8bit and binary.
std::unique_ptr<TransferDecoder> make_decoder(Encoding encoding);

/// The whole at once; other encodings pass unchanged.
std::string decode_transfer(Encoding encoding, std::string_view bytes);

}  // namespace helio::mail
