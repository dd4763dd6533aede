// Partition: the storage engine's door. A folder on one file system: segments/ (append-only log, the truth) and index/
// (one LMDB environment, a view of the log that can be rebuilt). Used by the store, the MTA queue and the calendar
// store.
//
// How a change travels (DESIGN section 4):
//   session        submit(change) .................................... resumes: durable, and visible to every read()
//   writer thread  gather -> decide each -> append batch, fdatasync -> overlay published to readers, waiters told
//   apply thread   published overlays -> one LMDB transaction
// A small change that comes alone on a quick disk is written by the session's thread itself (Writer::is_for_caller).
// A Model says what the records mean: apply() turns a record into puts and erases on index tables. The same apply()
// runs when a change is decided (into an in-memory overlay, flushed to LMDB after the log is durable) and on replay, so
// there is one meaning. decide() reads through the overlay and therefore sees every earlier decision.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/metrics.h"
#include "common/base/result.h"
#include "common/base/task.h"
#include "common/logging/logger.h"
#include "common/storage/errc.h"

namespace helio::storage {

class Io;

/// Bodies (message texts) are stored once and named by id; ids ascend in the order of arrival and are never reused.
struct BodyId {
    std::uint64_t value = 0;
    auto operator<=>(const BodyId&) const = default;
};

/// What a record means to its Model; 1..127 are the model's, the rest the engine's.
using RecordType = std::uint8_t;

struct Record {
    RecordType type = 0;
    std::uint8_t version = 1;  ///< of the payload's layout
    std::string_view payload;  ///< at most Options::record_bytes
};

/// An index table: a name and an ordinal that the model uses. Keys sort by bytes; at most 500 bytes each.
struct Table {
    std::uint8_t number;
    std::string_view name;
};

/// Ordered read access to the index; a consistent snapshot. Views hold until the snapshot ends (read()) or, in decide()
/// and apply(), until the next put, erase or read of the same table.
class IndexReader {
public:
    virtual ~IndexReader() = default;
    virtual std::optional<std::string_view> get(Table table, std::string_view key) const = 0;
    /// Calls `visit` for each row with first <= key < last in order, until it returns false. Empty `last`: to the end.
    using Visit = std::function<bool(std::string_view key, std::string_view value)>;
    virtual void scan(Table table, std::string_view first, std::string_view last, const Visit& visit) const = 0;
    /// The same downwards from the greatest key below `last` (empty: the table's end).
    virtual void scan_back(Table table, std::string_view first, std::string_view last, const Visit& visit) const = 0;
};

class IndexWriter : public IndexReader {
public:
    virtual void put(Table table, std::string_view key, std::string_view value) = 0;
    virtual void erase(Table table, std::string_view key) = 0;
    /// One more or one less index row names this body; at zero its space is free for compaction.
    virtual void refer(BodyId body) = 0;
    virtual void release(BodyId body) = 0;
};

/// Where compaction writes what must survive of an old segment.
class RecordSink {
public:
    virtual ~RecordSink() = default;
    virtual void add(RecordType type, std::string_view payload, std::uint8_t version = 1) = 0;
};

/// What a subsystem plugs in. All functions are called by one engine thread at a time.
class Model {
public:
    virtual ~Model() = default;
    virtual std::span<const Table> tables() const = 0;
    /// Of the rows that apply() makes. An index of another version is made anew from the log when it is opened.
    virtual std::uint32_t index_version() const { return 1; }
    /// Must depend on the record and the index alone (no clock, no randomness), and must be right when the record's
    /// effect is there already (a record that compaction copied forward is applied again).
    virtual void apply(IndexWriter& index, const Record& record) = 0;
    /// A segment that holds `record` is about to go. Adds to `sink` whatever the log needs so that a rebuild without
    /// this record gives the same index: usually the current state of what it is about, or nothing when that is gone
    /// or when a newer record of it exists elsewhere. A tombstone must be kept while `oldest_stays` (an older segment
    /// survives, which may hold what the tombstone cancels).
    virtual void carry_forward(const IndexReader& index, const Record& record, bool oldest_stays, RecordSink& sink) = 0;
};

/// The bytes of a body on their way in: in memory, or an unlinked file when large (BodySpool makes them).
class BodySource {
public:
    virtual ~BodySource() = default;
    virtual std::uint64_t size() const = 0;
    /// Appends `length` bytes from `offset`. Errors: errc::io.
    virtual Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const = 0;
};
std::unique_ptr<BodySource> body_in_memory(std::string bytes);

/// What decide() gets: the overlay to read, and the batch to add to.
class Decision {
public:
    virtual ~Decision() = default;
    /// Sees every change decided before this one, applied or not.
    virtual const IndexReader& index() const = 0;
    /// Logs the record and applies it to the overlay at once.
    virtual void add(RecordType type, std::string_view payload, std::uint8_t version = 1) = 0;
    /// Logs the body; records of the same change may name it. It lives while refer() counts above zero.
    virtual BodyId add_body(const BodySource& body) = 0;
};

/// One atomic unit: all its records are there after a crash, or none.
class Change {
public:
    virtual ~Change() = default;
    /// On the writer of the moment. Checks and decides everything (UID, MODSEQ, quota, existence), then adds. On an
    /// error nothing it added is logged and submit() returns the error. Keep results in the change object.
    virtual Result<> decide(Decision& decision) = 0;
    /// Bytes that it will add to the log, roughly; bounds a batch.
    virtual std::size_t weight_bytes() const = 0;
    /// Decided in microseconds: its caller may do it, and whoever shares his thread hardly waits.
    virtual bool is_quick() const { return false; }
};

struct Options {
    std::filesystem::path folder;
    std::uint64_t segment_bytes = 128u << 20;
    std::uint64_t index_map_bytes = 64ull << 30;
    std::size_t batch_changes = 1024;           ///< group commit: at most so many changes
    std::size_t batch_bytes = 8u << 20;         ///< and so many bytes in one batch
    std::size_t uncommitted_batches = 4096;     ///< durable and visible, and not in LMDB yet: at most so many
    std::size_t uncommitted_bytes = 64u << 20;  ///< and no more once they take about so much memory
    std::size_t waiting_changes = 20'000;       ///< submit() answers errc::busy above
    unsigned alone_before_caller = 8;           ///< so many alone in a row, then the caller writes: see Writer
    std::chrono::microseconds quick_sync{200};  ///< as long as syncs take less
    std::uint64_t body_bytes = 100u << 20;      ///< largest body; below 4 GiB
    std::size_t record_bytes = 1u << 20;        ///< largest payload of a record
    /// Free space kept on the file system. Below it, changes with bodies get errc::no_space; below half of it, all do
    /// (so that an expunge, which frees space, still works).
    std::uint64_t reserve_bytes = 256u << 20;
    std::uint64_t compaction_bytes_per_second = 16u << 20;
    unsigned compaction_dead_percent = 40;  ///< a segment is worth compacting from here on
    bool compaction_thread = true;          ///< false: only compact_now() compacts
    Io* io = nullptr;                       ///< tests: the system calls; null: the real ones
};

/// A stored body; reading checks its checksum over the whole before the first byte is given out when it is at most
/// 1 MiB, else while streaming. Holding one keeps its segment from being unlinked.
class Body {
public:
    virtual ~Body() = default;
    virtual std::uint64_t size() const = 0;
    /// Appends [offset, offset+length) to `into`. Errors: errc::damaged, errc::io.
    virtual Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const = 0;
};

struct VerifyReport {
    std::uint64_t records = 0;
    std::uint64_t bodies = 0;
    std::vector<std::string> problems;  ///< each names segment and offset, or table and key
};

class Partition {
public:
    /// Opens or creates; replays the log after the index's position. Damage that is not a torn tail, or an index beyond
    /// the log's end, throws base::StartupError naming the place and `--rebuild`.
    static std::unique_ptr<Partition> open(Options options, Model& model, const logging::Logger& log,
                                           base::Registry& metrics);
    virtual ~Partition() = default;

