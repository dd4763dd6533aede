// QueryEmails: the ids of emails that match a filter, in order (RFC 8621 §4.4). Walks the rows of one mailbox or of the
// account in steps; texts are read after that, for those that rows and summaries leave open.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "store/mailbox/account_changes.h"
#include "store/rpc/email_filter.h"
#include "store/rpc/rpc_service.h"
#include "store/search/matcher.h"
#include "store/search/sort_key.h"

namespace helio::store {
namespace {

constexpr std::size_t rows_at_once = 20'000;
constexpr std::size_t texts_at_once = 20;
constexpr std::size_t most_hits = 1'000'000;
constexpr std::uint32_t usual_limit = 100;
constexpr std::uint32_t most_limit = 10'000;
constexpr std::size_t key_text_bytes = 64;
constexpr int most_sorts = 8;

/// A message that matches or may match. `key` sorts by bytes as the request wants it.
struct Hit {
    std::string key;
    EmailId email;
    ThreadId thread;
    MailboxId mailbox;  // of the copy that was looked at
    Uid uid;
    bool open = false;  // its text decides
};

void add_number(std::string& key, std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value) ^ (1ull << 63);  // negative ones first
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(bits >> shift & 0xff);
}

void add_text(std::string& key, std::string_view folded) {
    key += folded.substr(0, key_text_bytes);
    key += '\0';
}

void add_sort(std::string& key, const pb::EmailSort& sort, const Message& message, search::MessageText& text,
              const Keywords& keywords) {
    switch (sort.property()) {
        case pb::EmailSort::SENT_AT:
            return add_number(key, search::sent_seconds(message, text.summary_at_hand()));
        case pb::EmailSort::SIZE:
            return add_number(key, static_cast<std::int64_t>(message.size));
        case pb::EmailSort::FROM:
        case pb::EmailSort::TO: {
            const auto* summary = text.summary_at_hand();
            const auto which =
                sort.property() == pb::EmailSort::FROM ? mail::EnvelopeList::from : mail::EnvelopeList::to;
            return add_text(key, summary != nullptr ? search::display_key(*summary, which) : std::string());
        }
        case pb::EmailSort::SUBJECT: {
            const auto* summary = text.summary_at_hand();
            return add_text(key, summary != nullptr ? search::subject_key(*summary) : std::string());
        }
        case pb::EmailSort::HAS_KEYWORD: {
            const auto flag = parse_flag(sort.keyword());
            const auto bit = keywords.find(sort.keyword());
            return add_number(key, flag ? message.flags.has(*flag) : bit && message.keywords.test(*bit));
        }
        default:
            return add_number(key, message.internal_date.unix_seconds);
    }
}

std::string sort_key(const pb::QueryEmailsRequest& in, const Message& message, search::MessageText& text,
                     const Keywords& keywords) {
    std::string key;
    for (const auto& sort : in.sort()) {
        const auto begin = key.size();
        add_sort(key, sort, message, text, keywords);
        if (!sort.descending()) continue;
        for (auto at = begin; at < key.size(); ++at) key[at] = static_cast<char>(~key[at]);
    }
    if (in.sort().empty()) add_number(key, ~message.internal_date.unix_seconds);
    return key;
}

/// The first step: what rows and summaries tell.
class Gatherer {
public:
    Gatherer(const pb::QueryEmailsRequest& in, const MailStore& texts, search::Matcher& matcher)
        : in_(in), texts_(texts), matcher_(matcher) {}

    void visit(const MailboxView& view, const Message& message) {
        const auto mailbox = view.mailbox().id;
        if (mailbox != mailbox_) {
            mailbox_ = mailbox;
            keywords_ = view.keywords();
            matcher_.bind(keywords_);
        }
        search::MessageText text(texts_, message, view);
        const auto answer = matcher_.ask({message, text, {&mailbox, 1}, true});
        const bool open = !answer || *answer == search::Answer::maybe;
        if ((!open && *answer == search::Answer::no) || hits.size() == most_hits) return;
        hits.push_back(
            {sort_key(in_, message, text, keywords_), message.email, message.thread, mailbox, message.uid, open});
    }

