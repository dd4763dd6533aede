// APPEND, STORE, COPY, MOVE, UID EXPUNGE and UIDBATCHES.
#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"

namespace helio::imap {

// append-message = [SP flag-list] [SP date-time] SP append-data; append-data = literal / literal8
void parse_append_rest(Cursor& in, AppendArguments& into) {
    in.space();
    if (in.peek() == '(') {
        into.flags = parse_flag_list(in);
        in.space();
    }
    if (in.peek() == '"') {
        into.date = parse_date_time(in);
        in.space();
    }
    into.binary = in.take('~');
    in.expect('{', "Missing message literal");
    into.message_bytes = in.number64("Invalid literal size");
    in.take('+');
    in.expect('}', "Invalid message literal");
    in.expect('\r', "Invalid message literal");
    in.expect('\n', "Invalid message literal");
}

// append = "APPEND" SP mailbox 1*append-message
AppendArguments parse_append(Cursor& in) {
    AppendArguments arguments;
    in.space();
    arguments.mailbox = in.astring("Missing mailbox name");
    parse_append_rest(in, arguments);
    return arguments;
}

void print(std::string& out, const AppendArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.mailbox);
    out += " (";
    print_flags(out, arguments.flags);
    out += ") ";
    if (arguments.date) {
        print_date_time(out, *arguments.date);
        out += ' ';
    }
    if (arguments.binary) out += '~';
    print_literal_header(out, arguments.message_bytes);
}

// store = "STORE" SP sequence-set [SP "(" store-modifier *(SP store-modifier) ")"] SP store-att-flags
// store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
StoreArguments parse_store(Cursor& in) {
    StoreArguments arguments;
    in.space();
    arguments.set = SeqSet::parse(in);
    in.space();
    if (in.take('(')) {
        if (!in.take_word("UNCHANGEDSINCE")) in.fail("Unknown store modifier");
        in.space();
        arguments.unchanged_since = in.number64("Invalid mod-sequence");
        in.expect(')', "Missing ')' after store modifiers");
        in.space();
    }
    if (in.take('+'))
        arguments.action = StoreArguments::Action::add;
    else if (in.take('-'))
        arguments.action = StoreArguments::Action::remove;
    if (in.take_word("FLAGS.SILENT"))
        arguments.silent = true;
    else if (!in.take_word("FLAGS"))
        in.fail("Missing FLAGS");
    in.space();
    arguments.flags = parse_flags(in);
    return arguments;
}

void print(std::string& out, const StoreArguments& arguments) {
    out += ' ' + arguments.set.to_string();
    if (arguments.unchanged_since) out += " (UNCHANGEDSINCE " + std::to_string(*arguments.unchanged_since) + ')';
    out += ' ';
    if (arguments.action == StoreArguments::Action::add) out += '+';
    if (arguments.action == StoreArguments::Action::remove) out += '-';
    out += arguments.silent ? "FLAGS.SILENT (" : "FLAGS (";
    print_flags(out, arguments.flags);
    out += ')';
}

// copy = "COPY" SP sequence-set SP mailbox; move = "MOVE" SP sequence-set SP mailbox
CopyArguments parse_copy(Cursor& in) {
    CopyArguments arguments;
    in.space();
    arguments.set = SeqSet::parse(in);
    in.space();
    arguments.mailbox = in.astring("Missing mailbox name");
    return arguments;
}

void print(std::string& out, const CopyArguments& arguments) {
    out += ' ' + arguments.set.to_string() + ' ';
    print_astring(out, arguments.mailbox);
}

// uid = "UID" SP "EXPUNGE" SP sequence-set
ExpungeArguments parse_uid_expunge(Cursor& in) {
    in.space();
    return {SeqSet::parse(in)};
}

void print(std::string& out, const ExpungeArguments& arguments) { out += ' ' + arguments.set.to_string(); }

// uidbatches = "UIDBATCHES" SP nz-number [SP nz-number ":" nz-number]
UidBatchesArguments parse_uid_batches(Cursor& in) {
    UidBatchesArguments arguments;
    in.space();
    arguments.messages = in.nz_number("Invalid batch size");
    if (!in.take(' ')) return arguments;
    NumberRange range;
    range.first = in.nz_number("Invalid batch range");
    in.expect(':', "Invalid batch range");
    range.last = in.nz_number("Invalid batch range");
    if (range.first > range.last) std::swap(range.first, range.last);
    arguments.batches = range;
    return arguments;
}

void print(std::string& out, const UidBatchesArguments& arguments) {
    out += ' ' + std::to_string(arguments.messages);
    if (!arguments.batches) return;
    out += ' ' + std::to_string(arguments.batches->first) + ':' + std::to_string(arguments.batches->last);
}

void print(std::string&, const NoArguments&) {}

}  // namespace helio::imap
