// Child: this test program started again to run one hidden test case, as a process that can be killed.
// Its standard output comes back through a pipe.
#pragma once

#include <map>
#include <string>

#include <sys/types.h>

namespace helio::test {

class Child {
public:
    /// `test_case`: its name; `environment` is added to this process's.
    Child(const std::string& test_case, const std::map<std::string, std::string>& environment);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line of its output that starts with `prefix`, without it; empty at the end.
    std::string read_line(const std::string& prefix);
    void kill();
    /// Waits; the exit status, or minus the signal that ended it.
    int wait();

private:
    pid_t pid_ = -1;
    int output_ = -1;
    std::string buffer_;
};

}  // namespace helio::test
