// Messages nobody has seen before: random base64 lines that neither compress nor repeat, dot-stuffed by construction.
#pragma once

#include <cstdint>
#include <string>

namespace helio::bench {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
    std::uint64_t next();
    std::uint64_t below(std::uint64_t limit) { return next() % limit; }

private:
    std::uint64_t state_;
};

/// `size_bytes` (at least 300) of header and body with CRLF line ends; no line starts with a dot.
std::string make_message(Random& random, std::uint64_t size_bytes);

}  // namespace helio::bench
