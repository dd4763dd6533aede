// UIDBATCHES (draft-ietf-mailmaint-imap-uidbatches): UID ranges that cut the mailbox into batches of so many messages,
// the newest first.
#include <algorithm>

#include "common/imap/print.h"
#include "store/imapd/commands.h"

namespace helio::store::imapd {

Task<Reply> cmd_uid_batches(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::UidBatchesArguments>(command.arguments);
    const std::uint32_t least = session.config().batch_messages;
    if (arguments.messages < least) {
        co_return Reply::no(imap::code::too_small, "Minimum batch size is " + std::to_string(least));
    }
    // The list as it is now: sequence numbers play no part.
    const UidSet uids = session.selected().uids();
    const std::size_t count = uids.size();
    const std::size_t size = arguments.messages;
    std::size_t batch = arguments.batches ? arguments.batches->first : 1;
    const std::size_t last = arguments.batches ? arguments.batches->last : UINT32_MAX;
    std::string& out = session.out();
    out += "* UIDBATCHES (TAG ";
    imap::print_string(out, command.tag);
    out += ')';
    char before = ' ';
    for (; batch <= last && (batch - 1) * size < count; ++batch) {
        const std::size_t above = count - (batch - 1) * size;  // one past its greatest place
        const std::size_t below = above - std::min(above, size);
        out += before;
        before = ',';
        imap::print_number(out, uids.at(above - 1).value);
        out += ':';
        imap::print_number(out, uids.at(below).value);
    }
    out += "\r\n";
    co_return Reply::ok("UIDBATCHES completed");
}

}  // namespace helio::store::imapd
