// LmdbEnv: one LMDB environment and its transactions as RAII values. The only place that calls LMDB.
// A write transaction aborts unless commit() was called. Read transactions are pooled; each belongs to one thread at a
// time (MDB_NOTLS). Failures throw LmdbError: the callers are the engine's threads, which turn it into a stop and a
// replay.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <lmdb.h>

namespace helio::storage {

struct LmdbError : std::runtime_error {
    LmdbError(std::string_view what, int number)
        : std::runtime_error(std::string(what) + ": " + mdb_strerror(number)), code(number) {}
    int code;
};

enum class Durability { logged, none };  ///< none: for temporary environments (verify)

class LmdbEnv {
public:
    LmdbEnv(const std::filesystem::path& folder, std::uint64_t map_bytes, Durability durability);
    ~LmdbEnv();
    LmdbEnv(const LmdbEnv&) = delete;
    LmdbEnv& operator=(const LmdbEnv&) = delete;

    MDB_env* get() const { return env_; }
    /// Opens or creates the named database; only while no transaction of this thread is open.
    MDB_dbi open_table(const std::string& name);
    /// Everything committed so far is on the disk, the last commit too.
    void sync();
    /// Keeps some MiB of written zeroes behind the used part of the file, so that commits neither grow it nor convert
    /// blocks. Only between write transactions.
    void grow_ahead();

private:
    friend class LmdbRead;
    void check_size();
    MDB_txn* take_reader();
    void give_reader(MDB_txn* txn);

    MDB_env* env_ = nullptr;
    int fd_ = -1;
    std::uint64_t file_bytes_ = 0;
    std::mutex lock_;
    std::vector<MDB_txn*> idle_readers_;
};

class LmdbRead {
public:
    explicit LmdbRead(LmdbEnv& env) : env_(env), txn_(env.take_reader()) {}
    ~LmdbRead() { env_.give_reader(txn_); }
    LmdbRead(const LmdbRead&) = delete;
    LmdbRead& operator=(const LmdbRead&) = delete;
    MDB_txn* get() const { return txn_; }

private:
    LmdbEnv& env_;
    MDB_txn* txn_;
};

class LmdbWrite {
public:
    explicit LmdbWrite(LmdbEnv& env);
    ~LmdbWrite();
    LmdbWrite(const LmdbWrite&) = delete;
    LmdbWrite& operator=(const LmdbWrite&) = delete;
    void commit();
    void put(MDB_dbi table, std::string_view key, std::string_view value);
    /// For keys that ascend: fills pages whole. Falls back to put().
    void append(MDB_dbi table, std::string_view key, std::string_view value);
    void erase(MDB_dbi table, std::string_view key);
    MDB_txn* get() const { return txn_; }

private:
    MDB_txn* txn_ = nullptr;
};

std::optional<std::string_view> lmdb_get(MDB_txn* txn, MDB_dbi table, std::string_view key);

/// A position in a table; its transaction must outlive it.
class LmdbCursor {
public:
    LmdbCursor(MDB_txn* txn, MDB_dbi table);
    ~LmdbCursor() { mdb_cursor_close(cursor_); }
    LmdbCursor(const LmdbCursor&) = delete;
    LmdbCursor& operator=(const LmdbCursor&) = delete;

    void seek(std::string_view first);        ///< the first key >= first; empty: the first of all
    void seek_before(std::string_view last);  ///< the greatest key < last; empty: the last of all
    void next() { move(MDB_NEXT); }
    void previous() { move(MDB_PREV); }
    bool valid() const { return valid_; }
    std::string_view key() const { return {static_cast<const char*>(key_.mv_data), key_.mv_size}; }
    std::string_view value() const { return {static_cast<const char*>(value_.mv_data), value_.mv_size}; }

private:
    void move(MDB_cursor_op operation);

    MDB_cursor* cursor_ = nullptr;
    MDB_val key_{};
    MDB_val value_{};
    bool valid_ = false;
};

}  // namespace helio::storage
