// PopStoreDialogue: the proxy login to a store by POP3. After the greeting (and STLS where TLS isn't implicit) XCLIENT
// and AUTH go out in one write. RFC 1939, RFC 2449, RFC 5034; XCLIENT as Dovecot's proxies use it.
#pragma once

#include "mmp/backend/store_dialogue.h"

namespace helio::mmp {

class PopStoreDialogue final : public StoreDialogue {
public:
    route::Protocol protocol() const override { return route::Protocol::pop3; }
    Task<Result<StoreVerdict>> log_in(net::Wire& store, Passenger passenger, const ProxyIdentity& identity,
                                      DialogueContext context) const override;
};

/// A POP3 reply line: "+OK text", "-ERR [CODE] text", or "+ challenge". Views into the line; pure.
struct PopReplyLine {
    enum class Kind { ok, error, challenge, other };
    Kind kind = Kind::other;
    std::string_view code;  ///< RFC 2449 §8: "IN-USE", "SYS/TEMP"
    std::string_view text;
};
PopReplyLine parse_pop_reply(std::string_view line);

}  // namespace helio::mmp
