// Mode imap-commands: how long single commands take on one connection. Fills three mailboxes where they are not filled
// yet: bench-large (--count messages of 1 KiB, 50,000 by default), bench-small (2,000 of 4 KiB) and bench-mix (1,000 of
// the sizes of --size mix), those that the rows of --rows need. Each row is repeated for --duration, at least three
// times; a row is one line on the output and, with --json, one in that file.
#include <algorithm>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "tests/bench/load/imap.h"
#include "tests/bench/load/usage.h"

namespace helio::bench {
namespace {

constexpr std::uint64_t small_count = 2'000;
constexpr std::uint64_t mix_count = 1'000;
constexpr std::size_t append_batch = 100;
constexpr unsigned least_rounds = 3;

struct Row {
    std::string_view key;
    std::string_view name;
    std::string_view mailbox;
    std::string_view text;       // "{n}": a message number, drawn anew each time
    std::string_view undo = {};  // sent after each round, with the same {n}; its time is not counted
};

constexpr Row rows[] = {
    {"noop", "NOOP", "bench-small", "NOOP"},
    {"fetch", "FETCH one 4 KiB", "bench-small", "FETCH {n} BODY.PEEK[]"},
    {"select", "SELECT large", "bench-large", "SELECT bench-large"},
    {"flags", "FETCH FLAGS large", "bench-large", "FETCH 1:* FLAGS"},
    {"envelope", "FETCH FLAGS ENVELOPE small", "bench-small", "FETCH 1:* (FLAGS ENVELOPE)"},
    {"subject", "SEARCH SUBJECT large", "bench-large", "SEARCH SUBJECT zebra!"},
    {"unseen", "SEARCH UNSEEN large", "bench-large", "SEARCH UNSEEN"},
    {"header", "SEARCH HEADER small", "bench-small", "SEARCH HEADER X-Mailer zebra!"},
    {"text", "SEARCH TEXT small", "bench-small", "SEARCH TEXT zebra!"},
    {"sort", "SORT SUBJECT large", "bench-large", "SORT (SUBJECT) UTF-8 ALL"},
    {"thread", "THREAD REFERENCES large", "bench-large", "THREAD REFERENCES UTF-8 ALL"},
    {"store", "STORE one flag", "bench-small", "STORE {n} +FLAGS.SILENT (\\Flagged)",
     "STORE {n} -FLAGS.SILENT (\\Flagged)"},
    {"store-10000", "STORE 10,000", "bench-large", "STORE 1:10000 +FLAGS.SILENT (\\Flagged)",
     "STORE 1:10000 -FLAGS.SILENT (\\Flagged)"},
    {"stream", "stream 2,000 x 4 KiB", "bench-small", "FETCH 1:* BODY.PEEK[]"},
    {"stream-mix", "stream 1,000 of the mix", "bench-mix", "FETCH 1:* BODY.PEEK[]"},
};

bool is_wanted(const Row& row, const Options& options) {
    return options.rows.empty() || std::ranges::find(options.rows, row.key) != options.rows.end();
}

bool is_needed(std::string_view mailbox, const Options& options) {
    return std::ranges::any_of(rows, [&](const Row& row) { return row.mailbox == mailbox && is_wanted(row, options); });
}

struct Mailbox {
    std::string name;
    std::uint64_t count;
    std::vector<std::uint64_t> sizes;  // of its messages: one is drawn for each
};

std::vector<Mailbox> needed_mailboxes(const Options& options) {
    const auto large_count = options.count != 0 ? options.count : 50'000;
    std::vector<Mailbox> all{{"bench-large", large_count, {1024}}, {"bench-small", small_count, {4096}}};
    all.push_back({"bench-mix", mix_count, mixed_sizes()});
    std::erase_if(all, [&](const Mailbox& mailbox) { return !is_needed(mailbox.name, options); });
    return all;
}

// One command with `append_batch` messages (MULTIAPPEND), or that many commands.
Task<Result<>> append_some(Run* run, Peer* peer, Mailbox mailbox, std::size_t count, bool multi) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        const auto text = make_message(run->random, mailbox.sizes[run->random.below(mailbox.sizes.size())]);
        const bool first = i == 0 || !multi;
        if (first) out += "f APPEND " + mailbox.name;
        out += fmt::format(" {{{}+}}\r\n", text.size());
        out += text;
        if (!multi || i + 1 == count) out += "\r\n";
    }
    auto sent = co_await peer->send(out);
    for (std::size_t i = 0; sent && i < (multi ? 1 : count); ++i) {
        auto answer = co_await peer->imap_reply("f");
        if (!answer) sent = fail(answer.error());
    }
    co_return sent;
}

