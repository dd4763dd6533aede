#include "common/storage/log.h"

#include <fcntl.h>

#include "common/base/ids.h"
#include "common/storage/codec.h"
#include "common/storage/errc.h"

namespace helio::storage {
namespace {

std::unexpected<Error> mapped(const Error& error) {
    return fail(is_no_space(error) ? errc::no_space : errc::io, to_string(error));
}

}  // namespace

LogMetrics::LogMetrics(base::Registry& registry)
    : batches(registry.counter("helio_storage_batches_total", "Batches written to the log.")),
      bytes(registry.counter("helio_storage_log_bytes_total", "Bytes written to the log, padding included.")),
      sealed(registry.counter("helio_storage_sealed_total", "Segments sealed early after a disk error.")),
      sync(registry.histogram("helio_storage_log_sync_seconds", "Time of one fdatasync of the log.")) {}

Log::Log(SegmentSet& segments, std::uint64_t segment_bytes, const logging::Logger& log, base::Registry& metrics)
    : segments_(segments),
      segment_bytes_(round_up(segment_bytes, segment_header_bytes)),
      log_(log),
      metrics_(metrics),
      zero_ahead_(segments.io()),
      spare_(segments.io(), segments.folder(), segment_bytes_) {}

Result<> rewrite(File& file, std::uint64_t from, std::uint64_t to) {
    constexpr std::uint64_t part_bytes = 1u << 20;
    std::string part;
    for (auto at = from; at < to; at += part_bytes) {
        part.resize(static_cast<std::size_t>(std::min(part_bytes, to - at)));
        auto got = file.read(part.data(), part.size(), at);
        if (!got) return fail(got.error());
        part.resize(*got);
        auto written = file.write(part, at);
        if (!written) return written;
    }
    return file.sync();
}

Result<> Log::open(Position from, Position end, std::uint64_t first_body, const std::array<char, 16>& partition) {
    partition_ = partition;
    end_ = end;
    if (end_.segment == 0) {
        end_.next_sequence = 1;
        return start_segment(1, 0, first_body, {});
    }
    const auto segment = segments_.find(end_.segment);
    if (!segment) return fail(errc::io, "the last segment is missing");
    const auto path = segments_.path(end_.segment);
    auto file = File::open(segments_.io(), path, O_RDWR);
    if (!file) return mapped(file.error());
    file_ = std::move(*file);
    epoch_ = segment->header.epoch;
    size_ = segment->limit_bytes;
    const bool same_segment = from.segment == end_.segment;
    auto durable = rewrite(file_, same_segment ? from.next_offset : segment_header_bytes, end_.next_offset);
    if (!durable) return mapped(durable.error());
    zero_ahead_.follow(path, end_.next_offset, size_);
    follows_zeroes_ = true;
    return {};
}

Result<Position> Log::append(BatchBuilder& batch, std::uint64_t first_body) {
    if (must_void_) {
        const Error cause{make_error_code(errc::io), "an earlier batch could not be voided"};
        auto error = void_rest(cause, first_body);
        if (must_void_) return error;
    }
    const auto bytes = batch.stride();
    if (must_roll_ || end_.next_offset + bytes > size_) {
        auto rolled = roll(bytes, first_body);
        if (!rolled) return fail(rolled.error());
    }
    if (follows_zeroes_) zero_ahead_.claim(end_.next_offset + bytes);
    if (end_.next_offset > size_ / 4) spare_.want();  // not at once: most partitions of a small site never get there
    auto written = batch.write(file_, end_.next_offset, epoch_, end_.next_sequence);
    // A batch that could not be written whole is no batch: the next one takes its place.
    if (!written && is_no_space(written.error())) return mapped(written.error());
    if (!written && written.error().code.category() == category()) return fail(written.error());
    const auto before = std::chrono::steady_clock::now();
    if (written) written = file_.sync();
    if (!written) return void_rest(written.error(), first_body);
    const auto took = std::chrono::steady_clock::now() - before;
    sync_time_ += (took - sync_time_) / 8;
    metrics_.sync.observe(took);
    metrics_.batches.add();
    metrics_.bytes.add(bytes);
    end_.last_offset = end_.next_offset;
    end_.next_offset += bytes;
    ++end_.next_sequence;
    return end_;
}

/// After a failed write or sync. The answer errc::io says "nothing happened", so it must wait for the void to be
/// durable.
std::unexpected<Error> Log::void_rest(const Error& cause, std::uint64_t first_body) {
    const auto number = end_.segment;
    const auto offset = end_.next_offset;
    if (!must_void_) {
        metrics_.sealed.add();
        log_.error("storage.segment_sealed", {{"segment", number}, {"offset", offset}, {"cause", to_string(cause)}});
    }
    must_void_ = true;
    SegmentHeader voids;
    voids.voids_segment = number;
    voids.voids_from = offset;
    auto started = start_segment(number + 1, 0, first_body, voids);
    if (!started) {
        // What the failed sync left behind may be on the disk or not: nobody can be told that nothing happened.
        log_.error("storage.seal_failed", {{"segment", number}, {"cause", to_string(started.error())}});
        return fail(errc::stopped, to_string(cause) + "; " + to_string(started.error()));
    }
    segments_.set_limit(number, offset);
    must_void_ = false;
    return fail(errc::io, to_string(cause));
}

Result<> Log::roll(std::uint64_t batch_bytes, std::uint64_t first_body) {
    const auto old_number = end_.segment;
    const auto old_end = end_.next_offset;
    File old_file = std::move(file_);
    auto started = start_segment(old_number + 1, batch_bytes, first_body, {});
    if (!started) {
        file_ = std::move(old_file);
        return started;
    }
    // The rest goes back to the file system. When that fails it stays behind as zeroes: no harm.
    if (old_file.truncate(old_end)) std::ignore = old_file.sync();
    segments_.set_limit(old_number, old_end);
    return {};
}

Result<> Log::start_segment(std::uint64_t number, std::uint64_t batch_bytes, std::uint64_t first_body,
                            const SegmentHeader& voids) {
    SegmentHeader header = voids;
    header.partition = partition_;
    header.number = number;
    const auto random = base::random_bytes(8);
    header.epoch = load<std::uint64_t>(random.data());
    header.first_sequence = end_.next_sequence;
    header.first_body = first_body;
    const auto bytes = std::max(segment_bytes_, round_up(segment_header_bytes + batch_bytes, segment_header_bytes));
    auto& io = segments_.io();
    const auto path = segments_.path(number);
    auto half_made = path;
    half_made += ".tmp";
    auto spare = bytes == segment_bytes_ ? use_spare(half_made, header) : std::nullopt;
    const bool is_spare = spare.has_value();
    auto file = is_spare ? Result<File>(std::move(*spare)) : make_file(half_made, header, bytes);
    if (!file) {
        std::ignore = io.unlink(half_made);
        return mapped(file.error());
    }
    auto made = io.rename(half_made, path);
    if (!made) {
        std::ignore = io.unlink(half_made);
        return mapped(made.error());
    }
    // From here on a crash may or may not show the new segment, whose header ends the old one: nothing may be written
    // there any more. Until the folder is on the disk, nothing may be acknowledged from the new one either.
    must_roll_ = true;
    made = io.sync_folder(segments_.folder());
    if (!made) return mapped(made.error());
    must_roll_ = false;
    segments_.add(Segment{header, bytes, false});
    file_ = std::move(*file);
    epoch_ = header.epoch;
    size_ = bytes;
    end_ = Position{number, segment_header_bytes, header.first_sequence, 0};
    follows_zeroes_ = !is_spare;
    if (follows_zeroes_)
        zero_ahead_.follow(path, segment_header_bytes, size_);
    else
        zero_ahead_.leave();
    return {};
}

Result<File> Log::make_file(const std::filesystem::path& path, const SegmentHeader& header, std::uint64_t bytes) {
    auto file = File::open(segments_.io(), path, O_RDWR | O_CREAT | O_TRUNC);
    if (!file) return file;
    auto done = file->allocate(bytes);
    if (done) done = file->write(encode(header), 0);
    if (done) done = file->sync();
    if (!done) return fail(done.error());
    return file;
}

/// The spare under the new segment's temporary name, with its header; nothing when there is none or it fails (then a
/// new file is made).
std::optional<File> Log::use_spare(const std::filesystem::path& path, const SegmentHeader& header) {
    const auto spare = spare_.take();
    if (!spare || !segments_.io().rename(*spare, path)) return std::nullopt;
    auto file = File::open(segments_.io(), path, O_RDWR);
    if (!file || !file->write(encode(header), 0) || !file->sync()) return std::nullopt;
    return std::move(*file);
}

}  // namespace helio::storage
