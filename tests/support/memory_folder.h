// MemoryFolder: a TempFolder in memory where the system has such a place (/dev/shm), for tests that write and sync a
// lot.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <unistd.h>

#include "tests/support/temp_folder.h"

namespace helio::test {

class MemoryFolder {
public:
    MemoryFolder() {
        std::string name = "/dev/shm/helio-test-XXXXXX";
        if (::mkdtemp(name.data()) != nullptr)
            path_ = name;
        else
            path_ = fallback_.emplace().path();
    }
    ~MemoryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    MemoryFolder(const MemoryFolder&) = delete;
    MemoryFolder& operator=(const MemoryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
    std::optional<TempFolder> fallback_;
};

}  // namespace helio::test
