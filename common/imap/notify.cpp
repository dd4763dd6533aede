#include "common/imap/notify.h"

#include <algorithm>
#include <array>

namespace helio::imap {

namespace {

constexpr std::size_t most_groups = 100;

// In the order of their bits.
constexpr std::array<std::string_view, 8> event_names = {
    "MessageNew",         "MessageExpunge",        "FlagChange",          "AnnotationChange", "MailboxName",
    "SubscriptionChange", "MailboxMetadataChange", "ServerMetadataChange"};

// message-event = ("MessageNew" [SP "(" fetch-att *(SP fetch-att) ")"]) / ...
void parse_event(Cursor& in, EventGroup& group) {
    const auto name =
        std::find_if(event_names.begin(), event_names.end(), [&in](std::string_view one) { return in.take_word(one); });
    if (name == event_names.end()) return in.fail("Unknown event");
    const auto bit = static_cast<std::uint16_t>(1U << (name - event_names.begin()));
    group.events = static_cast<std::uint16_t>(group.events | bit);
    if (bit != event_message_new || !in.rest().starts_with(" (")) return;
    if (!group.filter.is_selected()) return in.fail("Only the selected mailbox has fetch items");
    in.space();
    group.items = parse_fetch_items(in);
}

// events = ("(" event *(SP event) ")") / "NONE"
void parse_events(Cursor& in, EventGroup& group) {
    if (in.take_word("NONE")) return;
    in.expect('(', "Missing '(' before events");
    do parse_event(in, group);
    while (in.take(' '));
    in.expect(')', "Missing ')' after events");
    const bool comes = (group.events & event_message_new) != 0;
    const bool goes = (group.events & event_message_expunge) != 0;
    if (comes != goes) in.fail("MessageNew and MessageExpunge go together");
    const std::uint16_t needs_both = event_flag_change | event_annotation_change;
    if ((group.events & needs_both) != 0 && !comes) in.fail("FlagChange needs MessageNew and MessageExpunge");
    if (group.filter.is_selected() && (group.events & ~message_events) != 0) {
        in.fail("Only message events of the selected mailbox");
    }
}

// event-group = "(" filter-mailboxes SP events ")"
EventGroup parse_group(Cursor& in) {
    EventGroup group;
    in.expect('(', "Missing '(' before event group");
    group.filter = parse_mailbox_filter(in);
    in.space();
    parse_events(in, group);
    in.expect(')', "Missing ')' after event group");
    return group;
}

}  // namespace

// notify = "NOTIFY" SP (("SET" [SP "STATUS"] SP event-groups) / "NONE")
NotifyArguments parse_notify(Cursor& in) {
    NotifyArguments arguments;
    in.space();
    if (in.take_word("NONE")) return arguments;
    if (!in.take_word("SET")) in.fail("Missing SET or NONE");
    in.space();
    arguments.status = in.take_word("STATUS");
    if (arguments.status) in.space();
    do {
        arguments.groups.push_back(parse_group(in));
        if (arguments.groups.size() > most_groups) in.fail("Too many event groups");
    } while (in.take(' '));
    const auto of_selected = std::count_if(arguments.groups.begin(), arguments.groups.end(),
                                           [](const EventGroup& group) { return group.filter.is_selected(); });
    if (of_selected > 1) in.fail("The selected mailbox is named twice");
    return arguments;
}

void print(std::string& out, const NotifyArguments& arguments) {
    if (arguments.groups.empty()) {
        out += " NONE";
        return;
    }
    out += arguments.status ? " SET STATUS" : " SET";
    for (const auto& group : arguments.groups) {
        out += " (";
        print_mailbox_filter(out, group.filter);
        char before = '(';
        for (std::size_t i = 0; i < event_names.size(); ++i) {
            if ((group.events & (1U << i)) == 0) continue;
            out += before == '(' ? " (" : " ";
            before = ' ';
            out += event_names[i];
            if (i != 0 || group.items.empty()) continue;
            out += ' ';
            print_fetch_items(out, group.items);
        }
        out += group.events == 0 ? " NONE)" : "))";
    }
}

}  // namespace helio::imap
