// storage_bench: the storage engine beside a loop of append + fdatasync on one preallocated file, in the same run,
// because the disk differs from minute to minute: only the ratios count.
//   storage_bench FOLDER [SECONDS per row, default 2] [ROUNDS, default 3: medians are printed] [WRITERS: this row
//   alone]
// Rows: the loop (4 KiB, blocks reserved by fallocate; and the same with blocks that were written before); the log
// alone (batches of 64 messages); the whole engine with 1 and with 64 writers. A message is an unique incompressible
// body of 4 KiB, a row of 300 bytes and its mailbox's row, in one of 1,000 mailboxes at random; submit() returns when
// it is durable and readable.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/storage/codec.h"
#include "common/storage/log.h"
#include "common/storage/partition.h"
#include "tests/bench/loop.h"

namespace {

using namespace helio;
using Clock = std::chrono::steady_clock;

constexpr std::size_t body_bytes = 4096;
constexpr std::uint32_t mailboxes = 1000;

struct Figures {
    double per_second = 0;
    double cpu_us = 0;  ///< user and system, all threads, per message
    double syncs = 0;   ///< of the log, per message
};

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Different for each message and does not compress.
class Bodies {
public:
    explicit Bodies(std::uint64_t seed) : random_(seed) {
        while (pool_.size() < 1u << 20) storage::append(pool_, static_cast<std::uint64_t>(random_()));
    }
    std::string next() {
        std::string body = pool_.substr(random_() % (pool_.size() - body_bytes), body_bytes);
        storage::store(body.data(), static_cast<std::uint64_t>(random_()));
        return body;
    }
    std::uint32_t mailbox() { return static_cast<std::uint32_t>(random_() % mailboxes); }

private:
    std::mt19937_64 random_;
    std::string pool_;
};

/// Calls `one` until the time is over; it does `messages` messages and `syncs` syncs.
Figures measure(double seconds, double messages, double syncs, const std::function<bool()>& one) {
    const auto start = Clock::now();
    const auto cpu = cpu_seconds();
    double calls = 0;
    while (std::chrono::duration<double>(Clock::now() - start).count() < seconds && one()) ++calls;
    const auto elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    return {calls * messages / elapsed, (cpu_seconds() - cpu) * 1e6 / (calls * messages), syncs / messages};
}

Figures sync_loop(const std::string& folder, double seconds, bool written_before) {
    const auto path = folder + "/loop";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    constexpr off_t size = 256 << 20;
    if (fd < 0 || ::fallocate(fd, 0, 0, size) != 0) throw std::runtime_error("can't make " + path);
    if (written_before) {
        const std::string zeroes(1 << 20, '\0');
        for (off_t at = 0; at < size; at += static_cast<off_t>(zeroes.size()))
            if (::pwrite(fd, zeroes.data(), zeroes.size(), at) < 0) throw std::runtime_error("write");
    }
    ::fsync(fd);
    Bodies bodies(1);
    off_t at = 0;
    const auto figures = measure(seconds, 1, 1, [&] {
        const auto body = bodies.next();
        const bool done = ::pwrite(fd, body.data(), body.size(), at) > 0 && ::fdatasync(fd) == 0;
        at += static_cast<off_t>(body.size());
        return done && at < size;
    });
    ::close(fd);
    ::unlink(path.c_str());
    return figures;
}

/// A mailbox row beside its newest messages: mailbox 4, 0x01, uid 4; mailbox 4, 0xFF.
class BenchModel final : public storage::Model {
public:
    static constexpr storage::Table rows{1, "rows"};
    std::span<const storage::Table> tables() const override { return {tables_, 1}; }
    void apply(storage::IndexWriter& index, const storage::Record& record) override {
        const std::string_view mailbox = record.payload.substr(0, 4);
        index.put(rows, std::string(mailbox) + '\x01' + std::string(record.payload.substr(4, 4)),
                  record.payload.substr(16));
        index.put(rows, std::string(mailbox) + '\xFF', record.payload.substr(4, 60));
        index.refer(storage::BodyId{storage::load<std::uint64_t>(record.payload.data() + 8)});
    }
    void carry_forward(const storage::IndexReader&, const storage::Record&, bool, storage::RecordSink&) override {}

private:
    storage::Table tables_[1] = {rows};
};

class Deliver final : public storage::Change {
public:
    Deliver(std::uint32_t mailbox, std::string body)
        : mailbox_(mailbox), body_(storage::body_in_memory(std::move(body))) {}
    Result<> decide(storage::Decision& decision) override {
        std::string key(4, '\0');
        storage::store(key.data(), __builtin_bswap32(mailbox_));
        const auto row = decision.index().get(BenchModel::rows, key + '\xFF');
        const auto uid = row ? __builtin_bswap32(storage::load<std::uint32_t>(row->data())) + 1 : 1;
        std::string payload = key;
        storage::append(payload, __builtin_bswap32(uid));
        storage::append(payload, decision.add_body(*body_).value);
        payload.append(300, 'r');
        decision.add(1, payload, 1);
        return {};
    }
    std::size_t weight_bytes() const override { return body_bytes + 400; }

private:
    std::uint32_t mailbox_;
    std::unique_ptr<storage::BodySource> body_;
};

Task<void> write_until(storage::Partition& partition, Bodies& bodies, Clock::time_point end, std::uint64_t& done) {
    while (Clock::now() < end) {
        Deliver change(bodies.mailbox(), bodies.next());
        auto result = co_await partition.submit(change);
        if (!result) throw std::runtime_error(to_string(result.error()));
        ++done;
    }
}

const logging::Logger& quiet() {
    static const logging::Logger log({logging::Level::error, logging::Format::logfmt, ""}, "bench");
    return log;
}

Figures engine(const std::string& folder, double seconds, int writers) {
    const auto path = std::filesystem::path(folder) / "partition";
    std::filesystem::remove_all(path);
    BenchModel model;
    base::Registry metrics;
    storage::Options options;
    options.folder = path;
    options.compaction_thread = false;
    options.segment_bytes = 32u << 20;  // so that a short run sees segments change
    bench::Loop loop;
    auto partition = storage::Partition::open(options, model, quiet(), metrics);
    Bodies bodies(static_cast<std::uint64_t>(writers));
    std::uint64_t done = 0;
    const auto& batches = metrics.counter("helio_storage_batches_total", "");
    const auto write_for = [&](double how_long) {
        int running = writers;
        const auto end =
            Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(how_long));
        for (int i = 0; i < writers; ++i)
            base::start(write_until(*partition, bodies, end, done), [&](std::exception_ptr) { --running; });
        loop.run_until([&] { return running == 0; });
    };
    write_for(seconds / 4);  // warm: mailboxes exist, pages are in use
    done = 0;
    const auto batches_before = batches.value();
    const auto cpu = cpu_seconds();
    const auto start = Clock::now();
    write_for(seconds);
    const auto elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    const auto count = static_cast<double>(done);
    const Figures figures{count / elapsed, (cpu_seconds() - cpu) * 1e6 / count,
                          static_cast<double>(batches.value() - batches_before) / count};
    if (std::getenv("BENCH_METRICS")) std::fputs(metrics.print().c_str(), stderr);
    partition->close();
    partition.reset();
    std::filesystem::remove_all(path);
    return figures;
}

