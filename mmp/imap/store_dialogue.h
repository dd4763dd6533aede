// ImapStoreDialogue: the proxy login to a store by IMAP. After the greeting (and STARTTLS where TLS isn't implicit) ID
// and AUTHENTICATE go out in one write, so that a login costs one round trip more than the connect. RFC 9051 §6.2, RFC
// 2971 (ID with the fields that Dovecot's proxies use), RFC 4959 (SASL-IR).
#pragma once

#include "mmp/backend/store_dialogue.h"

namespace helio::mmp {

class ImapStoreDialogue final : public StoreDialogue {
public:
    route::Protocol protocol() const override { return route::Protocol::imap; }
    Task<Result<StoreVerdict>> log_in(net::Wire& store, Passenger passenger, const ProxyIdentity& identity,
                                      DialogueContext context) const override;
};

}  // namespace helio::mmp
