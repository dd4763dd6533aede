#include "store/mailbox/uid_set.h"

#include <algorithm>
#include <cassert>

namespace helio::store {
namespace {

/// The first range that ends at or after `uid`.
auto reaching(const std::vector<UidRange>& ranges, Uid uid) {
    return std::ranges::lower_bound(ranges, uid, {}, &UidRange::last);
}

}  // namespace

UidSet::UidSet(std::vector<UidRange> ranges) {
    std::erase_if(ranges, [](const UidRange& range) { return range.first > range.last; });
    std::ranges::sort(ranges, {}, &UidRange::first);
    for (const auto& range : ranges) {
        if (!ranges_.empty() && range.first.value <= std::uint64_t{ranges_.back().last.value} + 1) {
            ranges_.back().last = std::max(ranges_.back().last, range.last);
        } else {
            ranges_.push_back(range);
        }
    }
    index();
}

void UidSet::index() {
    before_.resize(ranges_.size());
    std::size_t total = 0;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        before_[i] = total;
        total += length(ranges_[i]);
    }
}

Uid UidSet::at(std::size_t index) const {
    assert(index < size());
    const auto after = std::ranges::upper_bound(before_, index);
    const auto at = static_cast<std::size_t>(after - before_.begin()) - 1;
    return Uid{static_cast<std::uint32_t>(ranges_[at].first.value + (index - before_[at]))};
}

std::optional<std::size_t> UidSet::position_of(Uid uid) const {
    const auto range = reaching(ranges_, uid);
    if (range == ranges_.end() || range->first > uid) return std::nullopt;
    return before_[static_cast<std::size_t>(range - ranges_.begin())] + (uid.value - range->first.value);
}

std::size_t UidSet::count_below(Uid uid) const {
    const auto range = reaching(ranges_, uid);
    if (range == ranges_.end()) return size();
    const auto before = before_[static_cast<std::size_t>(range - ranges_.begin())];
    return before + (range->first < uid ? uid.value - range->first.value : 0);
}

std::optional<Uid> UidSet::front() const {
    if (ranges_.empty()) return std::nullopt;
    return ranges_.front().first;
}

std::optional<Uid> UidSet::back() const {
    if (ranges_.empty()) return std::nullopt;
    return ranges_.back().last;
}

void UidSet::add(Uid first, Uid last) {
    if (first > last) return;
    if (ranges_.empty() || first.value > std::uint64_t{ranges_.back().last.value} + 1) {
        before_.push_back(size());
        ranges_.push_back({first, last});
        return;
    }
    if (first.value == std::uint64_t{ranges_.back().last.value} + 1) {
        ranges_.back().last = last;
        return;
    }
    auto ranges = std::move(ranges_);
    ranges.push_back({first, last});
    *this = UidSet(std::move(ranges));
}

void UidSet::add(const UidSet& other) {
    if (other.empty()) return;
    if (other.ranges_.size() == 1) {
        add(other.ranges_[0].first, other.ranges_[0].last);
        return;
    }
    auto ranges = std::move(ranges_);
    ranges.insert(ranges.end(), other.ranges_.begin(), other.ranges_.end());
    *this = UidSet(std::move(ranges));
}

void UidSet::remove(const UidSet& other) {
    std::vector<UidRange> left;
    auto cut = other.ranges_.begin();
    for (auto range : ranges_) {
        while (cut != other.ranges_.end() && cut->last < range.first) ++cut;
        auto hit = cut;
        bool gone = false;
        for (; hit != other.ranges_.end() && hit->first <= range.last; ++hit) {
            if (hit->first > range.first) left.push_back({range.first, Uid{hit->first.value - 1}});
            if (hit->last >= range.last) {
                gone = true;
                break;
            }
            range.first = Uid{hit->last.value + 1};
        }
        if (!gone) left.push_back(range);
    }
    ranges_ = std::move(left);
    index();
}

UidSet UidSet::intersection(const UidSet& other) const {
    UidSet both;
    auto a = ranges_.begin();
    auto b = other.ranges_.begin();
    while (a != ranges_.end() && b != other.ranges_.end()) {
        both.add(std::max(a->first, b->first), std::min(a->last, b->last));
        if (a->last < b->last) {
            ++a;
        } else {
            ++b;
        }
    }
    return both;
}

UidSet UidSet::within(Uid first, Uid last) const {
    UidSet found;
    for (auto range = reaching(ranges_, first); range != ranges_.end() && range->first <= last; ++range) {
        found.add(std::max(range->first, first), std::min(range->last, last));
    }
    return found;
}

std::string UidSet::to_string() const {
    std::string out;
    for (const auto& range : ranges_) {
        if (!out.empty()) out += ',';
        out += std::to_string(range.first.value);
        if (range.last != range.first) out.append(":").append(std::to_string(range.last.value));
    }
    return out;
}

}  // namespace helio::store
