// ask(task): runs a question to its answer on this thread; and what a test of a threaded client needs beside.
// The workers live until the program ends: a client's own thread may still be on its way out of post() to one when the
// answer has come.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "common/net/worker.h"
#include "tests/support/temp_folder.h"

namespace helio::test {

inline net::Worker& worker_of_this_thread() {
    static std::mutex lock;
    static std::list<net::Worker> all;
    thread_local net::Worker* mine = nullptr;
    if (mine == nullptr) {
        const std::lock_guard guard(lock);
        mine = &all.emplace_back();
    }
    return *mine;
}

/// Runs all of them at once, to their ends; rethrows what one throws.
inline void run_together(std::vector<Task<>> tasks) {
    auto& worker = worker_of_this_thread();
    std::size_t running = tasks.size();
    std::exception_ptr failure;
    worker.post([&] {
        for (auto& task : tasks)
            base::start(std::move(task), [&](std::exception_ptr thrown) {
                if (thrown) failure = thrown;
                if (--running == 0) worker.stop();
            });
    });
    worker.run();
    if (failure) std::rethrow_exception(failure);
}

template <class T>
Task<> keep_result(Task<T> task, std::optional<T>& result) {
    result = co_await std::move(task);
}

template <class T>
std::vector<T> ask_all(std::vector<Task<T>> questions) {
    std::vector<std::optional<T>> results(questions.size());
    std::vector<Task<>> tasks;
    for (std::size_t i = 0; i < questions.size(); ++i)
        tasks.push_back(keep_result(std::move(questions[i]), results[i]));
    run_together(std::move(tasks));
    std::vector<T> answers;
    for (auto& result : results) answers.push_back(std::move(*result));
    return answers;
}

template <class T>
T ask(Task<T> question) {
    std::vector<Task<T>> one;
    one.push_back(std::move(question));
    return std::move(ask_all(std::move(one)).front());
}

/// A log that goes to a file of its own, and metrics.
struct Surroundings {
    TempFolder folder;
    logging::Logger log{{logging::Level::debug, logging::Format::logfmt, folder / "log"}, "test"};
    base::Registry metrics;

    /// The value of the series in the metrics page, or -1.
    double metric(std::string_view series) const {
        const auto page = metrics.print();
        const auto at = page.find("\n" + std::string(series) + " ");
        if (at == std::string::npos) return -1;
        return std::stod(page.substr(at + series.size() + 2));
    }
};

}  // namespace helio::test
