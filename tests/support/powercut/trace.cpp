#include "tests/support/powercut/trace.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "common/storage/codec.h"

namespace helio::test {
namespace {

constexpr std::size_t head_bytes = 25;
constexpr std::size_t sector_bytes = 512;

void put_bytes(std::string& file, std::uint64_t offset, std::string_view bytes) {
    if (file.size() < offset + bytes.size()) file.resize(static_cast<std::size_t>(offset + bytes.size()));
    file.replace(static_cast<std::size_t>(offset), bytes.size(), bytes);
}

}  // namespace

/// The disk while the trace is gone through.
class PowercutTrace::State {
public:
    explicit State(const std::vector<Entry>& entries) : entries_(entries) {}

    void take(std::size_t number) {
        const auto& entry = entries_[number];
        switch (entry.kind) {
            case 'N':
                return name({'N', entry.data, {}, known(entry.file)});
            case 'R':
                return name({'R', entry.data.substr(0, entry.data.find('\0')),
                             entry.data.substr(entry.data.find('\0') + 1), 0});
            case 'U':
                name({'U', entry.data, {}, 0});
                ids_.erase(entry.file);
                return;
            case 'D':
                return settle_names(names_.size());
            case 'W':
            case 'T':
            case 'A':
                return files_[known(entry.file)].pending.push_back(number);
            case 'B':
                begun_[known(entry.file)] = number;
                return;
            case 'E':
                return settle(files_[known(entry.file)], begun_[known(entry.file)]);
            default:
                return;
        }
    }

    /// Decides the fate of everything that waits, and writes the files.
    void write(std::mt19937_64& random, const std::filesystem::path& root, const std::filesystem::path& folder) {
        settle_names(random() % (names_.size() + 1));
        for (const auto& [path, id] : folder_) {
            auto& file = files_[id];
            auto bytes = file.durable;
            const auto mood = random() % 4;  // all of it, nothing of it, or each on its own
            for (const auto number : file.pending) {
                const auto& entry = entries_[number];
                if (mood == 0 || (mood > 1 && random() % 2 == 0)) continue;
                apply(bytes, entry, mood > 1 && random() % 3 == 0 ? &random : nullptr);
            }
            const auto to = folder / std::filesystem::path(path).lexically_relative(root);
            std::filesystem::create_directories(to.parent_path());
            std::ofstream(to, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        }
    }

private:
    std::uint64_t known(std::uint64_t inode) {
        const auto [at, is_new] = ids_.try_emplace(inode, next_id_);
        if (is_new) ++next_id_;
        return at->second;
    }

    void name(Name change) { names_.push_back(std::move(change)); }

    /// The first `count` waiting changes of names are on the disk.
    void settle_names(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto& change = names_[i];
            if (change.kind == 'N') folder_[change.from] = change.file;
            if (change.kind == 'U') folder_.erase(change.from);
            if (change.kind != 'R' || !folder_.contains(change.from)) continue;
            folder_[change.to] = folder_[change.from];
            folder_.erase(change.from);
        }
        names_.erase(names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    /// A sync that began at `begun` has ended: what was written before is on the disk.
    void settle(File& file, std::size_t begun) {
        auto& pending = file.pending;
        const auto end =
            std::partition_point(pending.begin(), pending.end(), [&](auto number) { return number < begun; });
        for (auto at = pending.begin(); at != end; ++at) apply(file.durable, entries_[*at], nullptr);
        pending.erase(pending.begin(), end);
    }

    static void apply(std::string& bytes, const Entry& entry, std::mt19937_64* torn) {
        if (entry.kind == 'T') return bytes.resize(static_cast<std::size_t>(entry.offset));
        if (entry.kind == 'A') {
            if (bytes.size() < entry.offset) bytes.resize(static_cast<std::size_t>(entry.offset));
            return;
        }
        if (!torn) return put_bytes(bytes, entry.offset, entry.data);
        for (std::size_t at = 0; at < entry.data.size();) {
            const auto part = std::min(sector_bytes - (entry.offset + at) % sector_bytes, entry.data.size() - at);
            if ((*torn)() % 2 == 0) put_bytes(bytes, entry.offset + at, std::string_view(entry.data).substr(at, part));
            at += part;
        }
    }

    const std::vector<Entry>& entries_;
    std::map<std::uint64_t, std::uint64_t> ids_;  ///< inode -> file; inodes are used again
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, File> files_;
    std::map<std::uint64_t, std::size_t> begun_;
    std::map<std::string, std::uint64_t> folder_;  ///< names on the disk
    std::vector<Name> names_;                      ///< changes of names that wait
};

PowercutTrace::PowercutTrace(const std::filesystem::path& trace, std::filesystem::path root) : root_(std::move(root)) {
    std::ifstream in(trace, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    for (std::size_t at = 0; at + head_bytes <= bytes.size();) {
        Entry entry;
        entry.kind = bytes[at];
        entry.file = storage::load<std::uint64_t>(bytes.data() + at + 1);
        entry.offset = storage::load<std::uint64_t>(bytes.data() + at + 9);
        const auto length = storage::load<std::uint64_t>(bytes.data() + at + 17);
        if (length > bytes.size() - at - head_bytes) throw std::runtime_error("the trace is cut off");
        entry.data = bytes.substr(at + head_bytes, static_cast<std::size_t>(length));
        at += head_bytes + entry.data.size();
        entries_.push_back(std::move(entry));
    }
    if (entries_.empty()) throw std::runtime_error("no trace: was the shim loaded?");
}

std::vector<std::string> PowercutTrace::marks_before(std::size_t cut) const {
    std::vector<std::string> marks;
    for (std::size_t i = 0; i < cut; ++i)
        if (entries_[i].kind == 'M') marks.push_back(entries_[i].data);
    return marks;
}

void PowercutTrace::make_state(std::size_t cut, std::mt19937_64& random, const std::filesystem::path& folder) const {
    State state(entries_);
    for (std::size_t i = 0; i < cut; ++i) state.take(i);
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    state.write(random, root_, folder);
}

}  // namespace helio::test
