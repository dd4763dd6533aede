#include "tests/bench/load/usage.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "common/base/text.h"

namespace helio::bench {
namespace {

struct Stat {
    int parent = 0;
    std::uint64_t ticks = 0;
};

// /proc/PID/stat behind the name in parentheses: state ppid ... utime stime cutime cstime (fields 14 to 17).
Stat read_stat(const std::filesystem::path& folder) {
    std::ifstream file(folder / "stat");
    std::string text;
    std::getline(file, text);
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream fields(text.substr(name_end + 1));
    std::string state;
    Stat stat;
    fields >> state >> stat.parent;
    std::string skipped;
    for (int field = 5; field <= 13; ++field) fields >> skipped;
    for (int field = 14; field <= 17; ++field) {
        std::uint64_t ticks = 0;
        fields >> ticks;
        stat.ticks += ticks;
    }
    return stat;
}

void add_memory(Memory& sum, int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string name;
        std::uint64_t kib = 0;
        fields >> name >> kib;
        if (name == "Pss:") sum.pss += kib * 1024;
        if (name == "Pss_Anon:") sum.anonymous += kib * 1024;
        if (name == "Rss:") sum.rss += kib * 1024;
    }
}

std::map<int, Stat> all_processes() {
    std::map<int, Stat> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto pid = base::parse_number(entry.path().filename().string());
        if (pid) all[static_cast<int>(*pid)] = read_stat(entry.path());
    }
    return all;
}

}  // namespace

Usage usage_of(const std::vector<int>& roots, bool with_memory) {
    Usage usage;
    if (roots.empty()) return usage;
    const auto all = all_processes();
    std::set<int> wanted(roots.begin(), roots.end());
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto& [pid, stat] : all) {
            if (wanted.contains(stat.parent) && wanted.insert(pid).second) grew = true;
        }
    }
    const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    for (const int pid : wanted) {
        const auto found = all.find(pid);
        if (found == all.end()) continue;
        ++usage.processes;
        usage.cpu_seconds += static_cast<double>(found->second.ticks) / ticks_per_second;
        if (with_memory) add_memory(usage.memory, pid);
    }
    return usage;
}

double own_cpu_seconds() {
    rusage own{};
    getrusage(RUSAGE_SELF, &own);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(own.ru_utime) + seconds(own.ru_stime);
}

}  // namespace helio::bench
