#include "mmp/backend/proxy_message.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/sasl/mechanism.h"

namespace helio::mmp {

std::string_view mechanism_of(const ProxyIdentity& identity) {
    return identity.mechanism == ProxyLogin::external ? "EXTERNAL" : "PLAIN";
}

std::string proxy_message(const ProxyIdentity& identity, const std::string& user) {
    if (identity.mechanism == ProxyLogin::external) return base::base64_encode(user);
    return base::base64_encode(sasl::plain_message(user, identity.name, identity.password));
}

std::string printable_or_nothing(std::string_view text) {
    const bool clean = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
    return clean ? std::string(text) : std::string();
}

}  // namespace helio::mmp
