#include "store/rpc/email_filter.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/imap/fold.h"
#include "common/mail/encoded_word.h"
#include "common/mail/header.h"
#include "store/imapd/search_text.h"
#include "store/mailbox/errc.h"

namespace helio::store {
namespace {

constexpr unsigned most_depth = 20;
constexpr std::size_t most_nodes = 500;

bool has_keyword(const Message& message, const Keywords& keywords, const std::string& name) {
    if (const auto flag = parse_flag(name)) return message.flags.has(*flag);
    const auto bit = keywords.find(name);
    return bit && message.keywords.test(*bit);
}

Result<bool> header_contains(imapd::MessageText& text, std::string_view name, std::string_view folded) {
    const auto header = imapd::read_header(text);
    if (!header) return fail(header.error());
    mail::HeaderReader reader(*header);
    for (auto field = reader.next(); field; field = reader.next()) {
        if (!base::equals_ignoring_case(field->name, name)) continue;
        if (imap::contains_folded(mail::decode_header(mail::unfold(field->value)), folded)) return true;
    }
    return false;
}

}  // namespace

Result<EmailFilter> EmailFilter::read(const pb::EmailFilter& filter) {
    EmailFilter made;
    auto left = most_nodes;
    const auto done = read(filter, 0, left, made.root_);
    if (!done) return fail(done.error());
    return made;
}

Result<> EmailFilter::read(const pb::EmailFilter& filter, unsigned depth, std::size_t& left, Node& into) {
    if (depth > most_depth || left == 0) return fail(errc::too_many, "filter");
    --left;
    into.combine = filter.operator_() == pb::EmailFilter::NONE ? pb::EmailFilter::AND : filter.operator_();
    if (filter.operator_() == pb::EmailFilter::NONE) return read_conditions(filter, into);
    for (const auto& inner : filter.filters()) {
        const auto done = read(inner, depth + 1, left, into.children.emplace_back());
        if (!done) return done;
    }
    return {};
}

Result<> EmailFilter::read_conditions(const pb::EmailFilter& filter, Node& into) {
    const auto add = [&into](Kind kind) -> Node& {
        auto& node = into.children.emplace_back();
        node.kind = kind;
        return node;
    };
    const auto add_number = [&add](bool given, Kind kind, auto value) {
        if (given) add(kind).number = static_cast<std::int64_t>(value);
    };
    const auto add_text = [&add](const std::string& text, Kind kind) {
        if (!text.empty()) add(kind).text = imap::fold(text);
    };
    const auto read_mailbox = [](const std::string& id, Node& node) -> Result<> {
        const auto mailbox = parse_mailbox_object_id(id);
        if (!mailbox) return fail(errc::bad_name, "mailbox id");
        node.mailboxes.push_back(*mailbox);
        return {};
    };
    if (!filter.in_mailbox().empty()) {
        const auto done = read_mailbox(filter.in_mailbox(), add(Kind::in_mailbox));
        if (!done) return done;
    }
    if (filter.in_mailbox_other_than_size() > 0) {
        auto& node = add(Kind::in_other_mailbox);
        for (const auto& id : filter.in_mailbox_other_than()) {
            const auto done = read_mailbox(id, node);
            if (!done) return done;
        }
    }
    add_number(filter.has_received_before(), Kind::received_before, filter.received_before());
    add_number(filter.has_received_after(), Kind::received_after, filter.received_after());
    add_number(filter.has_min_size(), Kind::min_size, std::min<std::uint64_t>(filter.min_size(), INT64_MAX));
    add_number(filter.has_max_size(), Kind::max_size, std::min<std::uint64_t>(filter.max_size(), INT64_MAX));
    if (!filter.has_keyword().empty()) add(Kind::has_keyword).text = filter.has_keyword();
    if (!filter.not_keyword().empty()) add(Kind::not_keyword).text = filter.not_keyword();
    add_number(filter.has_has_attachment(), Kind::has_attachment, filter.has_attachment());
    if (!filter.thread_id().empty()) {
        const auto thread = parse_thread_object_id(filter.thread_id());
        if (!thread) return fail(errc::bad_name, "thread id");
        add(Kind::thread).thread = *thread;
    }
    add_text(filter.subject(), Kind::subject);
    add_text(filter.from(), Kind::from);
    add_text(filter.to(), Kind::to);
    add_text(filter.cc(), Kind::cc);
    if (!filter.bcc().empty()) {
        auto& node = add(Kind::header);
        node.name = "Bcc";
        node.text = imap::fold(filter.bcc());
    }
    if (!filter.header_name().empty()) {
        auto& node = add(Kind::header);
        node.name = filter.header_name();
        node.text = imap::fold(filter.header_value());
    }
    add_text(filter.text(), Kind::text);
    add_text(filter.body(), Kind::body);
    return {};
}

std::optional<MailboxId> EmailFilter::only_mailbox() const {
    if (root_.kind != Kind::combined || root_.combine != pb::EmailFilter::AND) return std::nullopt;
    for (const auto& child : root_.children) {
        if (child.kind == Kind::in_mailbox) return child.mailboxes.front();
        if (child.kind != Kind::combined || child.combine != pb::EmailFilter::AND) continue;
        for (const auto& inner : child.children) {
            if (inner.kind == Kind::in_mailbox) return inner.mailboxes.front();
        }
    }
    return std::nullopt;
}

/// What the row alone tells; nothing when it does not.
std::optional<bool> EmailFilter::ask_facts(const Node& node, const Keywords& keywords, const Message& message) {
    switch (node.kind) {
        case Kind::received_before:
            return message.internal_date.unix_seconds < node.number;
        case Kind::received_after:
            return message.internal_date.unix_seconds >= node.number;
        case Kind::min_size:
            return message.size >= static_cast<std::uint64_t>(node.number);
        case Kind::max_size:
            return message.size < static_cast<std::uint64_t>(node.number);
        case Kind::has_keyword:
            return has_keyword(message, keywords, node.text);
        case Kind::not_keyword:
            return !has_keyword(message, keywords, node.text);
        case Kind::thread:
            return message.thread == node.thread;
        default:
            return std::nullopt;
    }
}

EmailFilter::Answer EmailFilter::ask_summary(const Node& node, const mail::SummaryView& summary) {
    const auto yes_when = [](bool condition) { return condition ? Answer::yes : Answer::no; };
    mail::SearchText text;
    switch (node.kind) {
        case Kind::has_attachment:
            return yes_when(summary.has_attachment() == (node.number != 0));
        case Kind::subject:
            text = summary.subject();
            break;
        case Kind::from:
            text = summary.from();
            break;
        case Kind::to:
            text = summary.to();
            break;
        case Kind::cc:
            text = summary.cc();
            break;
        default:
            return Answer::maybe;
    }
    if (imap::contains_folded(text.text, node.text)) return Answer::yes;
    return text.complete ? Answer::no : Answer::maybe;
}

EmailFilter::Answer EmailFilter::ask_row(const Node& node, const MailboxView& view, const Keywords& keywords,
                                         const Message& message) {
    if (node.kind == Kind::combined) {
        // AND looks for a no, OR and NOT for a yes; with neither and a maybe it stays open.
        const bool conjunction = node.combine == pb::EmailFilter::AND;
        bool open = false;
        bool decided = false;
        for (const auto& child : node.children) {
            const auto answer = ask_row(child, view, keywords, message);
            open = open || answer == Answer::maybe;
            decided = answer == (conjunction ? Answer::no : Answer::yes);
            if (decided) break;
        }
        if (!decided && open) return Answer::maybe;
        const bool negated = node.combine == pb::EmailFilter::NOT;
        return decided != conjunction != negated ? Answer::yes : Answer::no;
    }
    if (const auto fact = ask_facts(node, keywords, message)) return *fact ? Answer::yes : Answer::no;
    const auto here = std::ranges::find(node.mailboxes, view.mailbox().id) != node.mailboxes.end();
    if (node.kind == Kind::in_mailbox) return here ? Answer::yes : Answer::maybe;
    if (node.kind == Kind::in_other_mailbox) return here ? Answer::maybe : Answer::yes;
    const auto bytes = view.summary(message.body);
    const auto summary =
        bytes ? mail::SummaryView::open(*bytes) : Result<mail::SummaryView>(fail(mail::errc::malformed));
    return summary ? ask_summary(node, *summary) : Answer::maybe;
}

Result<bool> EmailFilter::ask(const Node& node, const Candidate& candidate) {
    if (node.kind != Kind::combined) return ask_leaf(node, candidate);
    const bool conjunction = node.combine == pb::EmailFilter::AND;
    bool decided = false;
    for (const auto& child : node.children) {
        const auto answer = ask(child, candidate);
        if (!answer) return answer;
        decided = *answer != conjunction;
        if (decided) break;
    }
    return decided != conjunction != (node.combine == pb::EmailFilter::NOT);
}

Result<bool> EmailFilter::ask_leaf(const Node& node, const Candidate& candidate) {
    if (const auto fact = ask_facts(node, candidate.keywords, candidate.message)) return *fact;
    const auto listed = [&node](MailboxId id) { return std::ranges::find(node.mailboxes, id) != node.mailboxes.end(); };
    switch (node.kind) {
        case Kind::in_mailbox:
            return std::ranges::any_of(candidate.mailboxes, listed);
        case Kind::in_other_mailbox:
            return !std::ranges::all_of(candidate.mailboxes, listed);
        case Kind::text:
        case Kind::body:
            return imapd::text_contains(candidate.text, node.text, node.kind == Kind::text);
        case Kind::header:
            return header_contains(candidate.text, node.name, node.text);
        default:
            break;
    }
    const auto summary = candidate.text.summary();
    if (!summary) return fail(summary.error());
    const auto answer = ask_summary(node, **summary);
    if (answer != Answer::maybe) return answer == Answer::yes;
    // The summary holds a part of a long field.
    const auto name = node.kind == Kind::subject ? "Subject"
                      : node.kind == Kind::from  ? "From"
                      : node.kind == Kind::to    ? "To"
                                                 : "Cc";
    return header_contains(candidate.text, name, node.text);
}

}  // namespace helio::store
