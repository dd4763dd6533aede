#include "common/storage/segment_set.h"

#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>

#include "common/storage/errc.h"

namespace helio::storage {
namespace {

/// "00000000000000a1.seg" is segment 0xa1; nothing for other names.
std::optional<std::uint64_t> number_of(const std::string& name) {
    std::uint64_t number = 0;
    if (name.size() != 20 || !name.ends_with(".seg")) return std::nullopt;
    const auto [end, error] = std::from_chars(name.data(), name.data() + 16, number, 16);
    if (error != std::errc() || end != name.data() + 16) return std::nullopt;
    return number;
}

}  // namespace

SegmentSet::SegmentSet(Io& io, std::filesystem::path folder, std::size_t open_most)
    : io_(io), folder_(std::move(folder)), open_most_(open_most) {}

std::filesystem::path SegmentSet::path(std::uint64_t number) const {
    return folder_ / fmt::format("{:016x}.seg", number);
}

Result<std::vector<SegmentSet::Unusable>> SegmentSet::load() {
    std::vector<Unusable> unusable;
    std::error_code error;
    std::vector<std::uint64_t> numbers;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
        const auto name = entry.path().filename().string();
        if (name.ends_with(".tmp")) std::ignore = io_.unlink(entry.path());
        if (const auto number = number_of(name)) numbers.push_back(*number);
    }
    if (error) return fail(errc::io, folder_.string() + ": " + error.message());
    for (const auto number : numbers) {
        auto problem = load_one(number);
        if (!problem) return fail(problem.error());
        if (!problem->empty()) unusable.push_back({number, std::move(*problem)});
    }
    apply_voids();
    return unusable;
}

Result<std::string> SegmentSet::load_one(std::uint64_t number) {
    auto file = File::open(io_, path(number), O_RDONLY);
    if (!file) return fail(errc::io, to_string(file.error()));
    auto size = file->size();
    if (!size) return fail(errc::io, to_string(size.error()));
    std::string page(segment_header_bytes, '\0');
    auto got = file->read(page.data(), page.size(), 0);
    if (!got) return fail(errc::io, path(number).string() + ": " + to_string(got.error()));
    page.resize(*got);
    const auto decoded = decode_segment_header(page);
    const auto name = path(number).filename().string();
    if (decoded.state == HeaderState::foreign_version) return name + ": written by a newer release";
    if (decoded.state == HeaderState::unreadable) return name + ": header damaged, the segment can't be read";
    if (decoded.header.number != number)
        return name + ": header is of segment " + std::to_string(decoded.header.number);
    const std::lock_guard guard(lock_);
    if (!segments_.empty() && segments_.begin()->second.header.partition != decoded.header.partition)
        return name + ": belongs to another partition";
    const bool damaged = decoded.state == HeaderState::one_copy_damaged;
    segments_[number] = Segment{decoded.header, *size, damaged};
    return std::string();
}

void SegmentSet::apply_voids() {
    const std::lock_guard guard(lock_);
    for (const auto& [number, segment] : segments_) {
        const auto voided = segments_.find(segment.header.voids_segment);
        if (voided == segments_.end()) continue;
        voided->second.limit_bytes = std::min(voided->second.limit_bytes, segment.header.voids_from);
    }
}

std::vector<Segment> SegmentSet::all() const {
    const std::lock_guard guard(lock_);
    std::vector<Segment> out;
    for (const auto& [number, segment] : segments_) out.push_back(segment);
    return out;
}

std::optional<Segment> SegmentSet::find(std::uint64_t number) const {
    const std::lock_guard guard(lock_);
    const auto found = segments_.find(number);
    if (found == segments_.end()) return std::nullopt;
    return found->second;
}

void SegmentSet::add(const Segment& segment) {
    const std::lock_guard guard(lock_);
    segments_[segment.header.number] = segment;
}

void SegmentSet::set_limit(std::uint64_t number, std::uint64_t limit_bytes) {
    const std::lock_guard guard(lock_);
    const auto found = segments_.find(number);
    if (found != segments_.end()) found->second.limit_bytes = limit_bytes;
}

Result<std::shared_ptr<const SegmentFile>> SegmentSet::open(std::uint64_t number) const {
    const std::lock_guard guard(lock_);
    if (!segments_.contains(number) || retired_.contains(number))
        return fail(errc::no_such_body, "segment " + std::to_string(number) + " is gone");
    if (const auto found = by_number_.find(number); found != by_number_.end()) {
        open_.splice(open_.begin(), open_, found->second);
        return open_.front();
    }
    auto handle = handles_[number].lock();
    if (!handle) {
        auto file = File::open(io_, path(number), O_RDONLY);
        if (!file) return fail(errc::io, to_string(file.error()));
        handle = std::make_shared<const SegmentFile>(SegmentFile{number, std::move(*file)});
        handles_[number] = handle;
    }
    open_.push_front(handle);
    by_number_[number] = open_.begin();
    if (open_.size() > open_most_) {
        by_number_.erase(open_.back()->number);
        open_.pop_back();
    }
    return handle;
}

void SegmentSet::retire(std::uint64_t number) {
    const std::lock_guard guard(lock_);
    if (!segments_.contains(number)) return;
    retired_.insert(number);
    if (const auto found = by_number_.find(number); found != by_number_.end()) {
        open_.erase(found->second);
        by_number_.erase(found);
    }
}

Result<std::size_t> SegmentSet::unlink_retired() {
    std::vector<std::uint64_t> idle;
    {
        const std::lock_guard guard(lock_);
        for (const auto number : retired_)
            if (const auto handle = handles_.find(number); handle == handles_.end() || handle->second.expired())
                idle.push_back(number);
    }
    for (const auto number : idle) {
        auto done = io_.unlink(path(number));
        if (!done && done.error().code == std::errc::no_such_file_or_directory) done = {};
        if (done) done = io_.sync_folder(folder_);
        if (!done) return fail(errc::io, to_string(done.error()));
        const std::lock_guard guard(lock_);
        segments_.erase(number);
        retired_.erase(number);
        handles_.erase(number);
    }
    return retired();
}

std::size_t SegmentSet::retired() const {
    const std::lock_guard guard(lock_);
    return retired_.size();
}

bool SegmentSet::is_retired(std::uint64_t number) const {
    const std::lock_guard guard(lock_);
    return retired_.contains(number);
}

Result<> SegmentSet::set_aside(std::uint64_t number) {
    auto aside = path(number);
    aside += ".damaged";
    auto done = io_.rename(path(number), aside);
    if (done) done = io_.sync_folder(folder_);
    return done;
}

}  // namespace helio::storage
