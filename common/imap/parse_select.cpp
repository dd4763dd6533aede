// SELECT and EXAMINE with their parameters (RFC 4466 §2.1, RFC 7162).
#include <algorithm>

#include "common/imap/char_class.h"
#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"

namespace helio::imap {

namespace {

// A set of numbers that the client has seen: neither "*" nor "$" means anything (RFC 7162 §7: no "*").
SeqSet parse_known(Cursor& in) {
    SeqSet set = SeqSet::parse(in);
    const auto has_star = [](const SeqSet::Range& range) {
        return range.first == SeqSet::star || range.last == SeqSet::star;
    };
    if (set.is_saved_result() || std::any_of(set.ranges().begin(), set.ranges().end(), has_star)) {
        in.fail("Invalid set of known messages");
    }
    return set;
}

std::uint64_t count_of(const SeqSet& set) { return set.resolve(1).count(); }

// seq-match-data = "(" known-sequence-set SP known-uid-set ")"; both ascend and have the same size
QresyncArguments::Match parse_match(Cursor& in) {
    QresyncArguments::Match match;
    in.expect('(', "Missing '(' before sequence match data");
    match.numbers = parse_known(in);
    in.space();
    match.uids = parse_known(in);
    in.expect(')', "Missing ')' after sequence match data");
    if (count_of(match.numbers) != count_of(match.uids)) in.fail("Sequence match sets differ in size");
    return match;
}

// select-param =/ "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
QresyncArguments parse_qresync(Cursor& in) {
    QresyncArguments arguments;
    in.space();
    in.expect('(', "Missing '(' after QRESYNC");
    arguments.uid_validity = in.nz_number("Invalid UIDVALIDITY");
    in.space();
    arguments.modseq = in.number64("Invalid mod-sequence");
    if (arguments.modseq == 0) in.fail("Invalid mod-sequence");
    bool more = in.take(' ');
    if (more && is_digit(in.peek())) {
        arguments.known_uids = parse_known(in);
        more = in.take(' ');
    }
    if (more) arguments.match = parse_match(in);
    in.expect(')', "Missing ')' after QRESYNC");
    return arguments;
}

}  // namespace

// select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]
// select-param =/ "CONDSTORE"
SelectArguments parse_select(Cursor& in) {
    SelectArguments arguments;
    in.space();
    arguments.mailbox = in.astring("Missing mailbox name");
    if (!in.take(' ')) return arguments;
    in.expect('(', "Missing '(' before SELECT parameters");
    do {
        if (in.take_word("CONDSTORE")) {
            arguments.condstore = true;
        } else if (!arguments.qresync && in.take_word("QRESYNC")) {
            arguments.qresync = parse_qresync(in);
        } else {
            in.fail("Unknown SELECT parameter");
        }
    } while (in.take(' '));
    in.expect(')', "Missing ')' after SELECT parameters");
    return arguments;
}

void print(std::string& out, const SelectArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.mailbox);
    if (!arguments.condstore && !arguments.qresync) return;
    out += " (";
    if (arguments.condstore) out += "CONDSTORE";
    if (arguments.qresync) {
        if (arguments.condstore) out += ' ';
        const QresyncArguments& known = *arguments.qresync;
        out += "QRESYNC (" + std::to_string(known.uid_validity) + ' ' + std::to_string(known.modseq);
        if (known.known_uids) out += ' ' + known.known_uids->to_string();
        if (known.match) out += " (" + known.match->numbers.to_string() + ' ' + known.match->uids.to_string() + ')';
        out += ')';
    }
    out += ')';
}

}  // namespace helio::imap
