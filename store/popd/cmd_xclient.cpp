// XCLIENT name=value ... (as Dovecot's proxies send it): a listed front end tells whom it serves, before it logs in.
// ADDR and PORT are the true client's, SESSION is the id that follows the session through all daemons; other names are
// passed over.
#include "common/base/ids.h"
#include "common/base/text.h"
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_xclient(PopSession& session, std::string argument) {
    if (!session.trusted_front_end()) {
        session.bad("Unknown command");
        co_return;
    }
    auto client = session.connection().client;
    std::string session_id;
    for (const auto word : pop::words_of(argument)) {
        const auto equals = word.find('=');
        const auto name = base::to_upper(word.substr(0, equals));
        const auto value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
        if (name == "ADDR") {
            const auto address = net::Address::parse(value);
            if (!address) {
                session.bad("Bad ADDR");
                co_return;
            }
            client.address = *address;
        } else if (name == "PORT") {
            const auto port = base::parse_number32(value);
            if (port && *port <= 0xFFFF) client.port = static_cast<std::uint16_t>(*port);
        } else if (name == "SESSION" && base::is_session_id(value)) {
            session_id = value;
        }
    }
    session.set_client(client, std::move(session_id));
    session.ok("Updated");
}

}  // namespace helio::store
