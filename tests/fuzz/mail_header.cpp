// Header values: dates, address lists, content types, encoded words. Printed dates parse to the same; decoded text is
// UTF-8; an ENVELOPE has no line end outside a literal.
#include "common/base/text.h"
#include "common/mail/content_type.h"
#include "common/mail/date.h"
#include "common/mail/encoded_word.h"
#include "common/mail/envelope.h"
#include "common/mail/header.h"
#include "common/mail/transfer.h"
#include "tests/support/fuzz/target.h"

using namespace helio::mail;

FUZZ_TARGET(mail_header) {
    if (const auto date = parse_date(input)) {
        if (date->unix_seconds > 0 && date->unix_seconds < 200'000'000'000)
            FUZZ_CHECK(parse_date(print_date(*date)) == *date);
    }
    FUZZ_CHECK(helio::base::is_utf8(decode_header(input)));
    FUZZ_CHECK(helio::base::is_utf8(decode_extended_parameter(input)));
    for (const auto& address : parse_address_list(input))
        FUZZ_CHECK(!address.host || (address.mailbox && !address.host->empty()));
    std::string envelope;
    append_imap_envelope(envelope, parse_envelope(input));
    FUZZ_CHECK(envelope.starts_with('(') && envelope.ends_with(')'));
    parse_content_type(input);
    parse_languages(input);
    HeaderReader reader(input);
    std::size_t end = 0;
    while (const auto field = reader.next()) {
        FUZZ_CHECK(field->offset == end);
        end += field->text.size();
    }
    for (const auto encoding : {Encoding::base64, Encoding::quoted_printable}) {
        const auto decoder = make_decoder(encoding);
        std::string in_bytes;
        for (const char c : input) decoder->feed({&c, 1}, in_bytes);
        decoder->finish(in_bytes);
        FUZZ_CHECK(in_bytes == decode_transfer(encoding, input));
    }
}
