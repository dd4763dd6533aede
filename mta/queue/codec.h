// Codec: how the queue's records and rows lay out their values: numbers of 8 bytes big-endian (so that keys sort),
// text with its length in front. Reader never reads behind the end: what is short or malformed sets failed().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace helio::mta {

inline void put_number(std::string& into, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) into += static_cast<char>(number >> shift);
}
inline void put_text(std::string& into, std::string_view text) {
    put_number(into, text.size());
    into += text;
}

class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t number() {
        std::uint64_t result = 0;
        for (const char c : take(8)) result = result << 8 | static_cast<unsigned char>(c);
        return result;
    }
    std::string_view text() { return take(number()); }
    bool failed() const { return failed_; }
    /// Nothing failed and nothing is left.
    bool ended() const { return !failed_ && bytes_.empty(); }

private:
    std::string_view take(std::uint64_t count) {
        if (count > bytes_.size()) {
            failed_ = true;
            bytes_ = {};
            return {};
        }
        const auto piece = bytes_.substr(0, static_cast<std::size_t>(count));
        bytes_.remove_prefix(piece.size());
        return piece;
    }

    std::string_view bytes_;
    bool failed_ = false;
};

}  // namespace helio::mta
