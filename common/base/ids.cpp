#include "common/base/ids.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include <openssl/rand.h>

namespace helio::base {

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system's random source failed");
    return bytes;
}

std::string new_id() {
    constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuv";
    auto id = random_bytes(16);
    for (auto& c : id) c = alphabet[static_cast<unsigned char>(c) & 31];
    return id;
}

bool is_session_id(std::string_view text) {
    const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || std::strchr("-_.+/=:", c) != nullptr; };
    return !text.empty() && text.size() <= 64 && text.find('\0') == std::string_view::npos &&
           std::ranges::all_of(text, fits);
}

}  // namespace helio::base
