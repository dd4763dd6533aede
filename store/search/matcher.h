// Matcher: a condition ready to be asked of messages. The parts of an AND or OR stand in the order of their cost, so
// that a text is read only where rows and summaries don't decide; within a read of the index `at_hand` keeps it from
// reading texts at all. Pure but for the MessageText that it is given; ask() is as thread-safe as that.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "store/search/condition.h"
#include "store/search/message_text.h"

namespace helio::store::search {

enum class Answer { no, yes, maybe };

/// One message under question.
struct Candidate {
    const Message& message;
    MessageText& text;
    std::span<const MailboxId> mailboxes = {};  ///< where copies of it are; asked by in_mailbox and in_another alone
    bool at_hand = false;  ///< the answer is `maybe` where a text, or a mailbox that is not named, would decide
};

class Matcher {
public:
    explicit Matcher(Condition condition);

    /// From here on messages come from the mailbox with these keywords; before that none has a keyword.
    void bind(const Keywords& keywords) { bind(root_, keywords); }
    /// Never `maybe` without Candidate::at_hand. Errors: those of MessageText::read(), never with at_hand.
    Result<Answer> ask(const Candidate& candidate) const { return ask(root_, candidate); }

    /// True when rows alone decide.
    bool rows_suffice() const { return root_.cost <= Cost::row; }
    /// True when rows and summaries decide, but for a summary that is cut.
    bool summaries_suffice() const { return root_.cost <= Cost::summary; }
    /// True when every message matches.
    bool is_all() const { return root_.condition.kind == Condition::Kind::all; }
    /// Those of `uids` that can match at all, by the sets that all must be in.
    UidSet within(UidSet uids) const;
    /// The one mailbox that all matches are in, when the condition says so.
    std::optional<MailboxId> only_mailbox() const { return only_mailbox(root_); }

private:
    enum class Cost { row, summary, header, text };
    struct Node {
        Condition condition;  // its children are below
        Cost cost = Cost::row;
        std::optional<std::size_t> keyword;  // its bit in the mailbox at hand; nothing: no message has it
        std::vector<Node> children;
    };

    static Cost cost_of(Condition::Kind kind);
    static Node arrange(Condition condition);
    static void bind(Node& node, const Keywords& keywords);
    static void narrow(const Node& node, UidSet& uids);
    static std::optional<MailboxId> only_mailbox(const Node& node);

    static Result<Answer> ask(const Node& node, const Candidate& candidate);
    static Result<Answer> ask_children(const Node& node, const Candidate& candidate);
    static Answer ask_row(const Node& node, const Candidate& candidate);
    static Result<Answer> ask_summary(const Condition& condition, const Candidate& candidate);

    Node root_;
};

}  // namespace helio::store::search
