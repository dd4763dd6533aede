// FUZZ_TARGET(name) { ... use `input` ... }: one per file tests/fuzz/<name>.cpp. Linked into fuzz_replay it registers
// itself; with HELIO_LIBFUZZER it becomes libFuzzer's entry. A broken property must abort: use FUZZ_CHECK.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

namespace helio::test {

inline std::map<std::string, std::function<void(std::string_view)>>& fuzz_targets() {
    static std::map<std::string, std::function<void(std::string_view)>> targets;
    return targets;
}

struct RegisterFuzzTarget {
    RegisterFuzzTarget(std::string name, std::function<void(std::string_view)> run) {
        fuzz_targets().emplace(std::move(name), std::move(run));
    }
};

}  // namespace helio::test

#define FUZZ_CHECK(condition)                                                                  \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            std::cerr << __FILE__ << ":" << __LINE__ << ": broken property: " #condition "\n"; \
            std::abort();                                                                      \
        }                                                                                      \
    } while (false)

#ifdef HELIO_LIBFUZZER
#define FUZZ_TARGET(name)                                                               \
    static void fuzz_##name(std::string_view input);                                    \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        fuzz_##name({reinterpret_cast<const char*>(data), size});                       \
        return 0;                                                                       \
    }                                                                                   \
    static void fuzz_##name(std::string_view input)
#else
#define FUZZ_TARGET(name)                                                                  \
    static void fuzz_##name(std::string_view input);                                       \
    static const helio::test::RegisterFuzzTarget register_fuzz_##name(#name, fuzz_##name); \
    static void fuzz_##name(std::string_view input)
#endif
