#include "mmp/frontend.h"

namespace helio::mmp {

FrontendConfig read_frontend_config(config::Section section) {
    FrontendConfig config;
    for (const auto& text : section.texts("plaintext_from")) {
        const auto network = net::Network::parse(text);
        if (!network) section.refuse("plaintext_from", "\"" + text + "\" is not a network such as 10.2.0.0/16");
        config.plaintext_from.push_back(*network);
    }
    config.login_time = section.timeout("login_time", config.login_time);
    config.failed_logins = static_cast<unsigned>(section.integer("failed_logins", config.failed_logins, 1, 1'000));
    config.bad_commands = static_cast<unsigned>(section.integer("bad_commands", config.bad_commands, 1, 1'000));
    config.relay.idle = section.timeout("idle", config.relay.idle);
    config.relay.buffer_bytes = section.size("relay_buffer", config.relay.buffer_bytes);
    if (config.relay.buffer_bytes < 1024 || config.relay.buffer_bytes > 65'536) {
        section.refuse("relay_buffer", "must lie between 1KiB and 64KiB");
    }
    config.imap_capability = section.texts("imap_capability", config.imap_capability);
    for (const auto& word : config.imap_capability) {
        const bool atom =
            !word.empty() && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=+") == word.npos;
        if (!atom) section.refuse("imap_capability", "\"" + word + "\" is not a capability");
    }
    return config;
}

auth::Peer Frontend::peer(const Session& session) const {
    const auto& connection = session.connection;
    return {.service = std::string(session.protocol),
            .client = connection.client.address,
            .transport = &connection.wire.transport(),
            .plaintext = connection.wire.is_tls() || net::contains(config_.plaintext_from, connection.client.address)};
}

Task<Result<>> Frontend::start_tls(Session& session) const {
    auto agreed = co_await session.client().start_tls_server(tls_->current(), login_deadline(session));
    if (!agreed) {
        log_.info("net.tls_failed", {{"session", session.connection.id},
                                     {"listener", session.connection.listener},
                                     {"peer", session.connection.client.address.to_string()},
                                     {"reason", to_string(agreed.error())}});
    }
    co_return agreed;
}

}  // namespace helio::mmp