    std::vector<Hit> hits;

private:
    const pb::QueryEmailsRequest& in_;
    const MailStore& texts_;
    search::Matcher& matcher_;
    MailboxId mailbox_{UINT64_MAX};
    Keywords keywords_;
};

/// The second step, for one that is open. A message that went meanwhile does not match; nor does a damaged one.
bool matches(const AccountAccess& account, search::Matcher& matcher, const Hit& hit) {
    std::optional<Message> message;
    const auto read = account.read(hit.mailbox, [&](const MailboxView& view) {
        message = view.find(hit.uid);
        matcher.bind(view.keywords());
    });
    if (!read || !message) return false;
    std::vector<MailboxId> mailboxes;
    (void)account.read([&](const UserView& view) {
        for (const auto& copy : view.copies(hit.email)) mailboxes.push_back(copy.mailbox);
    });
    search::MessageText text(account.texts(), *message);
    const auto answer = matcher.ask({*message, text, mailboxes});
    return answer && *answer == search::Answer::yes;
}

/// In order, each email once, of each thread the first only when asked so.
void put_in_order(std::vector<Hit>& hits, bool collapse_threads) {
    std::ranges::sort(hits,
                      [](const Hit& a, const Hit& b) { return std::tie(a.key, a.email) < std::tie(b.key, b.email); });
    std::unordered_set<std::uint64_t> seen;
    std::erase_if(hits, [&](const Hit& hit) {
        return !seen.insert(collapse_threads ? hit.thread.value : hit.email.value).second;
    });
}

/// RFC 8620 §5.5: where the answer begins.
std::optional<std::size_t> first_of(const std::vector<Hit>& hits, const pb::QueryEmailsRequest& in) {
    auto position = in.position();
    if (!in.anchor().empty()) {
        const auto anchor = parse_email_object_id(in.anchor());
        const auto found = anchor ? std::ranges::find(hits, *anchor, &Hit::email) : hits.end();
        if (found == hits.end()) return std::nullopt;
        const auto most = static_cast<std::int64_t>(hits.size());
        position = std::max<std::int64_t>(0, found - hits.begin() + std::clamp(in.anchor_offset(), -most, most));
    }
    if (position < 0) position = std::max<std::int64_t>(0, position + static_cast<std::int64_t>(hits.size()));
    return std::min(static_cast<std::size_t>(position), hits.size());
}

}  // namespace

Task<grpc::Status> RpcService::query_emails(RpcCall call, const pb::QueryEmailsRequest& in, pb::QueryEmailsReply& out) {
    constexpr std::string_view method = "QueryEmails";
    if (auto refused = refusal(call); !refused.ok()) co_return done(call, method, std::move(refused));
    auto filter = read_email_filter(in.filter());
    if (!filter) co_return done(call, method, to_status(filter.error()));
    search::Matcher matcher(std::move(*filter));
    if (in.sort_size() > most_sorts) co_return done(call, method, invalid("too many sorts"));
    const auto opened = co_await open_account(call, in.account());
    if (!opened) co_return done(call, method, to_status(opened.error()));
    const auto& account = opened->account;
    AccountReader reader(account);
    if (const auto only = matcher.only_mailbox()) {
        const auto there = account.read(*only, [](const MailboxView&) {});
        if (!there) co_return done(call, method, to_status(there.error()));
        reader = AccountReader(account, std::vector{*only});
    }
    (void)account.read([&out](const UserView& view) { out.set_state(to_state(view)); });

    Gatherer gatherer(in, account.texts(), matcher);
    const auto visit = [&gatherer](const MailboxView& view, const Message& row) { gatherer.visit(view, row); };
    while (reader.step(rows_at_once, visit)) co_await give_way();
    auto& hits = gatherer.hits;
    if (hits.size() == most_hits) co_return done(call, method, to_status(Error{errc::too_many, ""}));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < hits.size(); ++i) {
        if (hits[i].open && i % texts_at_once == 0) co_await give_way();
        if (hits[i].open && !matches(account, matcher, hits[i])) continue;
        if (kept != i) hits[kept] = std::move(hits[i]);
        ++kept;
    }
    hits.resize(kept);
    put_in_order(hits, in.collapse_threads());
    const auto first = first_of(hits, in);
    if (!first) co_return done(call, method, {grpc::StatusCode::NOT_FOUND, "anchor not found"});
    const auto limit = in.limit() == 0 ? usual_limit : std::min(in.limit(), most_limit);
    for (auto i = *first; i < hits.size() && i - *first < limit; ++i) out.add_email_ids(to_object_id(hits[i].email));
    out.set_position(*first);
    out.set_total(hits.size());
    co_return done(call, method, grpc::Status::OK);
}

}  // namespace helio::store
