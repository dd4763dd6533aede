// PowercutTrace: what shim.c recorded, and the states on disk that a power cut at a given entry could have left:
// synced bytes are there; each unsynced write is there, missing, or torn at a multiple of 512 bytes; unsynced sizes and
// names are there up to some point or not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace helio::test {

class PowercutTrace {
public:
    /// Reads the trace of a program that ran on `root`. Throws std::runtime_error when it can't be read.
    PowercutTrace(const std::filesystem::path& trace, std::filesystem::path root);

    std::size_t entries() const { return entries_.size(); }
    /// The texts of the marks before entry `cut`.
    std::vector<std::string> marks_before(std::size_t cut) const;

    /// Writes one possible state after a cut before entry `cut` into `folder` (made anew).
    void make_state(std::size_t cut, std::mt19937_64& random, const std::filesystem::path& folder) const;

private:
    struct Entry {
        char kind = 0;
        std::uint64_t file = 0;
        std::uint64_t offset = 0;
        std::string data;
    };
    /// A file's bytes on the disk and what waits in memory.
    struct File {
        std::string durable;
        std::vector<std::size_t> pending;  ///< entries W, T, A not yet synced
    };
    struct Name {
        char kind;  ///< N, R or U
        std::string from;
        std::string to;
        std::uint64_t file;
    };
    class State;

    std::vector<Entry> entries_;
    std::filesystem::path root_;
};

}  // namespace helio::test
