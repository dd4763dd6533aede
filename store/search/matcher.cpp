#include "store/search/matcher.h"

#include <algorithm>

#include "common/imap/fold.h"
#include "store/search/search_text.h"

namespace helio::store::search {

namespace {

using Kind = Condition::Kind;

Answer answer_of(bool matches) { return matches ? Answer::yes : Answer::no; }

Result<Answer> answer_of(const Result<bool>& matches) {
    if (!matches) return fail(matches.error());
    return answer_of(*matches);
}

std::int64_t day_of(const Date& date) { return mail::DateTime{date.unix_seconds, date.zone_minutes}.local_day(); }

// The copies elsewhere are not known at hand.
Answer ask_mailboxes(const Condition& condition, const Candidate& candidate) {
    const bool wanted = condition.kind == Kind::in_mailbox;
    const auto counts = [&](MailboxId id) { return std::ranges::binary_search(condition.mailboxes, id) == wanted; };
    if (std::ranges::any_of(candidate.mailboxes, counts)) return Answer::yes;
    return candidate.at_hand ? Answer::maybe : Answer::no;
}

Result<Answer> ask_field(const Candidate& candidate, std::string_view name, std::string_view part) {
    if (candidate.at_hand) return Answer::maybe;
    return answer_of(field_contains(candidate.text, name, part));
}

Result<Answer> ask_text(const Candidate& candidate, std::string_view part, bool with_header) {
    if (part.empty()) return Answer::yes;
    if (candidate.at_hand) return Answer::maybe;
    return answer_of(text_contains(candidate.text, part, with_header));
}

// Summaries have addresses as people read them; these characters may stand in the field alone: `"<a@b.test>"`.
bool means_field(const Condition& condition) {
    const bool addresses = condition.kind == Kind::from || condition.kind == Kind::to || condition.kind == Kind::cc;
    return addresses && condition.text.find_first_of("<>()\"\\:;") != std::string::npos;
}

struct SummaryField {
    std::string_view name;
    mail::SearchText text;
};

SummaryField field_of(Kind kind, const mail::SummaryView& summary) {
    switch (kind) {
        case Kind::subject:
            return {"Subject", summary.subject()};
        case Kind::from:
            return {"From", summary.from()};
        case Kind::to:
            return {"To", summary.to()};
        default:
            return {"Cc", summary.cc()};
    }
}

}  // namespace

Matcher::Matcher(Condition condition) : root_(arrange(std::move(condition))) {}

Matcher::Cost Matcher::cost_of(Kind kind) {
    switch (kind) {
        case Kind::subject:
        case Kind::from:
        case Kind::to:
        case Kind::cc:
        case Kind::sent_day:
        case Kind::attachment:
            return Cost::summary;
        case Kind::field:
            return Cost::header;
        case Kind::body:
        case Kind::text:
            return Cost::text;
        default:
            return Cost::row;
    }
}

Matcher::Node Matcher::arrange(Condition condition) {
    Node node;
    node.cost = means_field(condition) ? Cost::header : cost_of(condition.kind);
    for (auto& child : condition.children) {
        node.children.push_back(arrange(std::move(child)));
        node.cost = std::max(node.cost, node.children.back().cost);
    }
    condition.children.clear();
    std::ranges::sort(condition.mailboxes);
    std::ranges::sort(node.children, {}, &Node::cost);
    node.condition = std::move(condition);
    return node;
}

void Matcher::bind(Node& node, const Keywords& keywords) {
    if (node.condition.kind == Kind::keyword) node.keyword = keywords.find(node.condition.text);
    for (auto& child : node.children) bind(child, keywords);
}

UidSet Matcher::within(UidSet uids) const {
    narrow(root_, uids);
    return uids;
}

void Matcher::narrow(const Node& node, UidSet& uids) {
    if (node.condition.kind == Kind::uid) uids = uids.intersection(node.condition.uids);
    if (node.condition.kind != Kind::all_of) return;
    for (const auto& child : node.children) narrow(child, uids);
}

std::optional<MailboxId> Matcher::only_mailbox(const Node& node) {
    const auto& mailboxes = node.condition.mailboxes;
    if (node.condition.kind == Kind::in_mailbox && mailboxes.size() == 1) return mailboxes.front();
    if (node.condition.kind != Kind::all_of) return std::nullopt;
    for (const auto& child : node.children) {
        if (const auto only = only_mailbox(child)) return only;
    }
    return std::nullopt;
}

Result<Answer> Matcher::ask(const Node& node, const Candidate& candidate) {
    const auto& condition = node.condition;
    switch (condition.kind) {
        case Kind::all_of:
        case Kind::any_of:
            return ask_children(node, candidate);
        case Kind::negated: {
            const auto answer = ask(node.children.front(), candidate);
            if (!answer || *answer == Answer::maybe) return answer;
            return answer_of(*answer == Answer::no);
        }
        case Kind::field:
            return ask_field(candidate, condition.name, condition.text);
        case Kind::body:
        case Kind::text:
            return ask_text(candidate, condition.text, condition.kind == Kind::text);
        default:
            return node.cost == Cost::row ? ask_row(node, candidate) : ask_summary(condition, candidate);
    }
}

// AND looks for a no, OR for a yes; with neither and a maybe it stays open.
Result<Answer> Matcher::ask_children(const Node& node, const Candidate& candidate) {
    const auto decisive = answer_of(node.condition.kind == Kind::any_of);
    bool open = false;
    for (const auto& child : node.children) {
        const auto answer = ask(child, candidate);
        if (!answer || *answer == decisive) return answer;
        open = open || *answer == Answer::maybe;
    }
    if (open) return Answer::maybe;
    return answer_of(node.condition.kind == Kind::all_of);
}

Answer Matcher::ask_row(const Node& node, const Candidate& candidate) {
    const auto& condition = node.condition;
    const auto& message = candidate.message;
    switch (condition.kind) {
        case Kind::all:
            return Answer::yes;
        case Kind::uid:
            return answer_of(condition.uids.contains(message.uid));
        case Kind::flag:
            return answer_of(message.flags.has(condition.flag));
        case Kind::keyword:
            return answer_of(node.keyword && message.keywords.test(*node.keyword));
        case Kind::received:
            return answer_of(condition.range.contains(message.internal_date.unix_seconds));
        case Kind::received_day:
            return answer_of(condition.range.contains(day_of(message.internal_date)));
        case Kind::saved_day:
            return answer_of(condition.range.contains(day_of({message.save_date, 0})));
        case Kind::size:
            return answer_of(condition.range.contains(saturated(message.size)));
        case Kind::modseq:
            return answer_of(condition.range.contains(saturated(message.modseq.value)));
        case Kind::email:
            return answer_of(message.email.value == condition.id);
        case Kind::thread:
            return answer_of(message.thread.value == condition.id);
        case Kind::in_mailbox:
        case Kind::in_another:
            return ask_mailboxes(condition, candidate);
        default:
            return Answer::no;
    }
}

Result<Answer> Matcher::ask_summary(const Condition& condition, const Candidate& candidate) {
    if (candidate.at_hand && candidate.text.summary_at_hand() == nullptr) return Answer::maybe;
    const auto summary = candidate.text.summary();
    if (!summary) return fail(summary.error());
    if (condition.kind == Kind::attachment) return answer_of((*summary)->has_attachment());
    if (condition.kind == Kind::sent_day) {
        const auto date = (*summary)->date();
        return answer_of(date && condition.range.contains(date->local_day()));
    }
    const auto [name, text] = field_of(condition.kind, **summary);
    // An empty string asks whether the field is there, which the summary does not tell; a cut text leaves it open.
    if (!condition.text.empty()) {
        if (imap::contains_folded(text.text, condition.text)) return Answer::yes;
        if (text.complete && !means_field(condition)) return Answer::no;
    }
    return ask_field(candidate, name, condition.text);
}

}  // namespace helio::store::search
