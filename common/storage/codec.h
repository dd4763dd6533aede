// Fixed-width integers of the storage formats: little-endian in the log, big-endian in index keys (so that byte order
// is numeric order), and CRC32C. Pure functions; whoever reads has checked that enough bytes are there.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace helio::storage {

static_assert(std::endian::native == std::endian::little, "the log's codec copies integers as they are");

template <class T>
T load(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <class T>
void store(char* to, T value) {
    std::memcpy(to, &value, sizeof value);
}

template <class T>
void append(std::string& to, T value) {
    char bytes[sizeof value];
    store(bytes, value);
    to.append(bytes, sizeof bytes);
}

/// 8 bytes that sort as the number does.
inline std::string big_endian_key(std::uint64_t number) {
    std::string key(8, '\0');
    store(key.data(), __builtin_bswap64(number));
    return key;
}
inline std::uint64_t number_of_key(std::string_view key) {
    return key.size() == 8 ? __builtin_bswap64(load<std::uint64_t>(key.data())) : 0;
}

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

/// CRC32C of `bytes`, going on from `before`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace helio::storage
