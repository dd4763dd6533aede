#include "common/storage/lmdb_env.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace helio::storage {
namespace {

constexpr unsigned most_readers = 1024;
constexpr unsigned most_tables = 132;
constexpr std::uint64_t ahead_bytes = 4u << 20;
constexpr std::uint64_t ahead_least_bytes = 1u << 20;

void check(int result, std::string_view what) {
    if (result != MDB_SUCCESS) throw LmdbError(what, result);
}

MDB_val value_of(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }

}  // namespace

LmdbEnv::LmdbEnv(const std::filesystem::path& folder, std::uint64_t map_bytes, Durability durability) {
    check(mdb_env_create(&env_), "mdb_env_create");
    // Not MDB_NORDAHEAD: after a start a large mailbox comes in pieces of 128 KiB, ten times faster than page by page;
    // the kernel stops reading around by itself where most faults are single ones.
    unsigned flags = MDB_NOTLS;
    flags |= durability == Durability::logged ? MDB_NOMETASYNC : MDB_NOSYNC | MDB_NOMETASYNC;
    try {
        check(mdb_env_set_mapsize(env_, map_bytes), "mdb_env_set_mapsize");
        check(mdb_env_set_maxreaders(env_, most_readers), "mdb_env_set_maxreaders");
        check(mdb_env_set_maxdbs(env_, most_tables), "mdb_env_set_maxdbs");
        check(mdb_env_open(env_, folder.c_str(), flags, 0600), "open " + folder.string());
        check(mdb_env_get_fd(env_, &fd_), "mdb_env_get_fd");
        check_size();
        int dead = 0;
        mdb_reader_check(env_, &dead);
    } catch (...) {
        mdb_env_close(env_);
        throw;
    }
}

/// Reading a page behind the file's end would raise SIGBUS.
void LmdbEnv::check_size() {
    struct stat state{};
    MDB_envinfo info{};
    MDB_stat stat{};
    if (::fstat(fd_, &state) != 0) throw LmdbError("fstat of the index", errno);
    check(mdb_env_info(env_, &info), "mdb_env_info");
    check(mdb_env_stat(env_, &stat), "mdb_env_stat");
    file_bytes_ = static_cast<std::uint64_t>(state.st_size);
    if (file_bytes_ < (info.me_last_pgno + 1) * stat.ms_psize) throw LmdbError("the index is truncated", MDB_CORRUPTED);
}

LmdbEnv::~LmdbEnv() {
    for (auto* txn : idle_readers_) mdb_txn_abort(txn);
    mdb_env_close(env_);
}

MDB_dbi LmdbEnv::open_table(const std::string& name) {
    LmdbWrite txn(*this);
    MDB_dbi table = 0;
    check(mdb_dbi_open(txn.get(), name.c_str(), MDB_CREATE, &table), "open table " + name);
    txn.commit();
    return table;
}

void LmdbEnv::sync() { check(mdb_env_sync(env_, 1), "mdb_env_sync"); }

void LmdbEnv::grow_ahead() {
    MDB_envinfo info{};
    MDB_stat stat{};
    if (mdb_env_info(env_, &info) != 0 || mdb_env_stat(env_, &stat) != 0) return;
    const std::uint64_t used = (info.me_last_pgno + 1) * stat.ms_psize;
    if (file_bytes_ >= used + ahead_least_bytes) return;
    static constexpr char zeroes[64u << 10] = {};
    const auto goal = used + ahead_bytes;
    for (auto at = std::max(used, file_bytes_); at < goal;) {
        const auto done =
            ::pwrite(fd_, zeroes, std::min<std::uint64_t>(sizeof zeroes, goal - at), static_cast<off_t>(at));
        if (done <= 0) return;  // a full disk: the next commit tells
        at += static_cast<std::uint64_t>(done);
        file_bytes_ = at;
    }
}

MDB_txn* LmdbEnv::take_reader() {
    MDB_txn* txn = nullptr;
    {
        const std::lock_guard guard(lock_);
        if (!idle_readers_.empty()) {
            txn = idle_readers_.back();
            idle_readers_.pop_back();
        }
    }
    if (txn) {
        check(mdb_txn_renew(txn), "mdb_txn_renew");
        return txn;
    }
    check(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn), "begin read");
    return txn;
}

void LmdbEnv::give_reader(MDB_txn* txn) {
    mdb_txn_reset(txn);
    const std::lock_guard guard(lock_);
    idle_readers_.push_back(txn);
}

LmdbWrite::LmdbWrite(LmdbEnv& env) { check(mdb_txn_begin(env.get(), nullptr, 0, &txn_), "begin write"); }

LmdbWrite::~LmdbWrite() {
    if (txn_) mdb_txn_abort(txn_);
}

void LmdbWrite::commit() { check(mdb_txn_commit(std::exchange(txn_, nullptr)), "commit"); }

void LmdbWrite::put(MDB_dbi table, std::string_view key, std::string_view value) {
    auto k = value_of(key);
    auto v = value_of(value);
    check(mdb_put(txn_, table, &k, &v, 0), "put");
}

void LmdbWrite::append(MDB_dbi table, std::string_view key, std::string_view value) {
    auto k = value_of(key);
    auto v = value_of(value);
    const int result = mdb_put(txn_, table, &k, &v, MDB_APPEND);
    if (result == MDB_KEYEXIST) return put(table, key, value);
    check(result, "append");
}

void LmdbWrite::erase(MDB_dbi table, std::string_view key) {
    auto k = value_of(key);
    const int result = mdb_del(txn_, table, &k, nullptr);
    if (result != MDB_NOTFOUND) check(result, "erase");
}

std::optional<std::string_view> lmdb_get(MDB_txn* txn, MDB_dbi table, std::string_view key) {
    auto k = value_of(key);
    MDB_val v{};
    const int result = mdb_get(txn, table, &k, &v);
    if (result == MDB_NOTFOUND) return std::nullopt;
    check(result, "get");
    return std::string_view(static_cast<const char*>(v.mv_data), v.mv_size);
}

LmdbCursor::LmdbCursor(MDB_txn* txn, MDB_dbi table) { check(mdb_cursor_open(txn, table, &cursor_), "cursor"); }

void LmdbCursor::move(MDB_cursor_op operation) {
    const int result = mdb_cursor_get(cursor_, &key_, &value_, operation);
    if (result != MDB_NOTFOUND) check(result, "cursor");
    valid_ = result == MDB_SUCCESS;
}

void LmdbCursor::seek(std::string_view first) {
    key_ = value_of(first);
    move(first.empty() ? MDB_FIRST : MDB_SET_RANGE);
}

void LmdbCursor::seek_before(std::string_view last) {
    if (last.empty()) return move(MDB_LAST);
    seek(last);
    move(valid_ ? MDB_PREV : MDB_LAST);
}

}  // namespace helio::storage
