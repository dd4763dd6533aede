// SortTable: the keys by which SORT orders messages (RFC 5256 §3, RFC 5957 §3), collected message by message, then
// sorted. Numbers are kept as they are, texts folded (i;unicode-casemap) one behind the other in one string; bytes()
// tells how much memory is in use. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/imap/sort_arguments.h"
#include "common/mail/summary.h"
#include "store/mailbox/message.h"

namespace helio::store::imapd {

class SortTable {
public:
    explicit SortTable(std::vector<imap::SortCriterion> criteria);

    /// True when a key comes from the summary; else add() may be given none.
    bool needs_summary() const;
    /// Messages come in the order of their sequence numbers, by which equal ones stay.
    void add(const Message& message, const mail::SummaryView* summary);
    std::size_t bytes() const;
    /// The UIDs in order. The table can't be used again.
    std::vector<Uid> sorted();

private:
    std::uint64_t key_of(imap::SortCriterion::Key key, const Message& message, const mail::SummaryView* summary);
    std::uint64_t put_text(std::string_view text);
    std::string_view text_at(std::uint64_t place) const;
    int compare(std::size_t criterion, std::uint32_t a, std::uint32_t b) const;

    std::vector<imap::SortCriterion> criteria_;
    std::vector<std::vector<std::uint64_t>> keys_;  // of each criterion, of each message
    std::vector<Uid> uids_;
    std::string texts_;
};

}  // namespace helio::store::imapd
