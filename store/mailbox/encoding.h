// Encoder and Decoder: the bytes of record payloads and index rows: varints (LEB128), zigzag numbers, big-endian key
// parts and counted text. A Decoder never reads past its input: after the first fault every value is zero and ok() is
// false.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/mailbox/uid_set.h"

namespace helio::store {

class Encoder {
public:
    Encoder& u8(std::uint8_t value) {
        out_ += static_cast<char>(value);
        return *this;
    }
    Encoder& number(std::uint64_t value);
    Encoder& signed_number(std::int64_t value);
    Encoder& u32be(std::uint32_t value);
    Encoder& u64be(std::uint64_t value);
    Encoder& text(std::string_view value);  ///< its length, then its bytes
    Encoder& raw(std::string_view value) {
        out_ += value;
        return *this;
    }
    Encoder& uids(const UidSet& set);  ///< number of ranges, then gaps and lengths
    std::string take() { return std::move(out_); }
    const std::string& bytes() const { return out_; }

private:
    std::string out_;
};

class Decoder {
public:
    explicit Decoder(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t u8();
    std::uint64_t number();
    std::uint32_t number32();  ///< a fault when it does not fit
    std::int64_t signed_number();
    std::uint32_t u32be();
    std::uint64_t u64be();
    std::string_view text(std::size_t most = SIZE_MAX);
    std::string_view raw(std::size_t count);
    UidSet uids();
    /// How many items of at least `least_bytes` each can follow; a fault when `count` is more (bounds reservations).
    std::size_t count(std::size_t least_bytes = 1);

    std::string_view rest() const { return rest_; }
    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }
    /// All read and nothing wrong.
    bool done() const { return ok_ && rest_.empty(); }
    void fault() {
        ok_ = false;
        rest_ = {};
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace helio::store
