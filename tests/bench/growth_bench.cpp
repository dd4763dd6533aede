// growth_bench: what a delivery costs, and how long a start takes, as a store grows.
//   growth_bench FOLDER [MESSAGES, default 2,000,000] [MAILBOXES, default 10,000]
// Fills a store with unique, incompressible messages of 2 KiB, each to one INBOX at random, by 64 writers. At 100,000,
// 200,000, 500,000, 1,000,000 and so on it prints the rate and the processor's time of the last 20,000 messages, then
// closes the store and opens it again. Compare CPU us/msg when other work loads the machine.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>

#include <sys/resource.h>

#include "store/mailbox/mail_store.h"
#include "tests/bench/loop.h"

namespace {

using namespace helio;
using Clock = std::chrono::steady_clock;

constexpr std::size_t message_bytes = 2048;
constexpr std::uint64_t window = 20'000;
constexpr int writers = 64;

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Text final : public storage::BodySource {
public:
    explicit Text(std::string text) : text_(std::move(text)) {}
    std::uint64_t size() const override { return text_.size(); }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override {
        into.append(text_, offset, length);
        return {};
    }

private:
    std::string text_;
};

class Messages {
public:
    std::shared_ptr<const storage::BodySource> next() {
        const auto number = std::to_string(++number_);
        std::string text =
            "From: Sender <s" + number + "@elsewhere.test>\r\nTo: Somebody <to@example.test>\r\nSubject: message " +
            number + "\r\nDate: Sat, 21 Nov 2026 21:35:34 +0000\r\nMessage-ID: <" + number + "@elsewhere.test>\r\n\r\n";
        static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        while (text.size() < message_bytes) {
            for (auto bits = random_(), left = std::uint64_t{10}; left > 0; --left, bits >>= 6)
                text += letters[bits & 63];
            if (text.size() % 70 < 10) text += "\r\n";
        }
        text.resize(message_bytes - 2);
        return std::make_shared<Text>(text + "\r\n");
    }
    std::uint64_t random(std::uint64_t below) { return random_() % below; }

private:
    std::mt19937_64 random_{1};
    std::uint64_t number_ = 0;
};

struct Fill {
    store::MailStore& store;
    Messages& messages;
    std::uint64_t mailboxes;
    std::uint64_t goal;
    std::uint64_t begun = 0;
    int running = 0;
};

Task<void> write(Fill& fill) {
    while (fill.begun < fill.goal) {
        ++fill.begun;
        store::Delivery delivery{fill.messages.next(), std::nullopt, {}};
        delivery.recipients.emplace_back();
        delivery.recipients.back().user =
            "user" + std::to_string(fill.messages.random(fill.mailboxes)) + "@example.test";
        auto stored = co_await fill.store.deliver(std::move(delivery));
        if (!stored) throw std::runtime_error(to_string(stored.error()));
    }
}

void fill_by(bench::Loop& loop, store::MailStore& store, Messages& messages, std::uint64_t mailboxes,
             std::uint64_t count) {
    Fill fill{store, messages, mailboxes, count};
    fill.running = writers;
    for (int i = 0; i < writers; ++i) base::start(write(fill), [&fill](std::exception_ptr) { --fill.running; });
    loop.run_until([&fill] { return fill.running == 0; });
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) bytes += entry.file_size();
    return bytes;
}

void run(const std::filesystem::path& folder, std::uint64_t most, std::uint64_t mailboxes) {
    const logging::Logger log({logging::Level::error, logging::Format::logfmt, ""}, "bench");
    store::StoreConfig config;
    config.storage.folder = folder / "growth";
    std::filesystem::remove_all(config.storage.folder);
    Messages messages;
    bench::Loop loop;
    std::printf("%10s %8s %11s %8s %9s\n", "messages", "msg/s", "CPU us/msg", "start s", "MiB");
    std::uint64_t held = 0;
    for (const std::uint64_t point : {100'000u, 200'000u, 500'000u, 1'000'000u, 2'000'000u, 5'000'000u, 10'000'000u}) {
        if (point > most) break;
        const auto opening = Clock::now();
        base::Registry metrics;
        store::MailStore store(config, log, metrics);
        const auto opened = since(opening);
        if (held > 0) std::printf(" %8.3f %9llu\n", opened, static_cast<unsigned long long>(bytes_in(folder) >> 20));
        fill_by(loop, store, messages, mailboxes, point - held - window);
        const auto cpu = cpu_seconds();
        const auto start = Clock::now();
        fill_by(loop, store, messages, mailboxes, window);
        const auto elapsed = since(start);
        std::printf("%10llu %8.0f %11.1f", static_cast<unsigned long long>(point), window / elapsed,
                    (cpu_seconds() - cpu) * 1e6 / window);
        std::fflush(stdout);
        held = point;
        store.close();
    }
    const auto opening = Clock::now();
    base::Registry metrics;
    store::MailStore store(config, log, metrics);
    std::printf(" %8.3f %9llu\n", since(opening), static_cast<unsigned long long>(bytes_in(folder) >> 20));
    store.close();
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 2) {
        std::fprintf(stderr, "growth_bench FOLDER [MESSAGES] [MAILBOXES]\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    run(folder, argc > 2 ? std::stoull(argv[2]) : 2'000'000, argc > 3 ? std::stoull(argv[3]) : 10'000);
    std::filesystem::remove_all(folder / "growth");
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "growth_bench: %s\n", error.what());
    return 1;
}
