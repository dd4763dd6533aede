#include "common/dns/unbound_resolver.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <list>
#include <optional>
#include <thread>

#include <unbound.h>

#include "common/base/completion.h"
#include "common/base/signals.h"
#include "common/dns/name.h"
#include "common/dns/rdata.h"
#include "common/dns/unbound_context.h"
#include "common/net/fd_waiter.h"
#include "common/net/worker.h"

namespace helio::dns {
namespace {

constexpr std::size_t most_under_way = 4'096;
constexpr int internet_class = 1;

net::SteadyTime now() { return std::chrono::steady_clock::now(); }

// One question to libunbound; the callback finds it by address, so it lives until answered or cancelled.
struct Query {
    base::Event ended;
    std::optional<RawAnswer> answer;
};

void on_result(void* argument, int error, ub_result* result) {
    auto& query = *static_cast<Query*>(argument);
    query.answer = take_result(error, result);
    query.ended.notify();
}

template <class Record, class Read>
Answer<Record> read_all(RawAnswer raw, Read read) {
    Answer<Record> answer{raw.found,       {},
                          raw.name_exists, raw.secure,
                          raw.bogus,       std::move(raw.canonical_name),
                          raw.ttl,         std::move(raw.detail)};
    for (const auto& rdata : raw.rdata)
        if (auto record = read(rdata)) answer.records.push_back(std::move(*record));
    if (answer.found == Found::found && answer.records.empty()) {
        answer.found = Found::unknown;
        answer.detail = "malformed records";
    }
    return answer;
}

template <class Record>
Answer<Record> absent() {
    Answer<Record> answer;
    answer.found = Found::absent;
    return answer;
}

// IPv6 first. What one kind lacks the other may have; when neither is found, one unknown makes the whole unknown.
Answer<net::Address> merge(Answer<net::Address> v6, Answer<net::Address> v4) {
    const bool found = v6 || v4;
    auto both = std::move(v6);
    both.secure = both.secure && v4.secure;
    both.bogus = (both.bogus || v4.bogus) && !found;
    both.name_exists = both.name_exists || v4.name_exists;
    if (both.canonical_name.empty()) both.canonical_name = v4.canonical_name;
    both.records.insert(both.records.end(), v4.records.begin(), v4.records.end());
    if (found) {
        both.ttl = both.found != Found::found ? v4.ttl : v4 ? std::min(both.ttl, v4.ttl) : both.ttl;
        both.found = Found::found;
        both.detail.clear();
    } else if (v4.found == Found::unknown) {
        both.found = Found::unknown;
        both.detail = v4.detail;
    }
    return both;
}

}  // namespace

// Everything but the constructor's work happens on `worker`, which `thread` runs.
struct UnboundResolver::Impl {
    Impl(Config given, const logging::Logger& logger, base::Registry& metrics)
        : config(std::move(given)),
          log(logger),
          results{&metrics.counter(name, help, "result=\"found\""), &metrics.counter(name, help, "result=\"absent\""),
                  &metrics.counter(name, help, "result=\"unknown\"")},
          time(metrics.histogram("helio_dns_question_seconds", "Time that a question to the DNS took")),
          context(make_context(config)),
          readable(worker, ub_fd(context.get()), net::FdWaiter::Ownership::borrowed) {
        worker.post([this] { start(process_answers()); });
        thread = std::thread([this] {
            base::block_signal(SIGPIPE);
            worker.run();
        });
    }

    ~Impl() {
        worker.post([this] { stop(); });
        thread.join();
    }

    void stop() {
        stopping = true;
        const auto waiting = queries;
        for (auto* query : waiting) query->ended.notify();
        readable.interrupt();
        if (under_way == 0) worker.stop();
    }

    void start(Task<> task) {
        ++under_way;
        base::start(std::move(task), [this](std::exception_ptr failure) {
            if (failure) std::terminate();  // a bug of ours: these tasks don't throw
            --under_way;
            if (stopping && under_way == 0) worker.stop();
        });
    }

    Task<> process_answers() {
        while (!stopping) {
            co_await readable.wait(net::Worker::Readiness::readable, net::never);
            if (!stopping) ub_process(context.get());  // calls on_result, which resumes who waits
        }
    }

