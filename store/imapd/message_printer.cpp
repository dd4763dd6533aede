#include "store/imapd/message_printer.h"

#include "common/imap/flags.h"
#include "common/imap/print.h"

namespace helio::store::imapd {

void print_message_flags(std::string& out, const Message& message, const Keywords& keywords, bool recent) {
    const std::size_t start = out.size();
    const auto bits = static_cast<std::uint8_t>(message.flags.bits | (recent ? imap::flag_recent : 0));
    imap::print_system_flags(out, bits);
    if (message.keywords.none()) return;
    for (const auto name : keywords.names_of(message.keywords)) {
        if (out.size() != start) out += ' ';
        out += name;
    }
}

void print_fetch_head(std::string& out, std::uint32_t sequence, Uid uid, bool uid_only) {
    out += "* ";
    imap::print_number(out, uid_only ? uid.value : sequence);
    out += uid_only ? " UIDFETCH (" : " FETCH (";
}

void print_flags_fetch(std::string& out, std::uint32_t sequence, const Message& message, const Keywords& keywords,
                       FlagsFetch what) {
    print_fetch_head(out, sequence, message.uid, what.uid_only);
    if (what.uid && !what.uid_only) {
        out += "UID ";
        imap::print_number(out, message.uid.value);
    }
    if (what.flags) {
        if (out.back() != '(') out += ' ';
        out += "FLAGS (";
        print_message_flags(out, message, keywords, what.recent);
        out += ')';
    }
    if (what.modseq) {
        if (out.back() != '(') out += ' ';
        out += "MODSEQ (";
        imap::print_number(out, message.modseq.value);
        out += ')';
    }
    out += ")\r\n";
}

}  // namespace helio::store::imapd
