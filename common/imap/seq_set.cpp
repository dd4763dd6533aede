#include "common/imap/seq_set.h"

#include <algorithm>

#include "common/imap/char_class.h"

namespace helio::imap {

NumberSet::NumberSet(std::vector<NumberRange> ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& range : ranges) add(range);
}

void NumberSet::add(NumberRange range) {
    if (ranges_.empty() || std::uint64_t{ranges_.back().last} + 1 < range.first) {
        ranges_.push_back(range);
        return;
    }
    if (range.first >= ranges_.back().first) {
        ranges_.back().last = std::max(ranges_.back().last, range.last);
        return;
    }
    // Out of order: put it at its place and join what touches.
    auto at = std::lower_bound(ranges_.begin(), ranges_.end(), range,
                               [](const auto& a, const auto& b) { return std::uint64_t{a.last} + 1 < b.first; });
    auto end = at;
    while (end != ranges_.end() && end->first <= std::uint64_t{range.last} + 1) {
        range.first = std::min(range.first, end->first);
        range.last = std::max(range.last, end->last);
        ++end;
    }
    at = ranges_.erase(at, end);
    ranges_.insert(at, range);
}

bool NumberSet::contains(std::uint32_t number) const {
    const auto at = std::lower_bound(ranges_.begin(), ranges_.end(), number,
                                     [](const NumberRange& range, std::uint32_t n) { return range.last < n; });
    return at != ranges_.end() && at->first <= number;
}

std::uint64_t NumberSet::count() const {
    std::uint64_t total = 0;
    for (const auto& range : ranges_) total += std::uint64_t{range.last} - range.first + 1;
    return total;
}

std::string NumberSet::to_string() const {
    std::string out;
    for (const auto& range : ranges_) {
        if (!out.empty()) out += ',';
        out += std::to_string(range.first);
        if (range.last != range.first) out += ':' + std::to_string(range.last);
    }
    return out;
}

SeqSet SeqSet::saved_result() {
    SeqSet set;
    set.saved_ = true;
    return set;
}

// seq-number   = nz-number / "*"
// seq-range    = seq-number ":" seq-number
// sequence-set = (seq-number / seq-range) ["," sequence-set] / seq-last-command ("$")
SeqSet SeqSet::parse(Cursor& in) {
    constexpr std::string_view error = "Invalid message set";
    if (in.take('$')) return saved_result();
    const auto number = [&in, error] { return in.take('*') ? star : in.nz_number(error); };
    SeqSet set;
    do {
        Range range;
        range.first = number();
        range.last = in.take(':') ? number() : range.first;
        set.ranges_.push_back(range);
    } while (in.take(','));
    return in.failed() ? SeqSet() : set;
}

NumberSet SeqSet::resolve(std::uint32_t greatest) const {
    std::vector<NumberRange> ranges;
    ranges.reserve(ranges_.size());
    for (const auto& range : ranges_) {
        if (greatest == 0 && (range.first == star || range.last == star)) continue;
        const std::uint32_t a = range.first == star ? greatest : range.first;
        const std::uint32_t b = range.last == star ? greatest : range.last;
        ranges.push_back({std::min(a, b), std::max(a, b)});
    }
    return NumberSet(std::move(ranges));
}

bool SeqSet::names_above(std::uint32_t most) const {
    return std::any_of(ranges_.begin(), ranges_.end(), [most](const Range& range) {
        if (range.first == star || range.last == star) return most == 0;
        return std::max(range.first, range.last) > most;
    });
}

std::string SeqSet::to_string() const {
    if (saved_) return "$";
    const auto number = [](std::uint32_t n) { return n == star ? std::string("*") : std::to_string(n); };
    std::string out;
    for (const auto& range : ranges_) {
        if (!out.empty()) out += ',';
        out += number(range.first);
        if (range.last != range.first) out += ':' + number(range.last);
    }
    return out;
}

}  // namespace helio::imap
