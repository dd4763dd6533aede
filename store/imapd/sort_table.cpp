#include "store/imapd/sort_table.h"

#include <algorithm>

#include "store/search/sort_key.h"

namespace helio::store::imapd {

namespace {

using Key = imap::SortCriterion::Key;

constexpr std::size_t most_text_bytes = 4096;
constexpr unsigned length_bits = 16;

bool is_text(Key key) { return key != Key::arrival && key != Key::date && key != Key::size; }

// As a number whose order is that of signed ones.
std::uint64_t ordered(std::int64_t value) { return static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63); }

std::string text_of(Key key, const mail::SummaryView& summary) {
    switch (key) {
        case Key::from:
            return search::mailbox_key(summary, mail::EnvelopeList::from);
        case Key::to:
            return search::mailbox_key(summary, mail::EnvelopeList::to);
        case Key::cc:
            return search::mailbox_key(summary, mail::EnvelopeList::cc);
        case Key::display_from:
            return search::display_key(summary, mail::EnvelopeList::from);
        case Key::display_to:
            return search::display_key(summary, mail::EnvelopeList::to);
        default:
            return search::subject_key(summary);
    }
}

}  // namespace

SortTable::SortTable(std::vector<imap::SortCriterion> criteria)
    : criteria_(std::move(criteria)), keys_(criteria_.size()) {}

bool SortTable::needs_summary() const {
    return std::any_of(criteria_.begin(), criteria_.end(), [](const imap::SortCriterion& criterion) {
        return is_text(criterion.key) || criterion.key == Key::date;
    });
}

std::uint64_t SortTable::put_text(std::string_view text) {
    text = text.substr(0, most_text_bytes);
    const std::uint64_t place = (texts_.size() << length_bits) | text.size();
    texts_ += text;
    return place;
}

std::string_view SortTable::text_at(std::uint64_t place) const {
    return std::string_view(texts_).substr(place >> length_bits, place & ((1U << length_bits) - 1));
}

std::uint64_t SortTable::key_of(Key key, const Message& message, const mail::SummaryView* summary) {
    switch (key) {
        case Key::arrival:
            return ordered(message.internal_date.unix_seconds);
        case Key::date:
            return ordered(search::sent_seconds(message, summary));
        case Key::size:
            return message.size;
        default:
            return put_text(summary ? text_of(key, *summary) : std::string());
    }
}

void SortTable::add(const Message& message, const mail::SummaryView* summary) {
    uids_.push_back(message.uid);
    for (std::size_t i = 0; i < criteria_.size(); ++i) keys_[i].push_back(key_of(criteria_[i].key, message, summary));
}

std::size_t SortTable::bytes() const {
    return texts_.size() + uids_.size() * (2 * sizeof(Uid) + sizeof(std::uint32_t) + 8 * criteria_.size());
}

int SortTable::compare(std::size_t criterion, std::uint32_t a, std::uint32_t b) const {
    const std::uint64_t x = keys_[criterion][a];
    const std::uint64_t y = keys_[criterion][b];
    int order = 0;
    if (is_text(criteria_[criterion].key)) {
        order = text_at(x).compare(text_at(y));
    } else {
        order = x < y ? -1 : static_cast<int>(x > y);
    }
    return criteria_[criterion].reverse ? -order : order;
}

std::vector<Uid> SortTable::sorted() {
    std::vector<std::uint32_t> order(uids_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
        for (std::size_t i = 0; i < criteria_.size(); ++i) {
            const int difference = compare(i, a, b);
            if (difference != 0) return difference < 0;
        }
        return a < b;
    });
    std::vector<Uid> result;
    result.reserve(order.size());
    for (const std::uint32_t i : order) result.push_back(uids_[i]);
    return result;
}

}  // namespace helio::store::imapd
