// Replays each fuzz target's corpus (corpus/<target>/*), so that every input that ever broke a parser stays tested.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/support/fuzz/target.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: fuzz_replay CORPUS-FOLDER\n";
        return 64;
    }
    int missing = 0;
    for (const auto& [name, run] : helio::test::fuzz_targets()) {
        const auto folder = std::filesystem::path(argv[1]) / name;
        std::size_t inputs = 0;
        if (std::filesystem::is_directory(folder)) {
            for (const auto& entry : std::filesystem::directory_iterator(folder)) {
                std::ifstream file(entry.path(), std::ios::binary);
                const std::string bytes(std::istreambuf_iterator<char>(file), {});
                run(bytes);
                // Every prefix too: a parser meets a cut input sooner or later.
                for (std::size_t cut = 0; cut < bytes.size() && cut < 512; ++cut) run(bytes.substr(0, cut));
                ++inputs;
            }
        }
        std::cout << name << ": " << inputs << " inputs\n";
        if (inputs == 0) ++missing;
    }
    if (missing > 0) std::cerr << missing << " fuzz target(s) without a corpus: add corpus/<target>/ with an input\n";
    return missing == 0 ? 0 : 1;
}