Task<Result<>> fill(Run* run, Peer* peer, Mailbox mailbox) {
    auto made = co_await imap_command(peer, "f", "CREATE " + mailbox.name);  // NO when it is there
    auto selected = co_await imap_command(peer, "f", "EXAMINE " + mailbox.name);
    if (!selected) co_return fail(made ? selected.error() : made.error());
    std::uint64_t left = mailbox.count - std::min(mailbox.count, selected->exists);
    if (left > 0) std::cerr << "filling " << mailbox.name << " with " << left << " messages\n";
    auto sent = co_await peer->send("c CAPABILITY\r\n");
    if (!sent) co_return sent;
    auto capabilities = co_await peer->line();
    if (!capabilities) co_return fail(capabilities.error());
    auto answer = co_await peer->imap_reply("c");
    if (!answer) co_return fail(answer.error());
    const bool multi = base::to_upper(*capabilities).find("MULTIAPPEND") != std::string::npos;
    while (left > 0) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, append_batch));
        auto appended = co_await append_some(run, peer, mailbox, count, multi);
        if (!appended) co_return appended;
        left -= count;
    }
    co_return Result<>();
}

std::string with_number(std::string_view text, std::uint64_t number) {
    std::string out(text);
    const auto at = out.find("{n}");
    if (at != std::string::npos) out.replace(at, 3, std::to_string(number));
    return out;
}

void print_row(Run* run, Row row, const Recorder& recorder, double cpu_ms) {
    const double p50 = recorder.percentile_ms(0.5);
    const double bytes = static_cast<double>(recorder.bytes()) / static_cast<double>(recorder.successes());
    std::cout << fmt::format(
                     "{:28} {:9.3f} ms p50  {:9.3f} least  {:9.3f} most  {:8.3f} CPU ms  {:7.1f} MB/s  {} times\n",
                     row.name, p50, recorder.percentile_ms(0), recorder.percentile_ms(1), cpu_ms,
                     p50 > 0 ? bytes / p50 / 1000 : 0, recorder.successes())
              << std::flush;
    if (run->options.json_file.empty()) return;
    std::ofstream(run->options.json_file, std::ios::app)
        << fmt::format(R"({{"label":"{}","mode":"imap-commands","case":"{}","p50_ms":{:.4f},"least_ms":{:.4f},)"
                       R"("most_ms":{:.4f},"server_cpu_ms":{:.4f},"bytes":{:.0f},"rounds":{}}})",
                       run->options.label, row.key, p50, recorder.percentile_ms(0), recorder.percentile_ms(1), cpu_ms,
                       bytes, recorder.successes())
        << '\n';
}

Task<Result<>> measure_row(Run* run, Peer* peer, Row row) {
    auto selected = co_await imap_command(peer, "s", "SELECT " + std::string(row.mailbox));
    if (!selected) co_return fail(selected.error());
    Recorder recorder;
    const auto before = usage_of(run->options.pids, false);
    const auto& clock = base::system_clock();
    const auto until = clock.now() + run->options.duration;
    while (recorder.successes() < least_rounds || clock.now() < until) {
        const auto number = 1 + run->random.below(small_count);
        const auto text = with_number(row.text, number);
        const auto began = clock.now();
        auto sent = co_await peer->send("t7q " + text + "\r\n");
        if (!sent) co_return sent;
        auto answer = co_await peer->imap_bytes("t7q");
        if (!answer) co_return fail(answer.error());
        recorder.succeeded(clock.now() - began, *answer);
        if (row.undo.empty()) continue;
        auto undone = co_await imap_command(peer, "u", with_number(row.undo, number));
        if (!undone) co_return fail(undone.error());
    }
    const auto used = usage_of(run->options.pids, false).cpu_seconds - before.cpu_seconds;
    const auto commands = recorder.successes() * (row.undo.empty() ? 1 : 2);
    print_row(run, row, recorder, 1000 * used / static_cast<double>(commands));
    run->recorder.succeeded({}, recorder.bytes());
    co_return Result<>();
}

Task<Result<>> all_rows(Run* run) {
    auto peer = co_await imap_log_in(run, 0);
    if (!peer) co_return fail(peer.error());
    for (const auto& mailbox : needed_mailboxes(run->options)) {
        auto filled = co_await fill(run, &*peer, mailbox);
        if (!filled) co_return filled;
    }
    for (const auto& key : run->options.rows) {
        if (std::ranges::find(rows, key, &Row::key) == std::end(rows)) co_return fail(net::errc::io, "no row " + key);
    }
    for (const Row& row : rows) {
        if (!is_wanted(row, run->options)) continue;
        auto measured = co_await measure_row(run, &*peer, row);
        if (measured) continue;
        run->recorder.failed(std::string(row.name) + ": " + to_string(measured.error()));
        // The answer may be half read: go on with a new connection.
        peer = co_await imap_log_in(run, 0);
        if (!peer) co_return fail(peer.error());
    }
    co_return Result<>();
}

}  // namespace

Task<> imap_commands(Run* run) {
    auto done = co_await all_rows(run);
    if (!done) run->recorder.failed(to_string(done.error()));
}

}  // namespace helio::bench
