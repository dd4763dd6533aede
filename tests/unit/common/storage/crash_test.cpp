#include <cstdlib>
#include <sstream>

#include <dlfcn.h>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/child.h"
#include "tests/support/memory_folder.h"
#include "tests/support/powercut/trace.h"
#include "tests/support/storage_workload.h"

using namespace helio;
using test::Expected;
using test::MemoryFolder;
using test::Step;
using test::StorageWorkload;
using test::TestPartition;

namespace {

bool is_long() { return std::getenv("HELIO_LONG") != nullptr; }

std::string print(char kind, const Step& step) {
    std::ostringstream out;
    out << kind << ' ' << static_cast<int>(step.kind) << ' ' << step.box << ' ' << step.uid << ' ' << step.seed << ' '
        << step.bytes << ' ' << (step.flags.empty() ? "-" : step.flags);
    return out.str();
}

std::pair<char, Step> parse(const std::string& line) {
    std::istringstream in(line);
    char kind = 0;
    int what = 0;
    Step step;
    in >> kind >> what >> step.box >> step.uid >> step.seed >> step.bytes >> step.flags;
    step.kind = static_cast<Step::Kind>(what);
    return {kind, step};
}

/// What the child told before it died: '+' acknowledged. Whatever it had begun after that is in doubt.
struct Told {
    Expected expected;
    void add(const std::string& line) {
        const auto [kind, step] = parse(line);
        if (kind == '+') expected.acknowledged(step);
        if (kind == '?') expected.in_doubt(step);
    }
};

storage::Options child_options() {
    auto options = TestPartition::small_options(std::getenv("HELIO_TEST_FOLDER"));
    options.segment_bytes = 32u << 10;
    return options;
}

/// A change is told before it is submitted ('?': from now on it may be there) and when it was acknowledged ('+').
void run_told(TestPartition& partition, std::uint64_t seed, int count, const std::function<void(std::string)>& tell,
              int compact_every) {
    Expected expected;
    StorageWorkload workload(seed);
    for (int i = 0; i < count; ++i) {
        workload.on_begin = [&](const Step& step) { tell(print('?', step)); };
        const auto [step, done] = workload.next(partition, expected);
        if (done) {
            expected.acknowledged(step);
            tell(print('+', step));
        }
        if (compact_every > 0 && i % compact_every == compact_every - 1) std::ignore = partition.get().compact_now();
    }
}

#ifdef HELIO_POWERCUT_SHIM
void check_state(const test::PowercutTrace& trace, std::size_t cut, std::mt19937_64& random,
                 const std::filesystem::path& folder) {
    INFO("power cut before entry " << cut << " of " << trace.entries());
    trace.make_state(cut, random, folder);
    Told told;
    for (const auto& mark : trace.marks_before(cut)) told.add(mark);
    TestPartition partition(TestPartition::small_options(folder));
    CHECK(told.expected.check(partition) == "");
    CHECK(partition.append(9, "goes on").has_value());
    if (cut % 5 == 0) {
        const auto rows = partition.rows();
        CHECK(partition.get().verify().problems == std::vector<std::string>());
        partition.let_go();
        std::filesystem::remove_all(folder / "index");
        partition.reopen();
        CHECK(partition.rows() == rows);
    }
}
#endif

}  // namespace

TEST_CASE("child: a traced workload", "[.child]") {
    using Mark = void (*)(const char*, std::size_t);
    const auto mark = reinterpret_cast<Mark>(::dlsym(RTLD_DEFAULT, "powercut_mark"));
    REQUIRE(mark != nullptr);
    TestPartition partition(child_options());
    const auto tell = [&](const std::string& line) { mark(line.data(), line.size()); };
    run_told(partition, 1, 60, tell, 20);
    partition.reopen();
    run_told(partition, 2, 0, tell, 0);
}

TEST_CASE("child: a workload until it is killed", "[.child]") {
    TestPartition partition(child_options());
    const auto tell = [](const std::string& line) {
        const auto text = "told: " + line + "\n";
        if (::write(1, text.data(), text.size()) < 0) std::abort();
    };
    const auto* seed = std::getenv("HELIO_TEST_SEED");
    run_told(partition, std::strtoull(seed, nullptr, 10), 1'000'000, tell, 30);
}

#ifdef HELIO_POWERCUT_SHIM
TEST_CASE("after a power cut at any point what was acknowledged is there and nothing is half there",
          "[storage][powercut]") {
    const MemoryFolder folder;
    const auto root = folder / "p";
    std::filesystem::create_directories(root);
    test::Child child("child: a traced workload", {{"LD_PRELOAD", HELIO_POWERCUT_SHIM},
                                                   {"POWERCUT_TRACE", (folder / "trace").string()},
                                                   {"POWERCUT_ROOT", root.string()},
                                                   {"HELIO_TEST_FOLDER", root.string()}});
    child.read_line("no such line");
    REQUIRE(child.wait() == 0);
    const test::PowercutTrace trace(folder / "trace", root);
    std::mt19937_64 random(7);
    const std::size_t samples = is_long() ? trace.entries() * 4 : 150;
    for (std::size_t i = 0; i < samples; ++i) {
        const auto cut = is_long() ? i / 4 : random() % (trace.entries() + 1);
        check_state(trace, cut, random, folder / "state");
    }
}
#endif

TEST_CASE("kill -9 under load loses nothing acknowledged", "[storage][storm]") {
    const MemoryFolder folder;
    const auto root = (folder / "p").string();
    Told told;
    const int rounds = is_long() ? 100 : 6;
    for (int round = 0; round < rounds; ++round) {
        test::Child child("child: a workload until it is killed",
                          {{"HELIO_TEST_FOLDER", root}, {"HELIO_TEST_SEED", std::to_string(round + 1)}});
        int acknowledged = 0;
        for (auto line = child.read_line("told: "); !line.empty(); line = child.read_line("told: ")) {
            told.add(line);
            if (line.front() == '+' && ++acknowledged == 20 + round * 7) child.kill();
        }
        CHECK(child.wait() == -9);
        TestPartition partition(TestPartition::small_options(root));
        INFO("round " << round);
        CHECK(told.expected.check(partition) == "");
        CHECK(partition.get().verify().problems == std::vector<std::string>());
    }
}
