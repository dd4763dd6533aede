#include "tests/bench/load/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"

namespace helio::bench {
namespace {

double per(double amount, std::uint64_t count) { return count == 0 ? 0 : amount / static_cast<double>(count); }

std::string json_text(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

// KiB that each connection behind the base added; all of it divided by all connections without a base.
struct MemoryEach {
    double pss, anonymous, rss;
};

MemoryEach memory_each(const Measured& m) {
    const auto connections = m.alive - std::min(m.alive, m.base_alive);
    const auto each = [&](std::uint64_t at_end, std::uint64_t at_base) {
        return per((static_cast<double>(at_end) - static_cast<double>(at_base)) / 1024, connections);
    };
    const auto& memory = m.server.memory;
    return {each(memory.pss, m.base.pss), each(memory.anonymous, m.base.anonymous), each(memory.rss, m.base.rss)};
}

}  // namespace

std::string to_table(const Run& run, const Measured& m) {
    const auto& r = run.recorder;
    const auto count = r.successes();
    std::string out = fmt::format("{} {} to {}, {} connections\n", run.options.label, name_of(run.options.mode),
                                  run.options.server.to_string(), run.options.connections);
    if (run.options.mode == Mode::imap_idle) {
        out += fmt::format("  connected  {} of {} ({:.0f} logins/s), {} lines pushed\n", m.alive,
                           run.options.connections, per(static_cast<double>(count), 1) / m.seconds, run.pushed);
        const auto& notices = run.notices.times();
        if (notices.successes() > 0) {
            out += fmt::format("  notified   {} times, {:.2f} ms p50, {:.2f} ms p99 after the answer to LMTP\n",
                               notices.successes(), notices.percentile_ms(0.5), notices.percentile_ms(0.99));
        }
        if (m.server.processes > 0) {
            const auto each = memory_each(m);
            out += fmt::format(
                "  memory     {:.1f} KiB PSS per connection{}, {:.1f} not of files, {:.1f} RSS, {} processes\n",
                each.pss, m.base_alive > 0 ? fmt::format(" behind the first {}", m.base_alive) : "", each.anonymous,
                each.rss, m.server.processes);
            out += fmt::format("  idle CPU   {:.1f} % of one core\n", 100 * m.idle_cpu_share);
        }
    } else {
        out +=
            fmt::format("  rate       {:.0f}/s ({} in {:.2f} s, {:.1f} MB/s)\n", static_cast<double>(count) / m.seconds,
                        count, m.seconds, static_cast<double>(r.bytes()) / m.seconds / 1e6);
        out += fmt::format("  latency    {:.2f} ms p50, {:.2f} ms p99\n", r.percentile_ms(0.5), r.percentile_ms(0.99));
        out += fmt::format("  CPU        server {:.3f} ms, client {:.3f} ms per operation\n",
                           1000 * per(m.server_cpu_seconds, count), 1000 * per(m.own_cpu_seconds, count));
    }
    if (r.failures() > 0) out += fmt::format("  failures   {}\n", r.failures());
    for (const auto& [reason, times] : r.reasons()) out += fmt::format("    {} x {}\n", times, reason);
    return out;
}

std::string to_json(const Run& run, const Measured& m) {
    const auto& r = run.recorder;
    const auto count = r.successes();
    const auto each = memory_each(m);
    return fmt::format(
        R"({{"label":{},"mode":"{}","connections":{},"operations":{},"failures":{},"seconds":{:.3f},"rate":{:.1f},)"
        R"("bytes":{},"p50_ms":{:.3f},"p99_ms":{:.3f},"server_cpu_ms":{:.4f},"client_cpu_ms":{:.4f},"alive":{},)"
        R"("pss_kib_per_connection":{:.2f},"anonymous_kib_per_connection":{:.2f},"rss_kib_per_connection":{:.2f},)"
        R"("base_alive":{},"idle_cpu":{:.4f},"processes":{},)"
        R"("notices":{},"notice_p50_ms":{:.3f},"notice_p99_ms":{:.3f}}})",
        json_text(run.options.label), name_of(run.options.mode), run.options.connections, count, r.failures(),
        m.seconds, static_cast<double>(count) / m.seconds, r.bytes(), r.percentile_ms(0.5), r.percentile_ms(0.99),
        1000 * per(m.server_cpu_seconds, count), 1000 * per(m.own_cpu_seconds, count), m.alive, each.pss,
        each.anonymous, each.rss, m.base_alive, m.idle_cpu_share, m.server.processes, run.notices.times().successes(),
        run.notices.times().percentile_ms(0.5), run.notices.times().percentile_ms(0.99));
}

}  // namespace helio::bench