Figures log_alone(const std::string& folder, double seconds) {
    const auto path = std::filesystem::path(folder) / "segments";
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    base::Registry metrics;
    storage::SegmentSet segments(storage::system_io(), path);
    storage::Log log(segments, 32u << 20, quiet(), metrics);
    if (auto opened = log.open({}, {}, 1, {}); !opened) throw std::runtime_error(to_string(opened.error()));
    Bodies bodies(3);
    storage::BatchBuilder batch;
    std::uint64_t id = 1;
    constexpr int messages = 64;
    const auto figures = measure(seconds, messages, 1, [&] {
        batch.clear();
        for (int i = 0; i < messages; ++i) {
            const auto body = storage::body_in_memory(bodies.next());
            if (!batch.add_body(storage::BodyId{id++}, *body, false)) return false;
            batch.add_record(1, 1, std::string(316, 'r'), false);
        }
        return log.append(batch, id).has_value();
    });
    std::filesystem::remove_all(path);
    return figures;
}

Figures median(std::vector<Figures> all) {
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.per_second < b.per_second; });
    return all[all.size() / 2];
}

void print(const char* name, const std::vector<Figures>& all, double loop) {
    const auto figures = median(all);
    std::printf("%-34s %10.0f %8.2f %10.1f %10.4f\n", name, figures.per_second, figures.per_second / loop,
                figures.cpu_us, figures.syncs);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 2) {
        std::fprintf(stderr, "storage_bench FOLDER [SECONDS] [ROUNDS] [WRITERS]\n");
        return 2;
    }
    const std::string folder = argv[1];
    const double seconds = argc > 2 ? std::stod(argv[2]) : 2;
    const int rounds = argc > 3 ? std::stoi(argv[3]) : 3;
    std::filesystem::create_directories(folder);
    if (argc > 4) {
        std::vector<Figures> row;
        for (int round = 0; round < rounds; ++round) row.push_back(engine(folder, seconds, std::stoi(argv[4])));
        print("engine", row, 1);
        return 0;
    }
    std::vector<Figures> rows[5];
    for (int round = 0; round < rounds; ++round) {
        rows[0].push_back(sync_loop(folder, seconds, false));
        rows[1].push_back(sync_loop(folder, seconds, true));
        rows[2].push_back(log_alone(folder, seconds));
        rows[3].push_back(engine(folder, seconds, 1));
        rows[4].push_back(engine(folder, seconds, 64));
    }
    const auto loop = median(rows[0]).per_second;
    std::printf("%-34s %10s %8s %10s %10s\n", "", "msg/s", "ratio", "CPU us/msg", "sync/msg");
    print("append+fdatasync loop, fallocate", rows[0], loop);
    print("append+fdatasync loop, zero-filled", rows[1], loop);
    print("log alone, batches of 64", rows[2], loop);
    print("engine, 1 writer", rows[3], loop);
    print("engine, 64 writers", rows[4], loop);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "storage_bench: %s\n", error.what());
    return 1;
}
