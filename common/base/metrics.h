// Metrics: counters, gauges and histograms of one daemon, printed in Prometheus' text format by the admin port.
// A Registry is made in main and passed to what measures; a metric is asked for once and kept as a reference.
// Updating is lock-free and safe from any thread; asking and printing take a lock. Label values come from fixed sets
// only (results, protocols, backends): never a user or an address, so the number of series is bounded.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace helio::base {

class Counter {
public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_ = 0;
};

/// Durations in buckets from 50 us to 60 s.
class Histogram {
public:
    static constexpr std::array<double, 13> bounds_seconds = {0.00005, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                                              0.05,    0.2,    1,      5,     20,    60};
    void observe(std::chrono::nanoseconds duration);
    std::uint64_t count_up_to(std::size_t bucket) const;
    double sum_seconds() const { return static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9; }

private:
    std::array<std::atomic<std::uint64_t>, bounds_seconds.size() + 1> buckets_{};
    std::atomic<std::uint64_t> sum_ns_ = 0;
};

class Registry {
public:
    /// `name` as Prometheus has it (helio_imap_logins_total), `labels` as it stands between the braces
    /// (`result="ok"`) or empty. The same name and labels give the same object; it lives as long as the registry.
    Counter& counter(std::string_view name, std::string_view help, std::string_view labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, std::string_view labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = {});
    /// A gauge whose value is asked for when the page is printed; `read` must be safe from any thread.
    void gauge_of(std::string_view name, std::string_view help, std::function<std::int64_t()> read);

    /// The page for /metrics (Prometheus text format 0.0.4).
    std::string print() const;

private:
    struct Family {
        std::string help;
        std::map<std::string, std::unique_ptr<Counter>, std::less<>> counters;
        std::map<std::string, std::unique_ptr<Gauge>, std::less<>> gauges;
        std::map<std::string, std::unique_ptr<Histogram>, std::less<>> histograms;
        std::function<std::int64_t()> read;
    };
    Family& family(std::string_view name, std::string_view help);

    mutable std::mutex lock_;
    std::map<std::string, Family, std::less<>> families_;
};

}  // namespace helio::base