    Task<RawAnswer> resolve(std::string question, Type type, net::SteadyTime deadline) {
        Query query;
        int id = 0;
        const int code = ub_resolve_async(context.get(), question.c_str(), static_cast<int>(type), internet_class,
                                          &query, on_result, &id);
        if (code != UB_NOERROR) co_return take_result(code, nullptr);
        const auto place = queries.insert(queries.end(), &query);
        co_await worker.wait(query.ended, deadline);
        queries.erase(place);
        if (query.answer) co_return std::move(*query.answer);
        ub_cancel(context.get(), id);  // from here on it is not called back
        RawAnswer late;
        late.detail = "no answer in time";
        co_return late;
    }

    // On the worker: resolves and tells the caller.
    Task<> answer(std::string question, Type type, std::function<void(RawAnswer)> tell) {
        const auto began = now();
        RawAnswer raw;
        if (stopping || under_way > most_under_way)
            raw.detail = "too many questions";
        else
            raw = co_await resolve(question, type, began + config.timeout);
        time.observe(now() - began);
        results[static_cast<std::size_t>(raw.found)]->add();
        if (raw.found == Found::unknown)
            log.info("dns.unknown", {{"name", question}, {"type", static_cast<int>(type)}, {"reason", raw.detail}});
        tell(std::move(raw));
    }

    // On a caller's thread.
    void ask(std::string question, Type type, base::Completion<RawAnswer>& done) {
        const std::function<void(RawAnswer)> tell = [&done](RawAnswer raw) { done.set(std::move(raw)); };
        worker.post([this, question, type, tell] { start(answer(question, type, tell)); });
    }

    template <class Record, class Read>
    Task<Answer<Record>> ask_for(std::string question, Type type, Read read) {
        const auto askable = askable_name(question);
        if (!askable) co_return absent<Record>();
        base::Completion<RawAnswer> done;
        ask(*askable, type, done);
        auto raw = co_await done;
        co_return read_all<Record>(std::move(raw), read);
    }

    static constexpr const char* name = "helio_dns_questions_total";
    static constexpr const char* help = "Questions to the DNS, by result";

    const Config config;
    const logging::Logger& log;
    const std::array<base::Counter*, 3> results;
    base::Histogram& time;
    net::Worker worker;
    Context context;
    net::FdWaiter readable;
    std::list<Query*> queries;
    std::size_t under_way = 0;
    bool stopping = false;
    std::thread thread;
};

UnboundResolver::UnboundResolver(Config config, const logging::Logger& log, base::Registry& metrics)
    : impl_(std::make_unique<Impl>(std::move(config), log, metrics)) {}

UnboundResolver::~UnboundResolver() = default;

Task<Answer<MxRecord>> UnboundResolver::find_mx(std::string name) {
    auto answer = co_await impl_->ask_for<MxRecord>(std::move(name), Type::mx, read_mx);
    std::ranges::sort(answer.records);
    co_return answer;
}

Task<Answer<net::Address>> UnboundResolver::find_addresses(std::string name) {
    const auto askable = askable_name(name);
    if (!askable) co_return absent<net::Address>();
    base::Completion<RawAnswer> v6_done;
    base::Completion<RawAnswer> v4_done;
    impl_->ask(*askable, Type::aaaa, v6_done);
    impl_->ask(*askable, Type::a, v4_done);
    auto v6 = co_await v6_done;
    auto v4 = co_await v4_done;
    co_return merge(read_all<net::Address>(std::move(v6), read_address),
                    read_all<net::Address>(std::move(v4), read_address));
}

Task<Answer<std::string>> UnboundResolver::find_txt(std::string name) {
    auto answer = co_await impl_->ask_for<std::string>(std::move(name), Type::txt, read_txt);
    co_return std::move(answer);
}

Task<Answer<std::string>> UnboundResolver::find_names(net::Address address) {
    auto answer = co_await impl_->ask_for<std::string>(reverse_name(address), Type::ptr, read_ptr);
    co_return std::move(answer);
}

}  // namespace helio::dns
