// StartupError: what a daemon can't start with (bad configuration, port in use, foreign folder). main prints it and
// ends.
#pragma once

#include <stdexcept>

namespace helio::base {

struct StartupError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace helio::base
