#include "common/imap/append_parser.h"

#include "common/imap/cursor.h"
#include "common/imap/framer.h"

namespace helio::imap {

namespace {

using Event = AppendParser::Event;

constexpr std::string_view missing_literal = "Missing message literal";

std::unexpected<SyntaxError> refuse(std::string_view why) { return std::unexpected(SyntaxError{why}); }

// literal or literal8 without its bytes, at the end of what has come; tells whether it is a literal8.
bool take_header(Cursor& in) {
    const bool binary = in.take('~');
    in.expect('{', missing_literal);
    in.number64("Invalid literal size");
    in.take('+');
    in.expect('}', "Invalid message literal");
    in.expect('\r', "Invalid message literal");
    in.expect('\n', "Invalid message literal");
    in.end();
    return binary;
}

bool is_open_header(std::string_view text) {
    Cursor in(text);
    take_header(in);
    return !in.failed();
}

}  // namespace

Parsed<Event> AppendParser::next(std::string_view text, bool complete) {
    switch (phase_) {
        case Phase::message:
            // Some clients send a space behind the last argument.
            if (any_ && complete && (text.empty() || text == " ")) return Event{.consumed = text.size()};
            return begin_message(text);
        case Phase::utf8_end:
            if (!text.starts_with(')')) return refuse("Missing ')' after UTF8");
            phase_ = Phase::message;
            {
                auto event = next(text.substr(1), complete);
                if (event) ++event->consumed;
                return event;
            }
        case Phase::first_part:
        case Phase::part:
            break;
    }
    return next_part(text);
}

// append-message = [SP flag-list] [SP date-time] SP append-data
// append-data = literal / literal8 / ("UTF8" SP "(" literal8 ")") / ("CATENATE" SP "(" cat-part *(SP cat-part) ")")
Parsed<Event> AppendParser::begin_message(std::string_view text) {
    Cursor in(text);
    MessageHead head;
    in.space();
    if (in.peek() == '(') {
        head.flags = parse_flag_list(in);
        in.space();
    }
    if (in.peek() == '"') {
        head.date = parse_date_time(in);
        in.space();
    }
    Event event{.kind = Event::Kind::message};
    if (in.take_text("CATENATE (")) {
        if (in.failed()) return refuse(in.error());
        phase_ = Phase::first_part;
        head_ = std::move(head);
        any_ = true;
        const std::size_t taken = in.position();
        auto part = next_part(text.substr(taken));
        if (part) part->consumed += taken;
        return part;
    }
    event.utf8 = in.take_text("UTF8 (");
    event.binary = take_header(in);
    if (event.utf8 && !event.binary) in.fail("UTF8 needs a literal8");
    if (in.failed()) return refuse(in.error());
    phase_ = event.utf8 ? Phase::utf8_end : Phase::message;
    head_ = std::move(head);
    any_ = true;
    event.consumed = text.size();
    return event;
}

// cat-part = text-literal / url; text-literal = "TEXT" SP literal; url = "URL" SP astring
Parsed<Event> AppendParser::next_part(std::string_view text) {
    Cursor in(text);
    if (phase_ == Phase::part && in.take(')')) {
        phase_ = Phase::message;
        return Event{.kind = Event::Kind::message_end, .consumed = in.position()};
    }
    if (phase_ == Phase::part) in.space();
    Event event;
    if (in.take_word("TEXT")) {
        in.space();
        event.kind = Event::Kind::text;
        event.binary = take_header(in);
    } else if (in.take_word("URL")) {
        in.space();
        if (is_open_header(in.rest())) return Event{.kind = Event::Kind::accept};
        event.kind = Event::Kind::url;
        event.url = in.astring("Missing URL");
    } else {
        in.fail("Invalid CATENATE part");
    }
    if (in.failed()) return refuse(in.error());
    phase_ = Phase::part;
    event.consumed = in.position();
    return event;
}

// append = "APPEND" SP mailbox 1*append-message; replace = "REPLACE" SP seq-number SP mailbox append-message
std::optional<AppendTarget> parse_append_target(std::string_view so_far) {
    const std::string_view tag = tag_of(so_far);
    if (tag == "*") return std::nullopt;
    AppendTarget target;
    Cursor in(so_far);
    in.take_text(tag);
    in.space();
    target.uid = in.take_text("UID ");
    target.replace = in.take_word("REPLACE");
    if (!target.replace && (target.uid || !in.take_word("APPEND"))) return std::nullopt;
    in.space();
    if (target.replace) {
        if (!in.take('*')) target.number = in.nz_number("Invalid message number");
        in.space();
    }
    target.mailbox = in.astring("Missing mailbox name");
    if (in.failed() || in.at_end()) return std::nullopt;
    target.consumed = in.position();
    return target;
}

}  // namespace helio::imap
