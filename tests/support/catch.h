// The one place that includes Catch2 and says how our types print in failures.
#pragma once

#include <catch2/catch.hpp>

#include "common/base/result.h"

namespace Catch {
template <>
struct StringMaker<helio::Error> {
    static std::string convert(const helio::Error& error) { return helio::to_string(error); }
};
}  // namespace Catch

/// REQUIRE that a Result holds a value, and print its error when not.
#define REQUIRE_OK(result)                                                   \
    do {                                                                     \
        const auto& checked_result = (result);                               \
        if (!checked_result) FAIL(helio::to_string(checked_result.error())); \
    } while (false)
