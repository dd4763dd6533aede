#include "tests/support/processes.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace helio::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool can_bind(int type, sockaddr_in& address) {
    const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    socklen_t length = sizeof address;
    const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    ::close(fd);
    return bound;
}

}  // namespace

std::uint16_t free_port() {
    for (int attempt = 0; attempt < 100; ++attempt) {
        auto address = loopback(0);
        if (can_bind(SOCK_STREAM, address) && can_bind(SOCK_DGRAM, address)) return ntohs(address.sin_port);
    }
    throw std::runtime_error("no free port");
}

bool accepts_on(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

pid_t spawn(const std::vector<std::string>& command, const std::string& output) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0) {
        ::setpgid(pid, pid);
        return pid;
    }
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int fd = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

void kill_child(pid_t pid) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

bool has_ended(pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) == pid; }

void shell(const std::string& command, const std::string& output) {
    if (std::system(("( " + command + " ) >>'" + output + "' 2>&1").c_str()) != 0)
        throw std::runtime_error("failed: " + command + "\n" + read_file(output));
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("can't read " + path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace helio::test
