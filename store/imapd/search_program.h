// SearchProgram: a SEARCH key ready to be asked of messages (RFC 9051 §6.4.4): strings are UTF-8 and case-folded, sets
// are resolved, keys of an AND stand in the order of their cost, so that a text is read only when flags don't decide.
// Pure but for the MessageText that it is given.
#pragma once

#include <vector>

#include "common/imap/search_key.h"
#include "store/imapd/message_text.h"
#include "store/imapd/selected.h"

namespace helio::store::imapd {

/// One message under question.
struct SearchCandidate {
    const Message& message;
    const Selected& selected;
    MessageText& text;
};

class SearchProgram {
public:
    /// `charset` of the strings; it must be one that mail::is_known_charset() or UTF-8 or US-ASCII.
    SearchProgram(const imap::SearchKey& key, std::string_view charset, const Selected& selected,
                  const Keywords& keywords, std::int64_t now);

    /// Errors: those of MessageText::read().
    Result<bool> matches(const SearchCandidate& candidate) const { return ask(root_, candidate); }
    /// True when rows alone decide: no text is read.
    bool rows_suffice() const { return root_.cost <= cost_row; }
    /// True when rows and summaries decide, but for a summary that is cut.
    bool summaries_suffice() const { return root_.cost <= cost_summary; }
    /// True when the answer does not depend on rows: all of candidates().
    bool is_all() const { return root_.kind == imap::SearchKey::Kind::all; }
    /// The messages that can match at all, from UID and sequence sets at the top.
    const UidSet& candidates() const { return candidates_; }
    /// Looks at no others (RFC 9738).
    void look_only_at(UidSet uids) { candidates_ = std::move(uids); }

private:
    static constexpr unsigned cost_row = 1;
    static constexpr unsigned cost_summary = 2;
    static constexpr unsigned cost_header = 3;
    static constexpr unsigned cost_body = 4;

    struct Node {
        imap::SearchKey::Kind kind = imap::SearchKey::Kind::all;
        unsigned cost = 0;
        std::string name;  // header field
        std::string text;  // UTF-8, folded
        std::uint64_t number = 0;
        std::int64_t days = 0;
        UidSet uids;                         // sequence and uid
        std::optional<std::uint64_t> id;     // of email or thread; nothing: no message has it
        std::optional<std::size_t> keyword;  // its bit; nothing: no message has it
        std::vector<Node> children;
    };

    Node compile(const imap::SearchKey& key, std::string_view charset, const Selected& selected,
                 const Keywords& keywords) const;
    void narrow(const Node& node);
    Result<bool> ask(const Node& node, const SearchCandidate& candidate) const;
    Result<bool> ask_row(const Node& node, const SearchCandidate& candidate) const;
    Result<bool> ask_summary(const Node& node, const SearchCandidate& candidate) const;
    Result<bool> ask_header(std::string_view name, std::string_view part, const SearchCandidate& candidate) const;
    Result<bool> ask_text(const Node& node, const SearchCandidate& candidate) const;

    std::int64_t now_;
    Node root_;
    UidSet candidates_;
};

}  // namespace helio::store::imapd
