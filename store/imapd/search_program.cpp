#include "store/imapd/search_program.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/imap/fold.h"
#include "common/mail/charset.h"
#include "common/mail/date.h"
#include "common/mail/encoded_word.h"
#include "common/mail/header.h"
#include "store/imapd/search_text.h"

namespace helio::store::imapd {

namespace {

using Kind = imap::SearchKey::Kind;

std::int64_t day_of(const Date& date) { return mail::DateTime{date.unix_seconds, date.zone_minutes}.local_day(); }

}  // namespace

SearchProgram::SearchProgram(const imap::SearchKey& key, std::string_view charset, const Selected& selected,
                             const Keywords& keywords, std::int64_t now)
    : now_(now), root_(compile(key, charset, selected, keywords)), candidates_(selected.uids()) {
    narrow(root_);
}

// A set at the top, or in the AND at the top, bounds what is looked at.
void SearchProgram::narrow(const Node& node) {
    if (node.kind == Kind::uid) candidates_ = candidates_.intersection(node.uids);
    if (node.kind != Kind::all_of) return;
    for (const auto& child : node.children) narrow(child);
}

SearchProgram::Node SearchProgram::compile(const imap::SearchKey& key, std::string_view charset,
                                           const Selected& selected, const Keywords& keywords) const {
    Node node;
    node.kind = key.kind;
    node.number = key.number;
    node.days = key.date.days;
    node.name = key.name;
    node.cost = cost_row;
    const auto text = [&] {
        node.text = imap::fold(charset.empty() ? mail::valid_utf8(key.text) : mail::to_utf8(charset, key.text));
    };
    switch (key.kind) {
        case Kind::sequence:
        case Kind::uid:
            node.kind = Kind::uid;
            node.uids = selected.resolve(key.set, key.kind == Kind::uid).uids;
            break;
        case Kind::keyword:
            node.keyword = keywords.find(key.text);
            break;
        case Kind::subject:
        case Kind::from:
        case Kind::to:
        case Kind::cc:
            text();
            node.cost = cost_summary;
            break;
        case Kind::sent_before:
        case Kind::sent_on:
        case Kind::sent_since:
            node.cost = cost_summary;
            break;
        case Kind::email_id:
            if (const auto id = parse_email_object_id(key.text)) node.id = id->value;
            break;
        case Kind::thread_id:
            if (const auto id = parse_thread_object_id(key.text)) node.id = id->value;
            break;
        case Kind::bcc:
            node.name = "Bcc";
            text();
            node.cost = cost_header;
            break;
        case Kind::header:
            text();
            node.cost = cost_header;
            break;
        case Kind::body:
        case Kind::text:
            text();
            node.cost = cost_body;
            break;
        case Kind::all_of:
        case Kind::any_of:
        case Kind::negated:
            for (const auto& child : key.children) {
                node.children.push_back(compile(child, charset, selected, keywords));
                node.cost = std::max(node.cost, node.children.back().cost);
            }
            std::sort(node.children.begin(), node.children.end(),
                      [](const Node& a, const Node& b) { return a.cost < b.cost; });
            break;
        default:
            break;
    }
    return node;
}

Result<bool> SearchProgram::ask(const Node& node, const SearchCandidate& candidate) const {
    switch (node.kind) {
        case Kind::all_of:
        case Kind::any_of:
            for (const auto& child : node.children) {
                const auto answer = ask(child, candidate);
                if (!answer) return answer;
                if (*answer == (node.kind == Kind::any_of)) return *answer;
            }
            return node.kind == Kind::all_of;
        case Kind::negated: {
            const auto answer = ask(node.children.front(), candidate);
            if (!answer) return answer;
            return !*answer;
        }
        case Kind::header:
        case Kind::bcc:
            return ask_header(node.name, node.text, candidate);
        case Kind::body:
        case Kind::text:
            return ask_text(node, candidate);
        default:
            return node.cost == cost_summary ? ask_summary(node, candidate) : ask_row(node, candidate);
    }
}

Result<bool> SearchProgram::ask_row(const Node& node, const SearchCandidate& candidate) const {
    const Message& message = candidate.message;
    const Date saved{message.save_date, 0};
    switch (node.kind) {
        case Kind::all:
            return true;
        case Kind::uid:
            return node.uids.contains(message.uid);
        case Kind::answered:
            return message.flags.has(Flag::answered);
        case Kind::deleted:
            return message.flags.has(Flag::deleted);
        case Kind::draft:
            return message.flags.has(Flag::draft);
        case Kind::flagged:
            return message.flags.has(Flag::flagged);
        case Kind::seen:
            return message.flags.has(Flag::seen);
        case Kind::recent:
            return candidate.selected.is_recent(message.uid);
        case Kind::new_:
            return candidate.selected.is_recent(message.uid) && !message.flags.has(Flag::seen);
        case Kind::keyword:
            return node.keyword && message.keywords.test(*node.keyword);
        case Kind::before:
            return day_of(message.internal_date) < node.days;
        case Kind::on:
            return day_of(message.internal_date) == node.days;
        case Kind::since:
            return day_of(message.internal_date) >= node.days;
        case Kind::larger:
            return message.size > node.number;
        case Kind::smaller:
            return message.size < node.number;
        case Kind::older:
            return message.internal_date.unix_seconds <= now_ - static_cast<std::int64_t>(node.number);
        case Kind::younger:
            return message.internal_date.unix_seconds >= now_ - static_cast<std::int64_t>(node.number);
        case Kind::saved_before:
            return day_of(saved) < node.days;
        case Kind::saved_on:
            return day_of(saved) == node.days;
        case Kind::saved_since:
            return day_of(saved) >= node.days;
        case Kind::email_id:
            return message.email.value == node.id;
        case Kind::thread_id:
            return message.thread.value == node.id;
        case Kind::modseq:
            return message.modseq.value >= node.number;
        default:
            return false;
    }
}

Result<bool> SearchProgram::ask_summary(const Node& node, const SearchCandidate& candidate) const {
    const auto summary = candidate.text.summary();
    if (!summary) return fail(summary.error());
    const auto date = (*summary)->date();
    switch (node.kind) {
        case Kind::sent_before:
            return date && date->local_day() < node.days;
        case Kind::sent_on:
            return date && date->local_day() == node.days;
        case Kind::sent_since:
            return date && date->local_day() >= node.days;
        default:
            break;
    }
    mail::SearchText text;
    std::string_view name;
    switch (node.kind) {
        case Kind::subject:
            text = (*summary)->subject(), name = "Subject";
            break;
        case Kind::from:
            text = (*summary)->from(), name = "From";
            break;
        case Kind::to:
            text = (*summary)->to(), name = "To";
            break;
        default:
            text = (*summary)->cc(), name = "Cc";
            break;
    }
    // An empty string asks whether the field is there, which the summary does not tell.
    if (node.text.empty()) return ask_header(name, node.text, candidate);
    if (imap::contains_folded(text.text, node.text)) return true;
    if (text.complete) return false;
    return ask_header(name, node.text, candidate);
}

Result<bool> SearchProgram::ask_header(std::string_view name, std::string_view part,
                                       const SearchCandidate& candidate) const {
    const auto header = read_header(candidate.text);
    if (!header) return fail(header.error());
    mail::HeaderReader reader(*header);
    for (auto field = reader.next(); field; field = reader.next()) {
        if (!base::equals_ignoring_case(field->name, name)) continue;
        if (imap::contains_folded(searchable_value(field->name, field->value), part)) return true;
    }
    return false;
}

Result<bool> SearchProgram::ask_text(const Node& node, const SearchCandidate& candidate) const {
    if (node.text.empty()) return true;
    return text_contains(candidate.text, node.text, node.kind == Kind::text);
}

}  // namespace helio::store::imapd
