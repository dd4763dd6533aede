#include "tests/support/child.h"

#include <stdexcept>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace helio::test {

Child::Child(const std::string& test_case, const std::map<std::string, std::string>& environment) {
    std::vector<std::string> variables;
    for (char** at = environ; *at != nullptr; ++at) variables.emplace_back(*at);
    for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
    std::vector<char*> env;
    for (auto& variable : variables) env.push_back(variable.data());
    env.push_back(nullptr);
    std::string program = "/proc/self/exe";
    std::string name = test_case;
    char* arguments[] = {program.data(), name.data(), nullptr};
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    const int failed = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, env.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
    if (failed != 0) throw std::runtime_error("can't start " + program);
}

Child::~Child() {
    if (pid_ > 0) {
        kill();
        wait();
    }
    ::close(output_);
}

std::string Child::read_line(const std::string& prefix) {
    for (;;) {
        for (auto end = buffer_.find('\n'); end != std::string::npos; end = buffer_.find('\n')) {
            const auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            if (line.starts_with(prefix)) return line.substr(prefix.size());
        }
        char bytes[4096];
        const auto got = ::read(output_, bytes, sizeof bytes);
        if (got <= 0) return "";
        buffer_.append(bytes, static_cast<std::size_t>(got));
    }
}

void Child::kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
}

int Child::wait() {
    if (pid_ <= 0) return -1;
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace helio::test