    /// Resumes on the caller's executor once the change is durable and visible to read(). `change` must live until
    /// then. Errors: what decide() answered; errc::no_space, errc::io, errc::busy (nothing happened), errc::stopped.
    virtual Task<Result<>> submit(Change& change) = 0;

    /// Runs `use` with a snapshot on this thread. `use` must not suspend and should be short (it pins old pages).
    virtual void read(const std::function<void(const IndexReader&)>& use) const = 0;
    /// Errors: errc::no_such_body, errc::damaged, errc::io.
    virtual Result<std::unique_ptr<Body>> open_body(BodyId id) const = 0;

    /// Compacts what is worth it within the budget; called by the engine's own thread too.
    virtual Result<> compact_now() = 0;
    /// Checks every record, every body and the index against a replay; online.
    virtual VerifyReport verify() const = 0;
    /// Finishes what was submitted, syncs and closes. No submit() after it.
    virtual void close() = 0;
    /// Free space and writer in order? Empty, or the reason; any thread.
    virtual std::string not_ready() const = 0;
};

/// Offline: makes the index anew from the log alone. Returns what it found (damage is located, intact records survive).
VerifyReport rebuild(const Options& options, Model& model, const logging::Logger& log);
/// Offline: Partition::verify() for a partition that no daemon has open; changes nothing. Run it in a process of its
/// own (a truncated index raises SIGBUS). Throws base::StartupError when it can't be opened.
VerifyReport verify_offline(const Options& options, Model& model, const logging::Logger& log);

}  // namespace helio::storage
