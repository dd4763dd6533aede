#include "store/mailbox/encoding.h"

namespace helio::store {

Encoder& Encoder::number(std::uint64_t value) {
    while (value >= 0x80) {
        out_ += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    out_ += static_cast<char>(value);
    return *this;
}

Encoder& Encoder::signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return number((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

Encoder& Encoder::u32be(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out_ += static_cast<char>(value >> shift);
    return *this;
}

Encoder& Encoder::u64be(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>(value >> shift);
    return *this;
}

Encoder& Encoder::text(std::string_view value) {
    number(value.size());
    out_ += value;
    return *this;
}

Encoder& Encoder::uids(const UidSet& set) {
    number(set.ranges().size());
    std::uint32_t before = 0;
    for (const auto& range : set.ranges()) {
        number(range.first.value - before).number(range.last.value - range.first.value);
        before = range.last.value;
    }
    return *this;
}

std::uint8_t Decoder::u8() {
    if (rest_.empty()) {
        fault();
        return 0;
    }
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
}

std::uint64_t Decoder::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = u8();
        if (!ok_) return 0;
        if (shift == 63 && byte > 1) break;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            if (byte == 0 && shift > 0) break;  // one form only
            return value;
        }
    }
    fault();
    return 0;
}

std::uint32_t Decoder::number32() {
    const auto value = number();
    if (value > UINT32_MAX) {
        fault();
        return 0;
    }
    return static_cast<std::uint32_t>(value);
}

std::int64_t Decoder::signed_number() {
    const auto bits = number();
    return static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
}

std::uint32_t Decoder::u32be() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = (value << 8) | u8();
    return ok_ ? value : 0;
}

std::uint64_t Decoder::u64be() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = (value << 8) | u8();
    return ok_ ? value : 0;
}

std::string_view Decoder::raw(std::size_t count) {
    if (count > rest_.size()) {
        fault();
        return {};
    }
    const auto value = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return value;
}

std::string_view Decoder::text(std::size_t most) {
    const auto length = number();
    if (length > most) {
        fault();
        return {};
    }
    return raw(length);
}

std::size_t Decoder::count(std::size_t least_bytes) {
    const auto value = number();
    if (value > rest_.size() / least_bytes) {
        fault();
        return 0;
    }
    return value;
}

UidSet Decoder::uids() {
    const auto ranges = count(2);
    UidSet set;
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < ranges && ok_; ++i) {
        const auto gap = number();
        const auto length = number();
        const auto first = before + gap;
        // The set's one form: from 1 on, ascending, ranges that do not touch.
        if (gap > UINT32_MAX || length > UINT32_MAX || first + length > UINT32_MAX || gap < (i == 0 ? 1u : 2u)) {
            fault();
            return {};
        }
        set.add(Uid{static_cast<std::uint32_t>(first)}, Uid{static_cast<std::uint32_t>(first + length)});
        before = first + length;
    }
    return ok_ ? set : UidSet();
}

}  // namespace helio::store
