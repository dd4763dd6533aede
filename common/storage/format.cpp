#include "common/storage/format.h"

#include "common/storage/codec.h"

namespace helio::storage {
namespace {

constexpr std::uint64_t segment_magic = 0x3147455347454c48;  // "HLEGSEG1"
constexpr std::uint32_t batch_magic = 0x54414248;            // "HBAT"
constexpr std::size_t copy_at = 2048;
constexpr std::size_t copy_bytes = 8 + 4 + 4 + 16 + 6 * 8;  // without its checksum
constexpr std::uint64_t batch_length_most = 1ull << 36;

std::string encode_copy(const SegmentHeader& header) {
    std::string bytes;
    append(bytes, segment_magic);
    append(bytes, format_version);
    append(bytes, static_cast<std::uint32_t>(segment_header_bytes));
    bytes.append(header.partition.data(), header.partition.size());
    for (const auto value : {header.number, header.epoch, header.first_sequence, header.first_body,
                             header.voids_segment, header.voids_from})
        append(bytes, value);
    append(bytes, crc32c(bytes));
    return bytes;
}

DecodedHeader decode_copy(std::string_view bytes) {
    DecodedHeader out;
    if (bytes.size() < copy_bytes + 4) return out;
    if (load<std::uint64_t>(bytes.data()) != segment_magic) return out;
    if (load<std::uint32_t>(bytes.data() + copy_bytes) != crc32c(bytes.substr(0, copy_bytes))) return out;
    if (load<std::uint32_t>(bytes.data() + 8) != format_version) {
        out.state = HeaderState::foreign_version;
        return out;
    }
    bytes.copy(out.header.partition.data(), out.header.partition.size(), 16);
    const char* at = bytes.data() + 32;
    for (auto* value : {&out.header.number, &out.header.epoch, &out.header.first_sequence, &out.header.first_body,
                        &out.header.voids_segment, &out.header.voids_from}) {
        *value = load<std::uint64_t>(at);
        at += 8;
    }
    out.state = HeaderState::intact;
    return out;
}

std::uint32_t record_header_crc(std::string_view first_twelve, std::uint64_t epoch, std::uint64_t sequence) {
    char seed[16];
    store(seed, epoch);
    store(seed + 8, sequence);
    return crc32c(first_twelve, crc32c({seed, sizeof seed}));
}

}  // namespace

std::string encode(const SegmentHeader& header) {
    std::string page(segment_header_bytes, '\0');
    const auto copy = encode_copy(header);
    page.replace(0, copy.size(), copy);
    page.replace(copy_at, copy.size(), copy);
    return page;
}

DecodedHeader decode_segment_header(std::string_view page) {
    const auto first = decode_copy(page);
    const auto second = page.size() > copy_at ? decode_copy(page.substr(copy_at)) : DecodedHeader{};
    if (first.state == HeaderState::intact && second.state == HeaderState::intact) return first;
    auto best = first.state == HeaderState::unreadable ? second : first;
    if (best.state == HeaderState::intact) best.state = HeaderState::one_copy_damaged;
    return best;
}

std::uint64_t BatchHeader::stride() const { return round_up(batch_header_bytes + length, batch_alignment); }

void encode(const BatchHeader& header, char* into) {
    store(into, batch_magic);
    store(into + 8, header.epoch);
    store(into + 16, header.sequence);
    store(into + 24, header.length);
    store(into + 32, header.records);
    store(into + 36, header.records_crc);
    store(into + 40, std::uint64_t{0});
    store(into + 4, crc32c({into + 8, batch_header_bytes - 8}));
}

std::optional<BatchHeader> decode_batch_header(std::string_view bytes) {
    if (bytes.size() < batch_header_bytes || load<std::uint32_t>(bytes.data()) != batch_magic) return std::nullopt;
    if (load<std::uint32_t>(bytes.data() + 4) != crc32c(bytes.substr(8, batch_header_bytes - 8))) return std::nullopt;
    BatchHeader header;
    header.epoch = load<std::uint64_t>(bytes.data() + 8);
    header.sequence = load<std::uint64_t>(bytes.data() + 16);
    header.length = load<std::uint64_t>(bytes.data() + 24);
    header.records = load<std::uint32_t>(bytes.data() + 32);
    header.records_crc = load<std::uint32_t>(bytes.data() + 36);
    if (header.length > batch_length_most || header.length < header.records * record_header_bytes) return std::nullopt;
    return header;
}

std::uint64_t RecordHeader::prefix_bytes() const { return type == body_record ? 8 + 4 * body_chunks(length) : 0; }

std::uint64_t RecordHeader::stride() const {
    return round_up(record_header_bytes + prefix_bytes() + length, record_alignment);
}

void encode(const RecordHeader& header, std::uint64_t epoch, std::uint64_t sequence, char* into) {
    into[0] = static_cast<char>(header.type);
    into[1] = static_cast<char>(header.version);
    into[2] = header.carried ? 1 : 0;
    into[3] = 0;
    store(into + 4, header.length);
    store(into + 8, header.payload_crc);
    store(into + 12, record_header_crc({into, 12}, epoch, sequence));
}

std::optional<RecordHeader> decode_record_header(std::string_view bytes, std::uint64_t epoch, std::uint64_t sequence) {
    if (bytes.size() < record_header_bytes) return std::nullopt;
    const auto crc = load<std::uint32_t>(bytes.data() + 12);
    if (crc != record_header_crc(bytes.substr(0, 12), epoch, sequence)) return std::nullopt;
    return peek_record_header(bytes);
}

RecordHeader peek_record_header(std::string_view bytes) {
    RecordHeader header;
    header.type = static_cast<RecordType>(bytes[0]);
    header.version = static_cast<std::uint8_t>(bytes[1]);
    header.carried = (bytes[2] & 1) != 0;
    header.length = load<std::uint32_t>(bytes.data() + 4);
    header.payload_crc = load<std::uint32_t>(bytes.data() + 8);
    return header;
}

std::string encode_body_prefix(BodyId id, std::string_view chunk_crcs) {
    std::string prefix;
    prefix.reserve(8 + chunk_crcs.size());
    append(prefix, id.value);
    prefix.append(chunk_crcs);
    return prefix;
}

}  // namespace helio::storage
