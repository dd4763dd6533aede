#include "tests/bench/load/message.h"

#include <algorithm>

namespace helio::bench {

// splitmix64: enough for load, and cheap.
std::uint64_t Random::next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

namespace {
void append_random(std::string& out, Random& random, std::size_t count) {
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < count;) {
        std::uint64_t bits = random.next();
        for (int part = 0; part < 10 && i < count; ++part, ++i, bits >>= 6) out.push_back(alphabet[bits & 63]);
    }
}
}  // namespace

std::string make_message(Random& random, std::uint64_t size_bytes) {
    constexpr std::size_t line_bytes = 76;
    std::string out;
    out.reserve(size_bytes + line_bytes);
    out +=
        "Date: Sat, 01 Feb 2025 10:00:00 +0000\r\nFrom: Load <load@bench.example.test>\r\nTo: you@example.test\r\n"
        "Subject: load ";
    append_random(out, random, 20);
    out += "\r\nMessage-ID: <";
    append_random(out, random, 20);
    out += "@bench.example.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n";
    while (out.size() + 2 < size_bytes) {
        append_random(out, random, std::min<std::size_t>(line_bytes, size_bytes - out.size() - 2));
        out += "\r\n";
    }
    return out;
}

}  // namespace helio::bench
