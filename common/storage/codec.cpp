#include "common/storage/codec.h"

#include <algorithm>

#include <isa-l/crc.h>

namespace helio::storage {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    while (!bytes.empty()) {
        const auto part = std::min<std::size_t>(bytes.size(), 1u << 30);
        auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));  // isa-l reads only
        crc = crc32_iscsi(data, static_cast<int>(part), crc);
        bytes.remove_prefix(part);
    }
    return ~crc;
}

}  // namespace helio::storage
