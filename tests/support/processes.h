// Child processes of fixtures: servers that a test starts on free ports, and tools that it runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace helio::test {

/// A TCP and UDP port of 127.0.0.1 that nobody has now.
std::uint16_t free_port();
/// True when something accepts TCP connections there.
bool accepts_on(std::uint16_t port);

/// Starts a program in a process group of its own, its output going to the end of the file `output`. It dies with the
/// thread that calls this.
pid_t spawn(const std::vector<std::string>& command, const std::string& output);
/// SIGKILL for it and its children, and waits for its end.
void kill_child(pid_t pid);
/// True when the child has ended by itself.
bool has_ended(pid_t pid);

/// Runs a shell command; throws with its output when it fails.
void shell(const std::string& command, const std::string& output);
std::string read_file(const std::string& path);

}  // namespace helio::test
