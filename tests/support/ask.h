// ask(task): runs a question to its answer on a worker of its own; and what a test of the directory client needs
// beside.
#pragma once

#include <optional>

#include "common/base/metrics.h"
#include "common/logging/logger.h"
#include "tests/support/run.h"
#include "tests/support/temp_folder.h"

namespace helio::test {

template <class T>
Task<> keep_result(Task<T> task, std::optional<T>& result) {
    result = co_await std::move(task);
}

template <class T>
T ask(Task<T> task) {
    std::optional<T> result;
    run(keep_result(std::move(task), result));
    return std::move(*result);
}

/// A log that goes nowhere, and metrics.
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
