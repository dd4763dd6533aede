// EmailFilter: pb::EmailFilter ready to be asked of messages (RFC 8621 §4.4.1). An email matches when one of its copies
// does. Two steps, so that no text is read inside a snapshot: what rows and summaries tell, then the rest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/mail/summary.h"
#include "store/imapd/message_text.h"
#include "store/mailbox/mail_store.h"
#include "store/v1/store.pb.h"  // generated

namespace helio::store {

namespace pb = v1;

class EmailFilter {
public:
    /// Errors: bad_name (an id that is none), too_many (nested deeper than 20, more than 500 conditions).
    static Result<EmailFilter> read(const pb::EmailFilter& filter);

    /// The one mailbox that all matches are in, when the filter says so.
    std::optional<MailboxId> only_mailbox() const;
    /// Flags by name; ask once per mailbox and hand it to the first step.
    enum class Answer { no, yes, maybe };
    Answer ask_row(const MailboxView& view, const Keywords& keywords, const Message& message) const {
        return ask_row(root_, view, keywords, message);
    }
    /// The whole question, for those that are `maybe`. `mailboxes`: where its copies are. Errors: those of
    /// MessageText::read().
    struct Candidate {
        const Message& message;
        const Keywords& keywords;
        const std::vector<MailboxId>& mailboxes;
        imapd::MessageText& text;
    };
    Result<bool> ask(const Candidate& candidate) const { return ask(root_, candidate); }

private:
    using Operator = pb::EmailFilter::Operator;
    enum class Kind {
        combined,
        in_mailbox,
        in_other_mailbox,
        received_before,
        received_after,
        min_size,
        max_size,
        has_keyword,
        not_keyword,
        has_attachment,
        thread,
        subject,
        from,
        to,
        cc,
        header,
        text,
        body,
    };
    struct Node {
        Kind kind = Kind::combined;
        Operator combine = pb::EmailFilter::AND;
        std::vector<Node> children;
        std::vector<MailboxId> mailboxes;
        ThreadId thread;
        std::int64_t number = 0;
        std::string name;
        std::string text;  // folded, except of a keyword
    };
    static Result<> read(const pb::EmailFilter& filter, unsigned depth, std::size_t& left, Node& into);
    static Result<> read_conditions(const pb::EmailFilter& filter, Node& into);
    static Answer ask_row(const Node& node, const MailboxView& view, const Keywords& keywords, const Message& message);
    static std::optional<bool> ask_facts(const Node& node, const Keywords& keywords, const Message& message);
    static Answer ask_summary(const Node& node, const mail::SummaryView& summary);
    static Result<bool> ask(const Node& node, const Candidate& candidate);
    static Result<bool> ask_leaf(const Node& node, const Candidate& candidate);

    Node root_;
};

}  // namespace helio::store
