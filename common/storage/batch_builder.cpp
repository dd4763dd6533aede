#include "common/storage/batch_builder.h"

#include "common/storage/codec.h"
#include "common/storage/errc.h"

namespace helio::storage {
namespace {

constexpr std::uint64_t copied_body_bytes = 1u << 20;
constexpr std::size_t kept_buffer_bytes = 16u << 20;

/// CRC32C of each 64 KiB chunk, 4 bytes each.
Result<std::string> chunk_checksums(const BodySource& body) {
    std::string crcs;
    std::string chunk;
    for (std::uint64_t at = 0; at < body.size(); at += body_chunk_bytes) {
        const auto part = static_cast<std::size_t>(std::min(body_chunk_bytes, body.size() - at));
        chunk.clear();
        auto got = body.read(at, part, chunk);
        if (!got) return fail(got.error());
        if (chunk.size() != part) return fail(errc::io, "body source is shorter than it said");
        append(crcs, crc32c(chunk));
    }
    return crcs;
}

}  // namespace

std::uint64_t BatchBuilder::round_up_batch(std::uint64_t length) {
    return round_up(batch_header_bytes + length, batch_alignment);
}

BatchBuilder::Mark BatchBuilder::mark() const { return {buffer_.size(), records_.size(), streamed_.size(), length_}; }

void BatchBuilder::rollback(const Mark& mark) {
    buffer_.resize(mark.buffered);
    records_.resize(mark.records);
    streamed_.resize(mark.streamed);
    length_ = mark.length;
}

void BatchBuilder::clear() {
    if (buffer_.capacity() > kept_buffer_bytes) buffer_ = {};
    buffer_.assign(batch_header_bytes, '\0');
    records_.clear();
    streamed_.clear();
    length_ = 0;
}

std::uint64_t BatchBuilder::record_bytes(bool carried) const {
    std::uint64_t bytes = 0;
    for (const auto& placed : records_)
        if (placed.header.carried == carried && placed.header.type != body_record) bytes += placed.header.stride();
    return bytes;
}

void BatchBuilder::pad() {
    const auto padded = round_up(length_, record_alignment);
    buffer_.append(static_cast<std::size_t>(padded - length_), '\0');
    length_ = padded;
}

void BatchBuilder::add_record(RecordType type, std::uint8_t version, std::string_view payload, bool carried) {
    const RecordHeader header{type, version, carried, static_cast<std::uint32_t>(payload.size()), crc32c(payload)};
    records_.push_back({buffer_.size(), header});
    buffer_.append(record_header_bytes, '\0');
    buffer_.append(payload);
    length_ += record_header_bytes + payload.size();
    pad();
}

Result<std::uint64_t> BatchBuilder::add_body(BodyId id, const BodySource& body, bool carried) {
    const auto start = mark();
    const auto offset = batch_header_bytes + length_;
    RecordHeader header{body_record, 1, carried, static_cast<std::uint32_t>(body.size()), 0};
    const auto header_at = buffer_.size();
    const auto before = record_header_bytes + header.prefix_bytes();
    buffer_.append(static_cast<std::size_t>(before), '\0');
    std::string crcs;
    if (body.size() <= copied_body_bytes) {
        const auto bytes_at = buffer_.size();
        auto got = body.read(0, static_cast<std::size_t>(body.size()), buffer_);
        if (!got || buffer_.size() != bytes_at + body.size()) {
            rollback(start);
            return fail(errc::io, got ? "body source is shorter than it said" : to_string(got.error()));
        }
        for (std::uint64_t at = 0; at < body.size(); at += body_chunk_bytes)
            append(crcs, crc32c(std::string_view(buffer_).substr(bytes_at + at, body_chunk_bytes)));
    } else {
        auto computed = chunk_checksums(body);
        if (!computed) {
            rollback(start);
            return fail(errc::io, to_string(computed.error()));
        }
        crcs = std::move(*computed);
        streamed_.push_back({buffer_.size(), &body, offset + before});
    }
    const auto prefix = encode_body_prefix(id, crcs);
    header.payload_crc = crc32c(prefix);
    buffer_.replace(header_at + record_header_bytes, prefix.size(), prefix);
    records_.push_back({header_at, header});
    length_ += before + body.size();
    pad();
    return offset;
}

void BatchBuilder::seal(std::uint64_t epoch, std::uint64_t sequence) {
    std::uint32_t headers_crc = 0;
    for (const auto& placed : records_) {
        char* at = buffer_.data() + placed.buffered_at;
        encode(placed.header, epoch, sequence, at);
        headers_crc = crc32c({at, record_header_bytes}, headers_crc);
    }
    encode(BatchHeader{epoch, sequence, length_, static_cast<std::uint32_t>(records_.size()), headers_crc},
           buffer_.data());
}

Result<> BatchBuilder::write(const File& file, std::uint64_t offset, std::uint64_t epoch, std::uint64_t sequence) {
    seal(epoch, sequence);
    std::vector<iovec> parts;
    static constexpr char zeroes[batch_alignment] = {};
    const auto padding = static_cast<std::size_t>(stride() - batch_header_bytes - length_);
    std::size_t from = 0;
    std::uint64_t at = offset;
    for (const auto& streamed : streamed_) {
        auto written = file.write(std::string_view(buffer_).substr(from, streamed.buffered_at - from), at);
        if (!written) return written;
        written = write_streamed(file, offset, streamed);
        if (!written) return written;
        from = streamed.buffered_at;
        at = offset + streamed.offset + streamed.body->size();
    }
    parts.push_back({buffer_.data() + from, buffer_.size() - from});
    parts.push_back({const_cast<char*>(zeroes), padding});
    return file.write(parts, at);
}

Result<> BatchBuilder::write_streamed(const File& file, std::uint64_t offset, const Streamed& streamed) {
    constexpr std::uint64_t part_bytes = 1u << 20;
    std::string part;
    for (std::uint64_t at = 0; at < streamed.body->size(); at += part_bytes) {
        const auto length = static_cast<std::size_t>(std::min(part_bytes, streamed.body->size() - at));
        part.clear();
        auto got = streamed.body->read(at, length, part);
        if (!got) return got;
        if (part.size() != length) return fail(errc::io, "body source is shorter than it said");
        auto written = file.write(part, offset + streamed.offset + at);
        if (!written) return written;
    }
    return {};
}

}  // namespace helio::storage
