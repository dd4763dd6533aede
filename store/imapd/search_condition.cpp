#include "store/imapd/search_condition.h"

#include "common/imap/fold.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"

namespace helio::store::imapd {

namespace {

using search::Condition;
using search::Range;
using Key = imap::SearchKey::Kind;
using Kind = Condition::Kind;

Condition flagged(Flag flag) { return {.kind = Kind::flag, .flag = flag}; }

Condition among(UidSet uids) { return {.kind = Kind::uid, .uids = std::move(uids)}; }

Condition ranged(Kind kind, Range range) { return {.kind = kind, .range = range}; }

template <class Id>
Condition identified(Kind kind, const std::optional<Id>& id) {
    if (!id) return Condition::never();  // of no message
    return {.kind = kind, .id = id->value};
}

Condition combined(const imap::SearchKey& key, const SearchContext& context) {
    Condition made;
    made.kind = key.kind == Key::all_of ? Kind::all_of : key.kind == Key::any_of ? Kind::any_of : Kind::negated;
    for (const auto& child : key.children) made.children.push_back(to_condition(child, context));
    return made;
}

// NEW: (RECENT UNSEEN)
Condition recent_and_unseen(const Selected& selected) {
    Condition made{.kind = Kind::all_of};
    made.children.push_back(among(selected.recent()));
    made.children.push_back(Condition::negation(flagged(Flag::seen)));
    return made;
}

// Keys with a date or a number.
Condition measured(const imap::SearchKey& key, std::int64_t now) {
    const std::int64_t day = key.date.days;
    const std::int64_t number = search::saturated(key.number);
    switch (key.kind) {
        case Key::before:
            return ranged(Kind::received_day, Range::below(day));
        case Key::on:
            return ranged(Kind::received_day, Range::only(day));
        case Key::since:
            return ranged(Kind::received_day, Range::from(day));
        case Key::sent_before:
            return ranged(Kind::sent_day, Range::below(day));
        case Key::sent_on:
            return ranged(Kind::sent_day, Range::only(day));
        case Key::sent_since:
            return ranged(Kind::sent_day, Range::from(day));
        case Key::saved_before:
            return ranged(Kind::saved_day, Range::below(day));
        case Key::saved_on:
            return ranged(Kind::saved_day, Range::only(day));
        case Key::saved_since:
            return ranged(Kind::saved_day, Range::from(day));
        case Key::older:
            return ranged(Kind::received, Range::up_to(now - number));
        case Key::younger:
            return ranged(Kind::received, Range::from(now - number));
        case Key::larger:
            return ranged(Kind::size, Range::above(number));
        case Key::smaller:
            return ranged(Kind::size, Range::below(number));
        default:
            return ranged(Kind::modseq, Range::from(number));
    }
}

// Keys with a string that is looked for.
std::optional<Condition> worded(const imap::SearchKey& key, std::string_view charset) {
    const auto with = [&](Kind kind, std::string name = {}) -> Condition {
        auto utf8 = charset.empty() ? mail::valid_utf8(key.text) : mail::to_utf8(charset, key.text);
        return {.kind = kind, .name = std::move(name), .text = imap::fold(utf8)};
    };
    switch (key.kind) {
        case Key::subject:
            return with(Kind::subject);
        case Key::from:
            return with(Kind::from);
        case Key::to:
            return with(Kind::to);
        case Key::cc:
            return with(Kind::cc);
        case Key::bcc:
            return with(Kind::field, "Bcc");
        case Key::header:
            return with(Kind::field, key.name);
        case Key::body:
            return with(Kind::body);
        case Key::text:
            return with(Kind::text);
        default:
            return std::nullopt;
    }
}

}  // namespace

Condition to_condition(const imap::SearchKey& key, const SearchContext& context) {
    switch (key.kind) {
        case Key::all:
            return {};
        case Key::all_of:
        case Key::any_of:
        case Key::negated:
            return combined(key, context);
        case Key::sequence:
        case Key::uid:
            return among(context.selected.resolve(key.set, key.kind == Key::uid).uids);
        case Key::answered:
            return flagged(Flag::answered);
        case Key::deleted:
            return flagged(Flag::deleted);
        case Key::draft:
            return flagged(Flag::draft);
        case Key::flagged:
            return flagged(Flag::flagged);
        case Key::seen:
            return flagged(Flag::seen);
        case Key::recent:
            return among(context.selected.recent());
        case Key::new_:
            return recent_and_unseen(context.selected);
        case Key::keyword:
            return {.kind = Kind::keyword, .text = key.text};
        case Key::email_id:
            return identified(Kind::email, parse_email_object_id(key.text));
        case Key::thread_id:
            return identified(Kind::thread, parse_thread_object_id(key.text));
        default:
            break;
    }
    if (auto made = worded(key, context.charset)) return std::move(*made);
    return measured(key, context.now);
}

}  // namespace helio::store::imapd
