#include "store/lmtpd/lmtp_config.h"

#include "common/base/text.h"
#include "common/mail/subaddress.h"

namespace helio::store::lmtp {

LmtpConfig read_lmtp_config(config::Section section, std::string hostname, std::uint64_t message_bytes) {
    LmtpConfig config;
    config.hostname = std::move(hostname);
    config.message_bytes = message_bytes;
    for (const auto& name : section.texts("clients")) config.clients.push_back(base::to_lower(name));
    for (const auto& text : section.texts("plain_from")) {
        const auto network = net::Network::parse(text);
        if (!network) section.refuse("plain_from", "holds '" + text + "', which is no network");
        config.plain_from.push_back(*network);
    }
    config.recipient_delimiter = section.text("recipient_delimiter", "");
    if (!mail::is_recipient_delimiter(config.recipient_delimiter)) {
        section.refuse("recipient_delimiter", "must be one character such as '+', or empty");
    }
    config.recipients = static_cast<std::size_t>(section.integer("recipients", 1'000, 1, 10'000));
    config.errors = static_cast<unsigned>(section.integer("errors", 20, 1, 10'000));
    config.command_timeout = section.timeout("command_timeout", config.command_timeout);
    config.data_timeout = section.timeout("data_timeout", config.data_timeout);
    config.message_timeout = section.timeout("message_timeout", config.message_timeout);
    return config;
}

}  // namespace helio::store::lmtp
