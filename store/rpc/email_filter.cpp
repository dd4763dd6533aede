#include "store/rpc/email_filter.h"

#include "common/base/result.h"
#include "common/imap/fold.h"
#include "store/mailbox/errc.h"

namespace helio::store {
namespace {

using search::Condition;
using search::Range;
using Kind = Condition::Kind;

constexpr unsigned most_depth = 20;

/// What a filter may still hold. Each text is sought in every part of a message.
struct Room {
    std::size_t filters = 500;
    std::size_t texts = 50;
};

Condition keyword(const std::string& name) {
    if (const auto flag = parse_flag(name)) return {.kind = Kind::flag, .flag = *flag};
    return {.kind = Kind::keyword, .text = name};
}

Result<> read_mailbox(const std::string& id, Condition& into) {
    const auto mailbox = parse_mailbox_object_id(id);
    if (!mailbox) return fail(errc::bad_name, "mailbox id");
    into.mailboxes.push_back(*mailbox);
    return {};
}

/// Where the email is and which it is.
Result<> read_places(const pb::EmailFilter& filter, std::vector<Condition>& into) {
    if (!filter.in_mailbox().empty()) {
        const auto done = read_mailbox(filter.in_mailbox(), into.emplace_back(Condition{.kind = Kind::in_mailbox}));
        if (!done) return done;
    }
    if (filter.in_mailbox_other_than_size() > 0) {
        auto& another = into.emplace_back(Condition{.kind = Kind::in_another});
        for (const auto& id : filter.in_mailbox_other_than()) {
            const auto done = read_mailbox(id, another);
            if (!done) return done;
        }
    }
    if (!filter.thread_id().empty()) {
        const auto thread = parse_thread_object_id(filter.thread_id());
        if (!thread) return fail(errc::bad_name, "thread id");
        into.push_back({.kind = Kind::thread, .id = thread->value});
    }
    return {};
}

void read_facts(const pb::EmailFilter& filter, std::vector<Condition>& into) {
    const auto add = [&into](Kind kind, Range range) { into.push_back({.kind = kind, .range = range}); };
    if (filter.has_received_before()) add(Kind::received, Range::below(filter.received_before()));
    if (filter.has_received_after()) add(Kind::received, Range::from(filter.received_after()));
    if (filter.has_min_size()) add(Kind::size, Range::from(search::saturated(filter.min_size())));
    if (filter.has_max_size()) add(Kind::size, Range::below(search::saturated(filter.max_size())));
    if (!filter.has_keyword().empty()) into.push_back(keyword(filter.has_keyword()));
    if (!filter.not_keyword().empty()) into.push_back(Condition::negation(keyword(filter.not_keyword())));
    if (filter.has_has_attachment()) {
        const Condition attachment{.kind = Kind::attachment};
        into.push_back(filter.has_attachment() ? attachment : Condition::negation(attachment));
    }
}

Result<> read_words(const pb::EmailFilter& filter, Room& room, std::vector<Condition>& into) {
    const auto texts = static_cast<std::size_t>(!filter.text().empty()) + (filter.body().empty() ? 0 : 1);
    if (texts > room.texts) return fail(errc::too_many, "texts in the filter");
    room.texts -= texts;

    const auto add = [&into](Kind kind, const std::string& text) {
        if (!text.empty()) into.push_back({.kind = kind, .text = imap::fold(text)});
    };
    const auto add_field = [&into](const std::string& name, const std::string& text) {
        into.push_back({.kind = Kind::field, .name = name, .text = imap::fold(text)});
    };
    add(Kind::subject, filter.subject());
    add(Kind::from, filter.from());
    add(Kind::to, filter.to());
    add(Kind::cc, filter.cc());
    if (!filter.bcc().empty()) add_field("Bcc", filter.bcc());
    if (!filter.header_name().empty()) add_field(filter.header_name(), filter.header_value());
    add(Kind::text, filter.text());
    add(Kind::body, filter.body());
    return {};
}

Result<Condition> read(const pb::EmailFilter& filter, unsigned depth, Room& room) {
    if (depth > most_depth || room.filters == 0) return fail(errc::too_many, "filter");
    --room.filters;
    const auto operation = filter.operator_();
    if (!pb::EmailFilter::Operator_IsValid(operation)) return fail(errc::not_allowed, "operator");
    Condition made{.kind = operation == pb::EmailFilter::OR || operation == pb::EmailFilter::NOT ? Kind::any_of
                                                                                                 : Kind::all_of};
    if (operation == pb::EmailFilter::NONE) {
        const auto placed = read_places(filter, made.children);
        if (!placed) return fail(placed.error());
        read_facts(filter, made.children);
        const auto worded = read_words(filter, room, made.children);
        if (!worded) return fail(worded.error());
        return made;
    }
    for (const auto& inner : filter.filters()) {
        auto child = read(inner, depth + 1, room);
        if (!child) return child;
        made.children.push_back(std::move(*child));
    }
    if (operation == pb::EmailFilter::NOT) return Condition::negation(std::move(made));
    return made;
}

}  // namespace

Result<Condition> read_email_filter(const pb::EmailFilter& filter) {
    Room room;
    return read(filter, 0, room);
}

}  // namespace helio::store
