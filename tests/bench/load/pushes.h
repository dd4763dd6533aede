// Pushes: what a server sends unasked over many plain connections, read with one wait for all of them: one for each
// takes this client nearly as long as the server, on the same cores.
#pragma once

#include <functional>
#include <string_view>
#include <unordered_map>

#include "common/net/worker.h"

namespace helio::bench {

class Pushes {
public:
    Pushes();
    ~Pushes();
    Pushes(const Pushes&) = delete;
    Pushes& operator=(const Pushes&) = delete;

    /// The descriptor stays its owner's, who must not read from it meanwhile.
    void add(int fd, unsigned user);
    /// Calls `each` for what comes, until stop().
    Task<> read(std::function<void(unsigned user, std::string_view bytes)> each);
    void stop() { stopped_ = true; }

private:
    int epoll_;
    std::unordered_map<int, unsigned> users_;
    bool stopped_ = false;
};

}  // namespace helio::bench
