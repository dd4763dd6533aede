// LEB128 varints and length-prefixed texts, the building stones of summary.h's layout.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace helio::mail {

inline void put_varint(std::string& into, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) into.push_back(static_cast<char>(value | 0x80));
    into.push_back(static_cast<char>(value));
}

inline void put_signed(std::string& into, std::int64_t value) {
    put_varint(into, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

inline void put_text(std::string& into, std::string_view text) {
    put_varint(into, text.size());
    into += text;
}

/// Reads what the put functions wrote. After a read beyond the end, or of a varint that is too long, ok() is false and
/// every read gives zero.
class VarintReader {
public:
    explicit VarintReader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        ok_ = false;
        rest_ = {};
        return 0;
    }
    std::int64_t signed_number() {
        const auto value = number();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    std::string_view text() { return bytes(number()); }
    std::string_view bytes(std::uint64_t length) {
        if (length > rest_.size()) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const auto found = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return found;
    }
    bool ok() const { return ok_; }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace helio::mail
