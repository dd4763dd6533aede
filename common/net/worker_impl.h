// Worker::Impl: the io_context behind a Worker; for .cpp files of common/net only.
#pragma once

#include <asio/io_context.hpp>

#include "common/net/deadlines.h"
#include "common/net/worker.h"

namespace helio::net {

struct Worker::Impl {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
    Deadlines deadlines{context};
};

}  // namespace helio::net
