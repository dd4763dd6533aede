#include "store/imapd/message_limit.h"

#include <algorithm>

namespace helio::store::imapd {

UidSet MessageLimit::admit(UidSet uids) {
    ++sets_;
    if (most_ == 0) return uids;
    if (uids.size() <= left_) {
        left_ -= static_cast<std::uint32_t>(uids.size());
        return uids;
    }
    cut_ = true;
    UidSet kept;
    if (left_ > 0) kept = uids.within(uids.at(uids.size() - left_), *uids.back());
    left_ = 0;
    lowest_ = kept.front();
    return kept;
}

void MessageLimit::tell(Reply& reply, std::string& out) const {
    if (!cut_ || (reply.after != Reply::After::go_on)) return;
    std::string code = message_limit_code(most_, sets_ == 1 ? lowest_ : std::nullopt);
    if (reply.status == imap::Status::ok) {
        if (!reply.code.empty()) imap::print_status_response(out, "*", imap::Status::ok, reply.code, reply.text);
        reply.code = std::move(code);
        reply.text += " in part: the messages with the highest UIDs";
    } else if (reply.code == imap::code::expunge_issued) {
        imap::print_status_response(out, "*", imap::Status::ok, code, "The messages with the highest UIDs");
    }
}

std::string MessageLimit::code() const { return message_limit_code(most_, std::nullopt); }

std::uint32_t tighter_limit(std::uint32_t a, std::uint32_t b) {
    if (a == 0 || b == 0) return std::max(a, b);
    return std::min(a, b);
}

// resp-text-code =/ "MESSAGELIMIT" SP message-limit [SP uniqueid]
std::string message_limit_code(std::uint32_t most, std::optional<Uid> lowest) {
    std::string code = "MESSAGELIMIT " + std::to_string(most);
    if (lowest) code += ' ' + std::to_string(lowest->value);
    return code;
}

}  // namespace helio::store::imapd
