#include "common/base/ids.h"

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

}  // namespace helio::base
