#include "common/base/metrics.h"

#include <fmt/format.h>

namespace helio::base {

void Histogram::observe(std::chrono::nanoseconds duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    std::size_t bucket = 0;
    while (bucket < bounds_seconds.size() && seconds > bounds_seconds[bucket]) ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(static_cast<std::uint64_t>(duration.count()), std::memory_order_relaxed);
}

std::uint64_t Histogram::count_up_to(std::size_t bucket) const {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= bucket; ++i) count += buckets_[i].load(std::memory_order_relaxed);
    return count;
}

Registry::Family& Registry::family(std::string_view name, std::string_view help) {
    auto& found = families_[std::string(name)];
    if (found.help.empty()) found.help = help;
    return found;
}

namespace {
template <class Map>
auto& find_or_make(Map& map, std::string_view labels) {
    auto& slot = map[std::string(labels)];
    if (!slot) slot = std::make_unique<typename Map::mapped_type::element_type>();
    return *slot;
}

std::string braces(std::string_view labels) { return labels.empty() ? "" : fmt::format("{{{}}}", labels); }

void print_histogram(std::string& page, std::string_view name, std::string_view labels, const Histogram& histogram) {
    const std::string comma = labels.empty() ? "" : ",";
    constexpr auto& bounds = Histogram::bounds_seconds;
    for (std::size_t i = 0; i < bounds.size(); ++i)
        page +=
            fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bounds[i], histogram.count_up_to(i));
    const auto all = histogram.count_up_to(bounds.size());
    page += fmt::format("{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, labels, comma, all);
    page += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, braces(labels), histogram.sum_seconds(), name,
                        braces(labels), all);
}
}  // namespace

Counter& Registry::counter(std::string_view name, std::string_view help, std::string_view labels) {
    const std::lock_guard guard(lock_);
    return find_or_make(family(name, help).counters, labels);
}
Gauge& Registry::gauge(std::string_view name, std::string_view help, std::string_view labels) {
    const std::lock_guard guard(lock_);
    return find_or_make(family(name, help).gauges, labels);
}
Histogram& Registry::histogram(std::string_view name, std::string_view help, std::string_view labels) {
    const std::lock_guard guard(lock_);
    return find_or_make(family(name, help).histograms, labels);
}
void Registry::gauge_of(std::string_view name, std::string_view help, std::function<std::int64_t()> read) {
    const std::lock_guard guard(lock_);
    family(name, help).read = std::move(read);
}

std::string Registry::print() const {
    const std::lock_guard guard(lock_);
    std::string page;
    for (const auto& [name, family] : families_) {
        const char* type = !family.counters.empty() ? "counter" : !family.histograms.empty() ? "histogram" : "gauge";
        page += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, type);
        for (const auto& [labels, counter] : family.counters)
            page += fmt::format("{}{} {}\n", name, braces(labels), counter->value());
        for (const auto& [labels, gauge] : family.gauges)
            page += fmt::format("{}{} {}\n", name, braces(labels), gauge->value());
        for (const auto& [labels, histogram] : family.histograms) print_histogram(page, name, labels, *histogram);
        if (family.read) page += fmt::format("{} {}\n", name, family.read());
    }
    return page;
}

}  // namespace helio::base
