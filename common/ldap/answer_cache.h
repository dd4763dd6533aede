// AnswerCache: what the directory answered of late, and which questions are under way, so that however many ask the
// same at once, one search is made. Found answers hold for `ttl`, absent ones for `negative_ttl`; when a question that
// was found before stays unknown, the old answer goes on up to `stale_limit`. Bounded: the least recently used go.
// Thread-safe; waiters are called by the thread that finishes the question, outside the lock.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/ldap/directory.h"

namespace helio::ldap {

struct CacheLimits {
    std::chrono::milliseconds ttl;
    std::chrono::milliseconds negative_ttl;
    std::chrono::milliseconds stale_limit;
    std::chrono::milliseconds stale_pause{
        1'000};  ///< a stale answer is given so long before the directory is asked again
    std::size_t entries;
    std::size_t questions = 10'000;  ///< under way at once
};

/// Where a question's answer came from; one series per value.
struct CacheCounters {
    base::Counter& cached;
    base::Counter& joined;
    base::Counter& asked;
    base::Counter& stale;
};

template <class T>
class AnswerCache {
public:
    using Waiter = std::move_only_function<void(const Answer<T>&)>;
    enum class Joined { answered, first, waiting, refused };

    AnswerCache(CacheLimits limits, CacheCounters counters, const base::Clock& clock)
        : limits_(limits), counters_(counters), clock_(clock) {}

    /// The answer when it is known and still holds.
    std::optional<Answer<T>> fresh(const std::string& key) {
        const std::lock_guard lock(lock_);
        return fresh_locked(key);
    }

    /// Makes `waiter` wait for the answer to `key`. first: nobody asked yet, so the caller must see to it that finish()
    /// is called, once. answered (the answer is called back before join returns) and refused (too many): no more to do.
    Joined join(const std::string& key, Waiter waiter) {
        std::optional<Answer<T>> known;
        {
            const std::lock_guard lock(lock_);
            known = fresh_locked(key);
            if (!known) {
                const auto under_way = waiting_.find(key);
                if (under_way != waiting_.end()) {
                    under_way->second.push_back(std::move(waiter));
                    counters_.joined.add();
                    return Joined::waiting;
                }
                if (waiting_.size() >= limits_.questions) return Joined::refused;
                waiting_[key].push_back(std::move(waiter));
                counters_.asked.add();
                return Joined::first;
            }
        }
        waiter(*known);
        return Joined::answered;
    }

    /// Keeps the answer, or replaces an unknown one by the stale one that is still good; then calls everyone who waits.
    void finish(const std::string& key, Answer<T> answer) {
        std::vector<Waiter> waiters;
        {
            const std::lock_guard lock(lock_);
            answer = answer.found == Found::unknown ? stale_or(key, std::move(answer)) : keep(key, std::move(answer));
            const auto under_way = waiting_.find(key);
            if (under_way != waiting_.end()) {
                waiters = std::move(under_way->second);
                waiting_.erase(under_way);
            }
        }
        for (auto& waiter : waiters) waiter(answer);
    }

    std::size_t size() const {
        const std::lock_guard lock(lock_);
        return by_key_.size();
    }

private:
    struct Kept {
        std::string key;
        Answer<T> answer;
        base::SteadyTime learnt;
        base::SteadyTime holds_until;
    };
    using Place = typename std::list<Kept>::iterator;

    std::optional<Answer<T>> fresh_locked(const std::string& key) {
        const auto found = by_key_.find(key);
        if (found == by_key_.end() || found->second->holds_until <= clock_.now()) return std::nullopt;
        kept_.splice(kept_.begin(), kept_, found->second);
        counters_.cached.add();
        return found->second->answer;
    }

    Answer<T> keep(const std::string& key, Answer<T> answer) {
        const auto now = clock_.now();
        const auto holds_until = now + (answer.found == Found::found ? limits_.ttl : limits_.negative_ttl);
        const auto found = by_key_.find(key);
        if (found != by_key_.end()) {
            auto& kept = *found->second;
            kept.answer = answer;
            kept.learnt = now;
            kept.holds_until = holds_until;
            kept_.splice(kept_.begin(), kept_, found->second);
            return answer;
        }
        kept_.push_front({key, answer, now, holds_until});
        by_key_.emplace(kept_.front().key, kept_.begin());
        if (by_key_.size() > limits_.entries) {
            by_key_.erase(kept_.back().key);
            kept_.pop_back();
        }
        return answer;
    }

    Answer<T> stale_or(const std::string& key, Answer<T> unknown) {
        const auto found = by_key_.find(key);
        if (found == by_key_.end()) return unknown;
        auto& kept = *found->second;
        const auto now = clock_.now();
        if (kept.answer.found != Found::found || kept.learnt + limits_.stale_limit <= now) return unknown;
        kept.holds_until = now + limits_.stale_pause;
        counters_.stale.add();
        return kept.answer;
    }

    const CacheLimits limits_;
    const CacheCounters counters_;
    const base::Clock& clock_;
    mutable std::mutex lock_;
    std::list<Kept> kept_;                                // most recently used first
    std::unordered_map<std::string_view, Place> by_key_;  // views of Kept::key
    std::unordered_map<std::string, std::vector<Waiter>> waiting_;
};

}  // namespace helio::ldap
