// Worker::Impl: the event loop behind a Worker; for .cpp files of common/net only.
#pragma once

#include <memory>

#include "common/net/event_loop.h"
#include "common/net/worker.h"

namespace helio::net {

struct Worker::Impl {
    EventLoop loop;
    std::unique_ptr<Pool> resolver;  ///< getaddrinfo() blocks; made at the first name that is looked up
};

}  // namespace helio::net
