#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

#include "common/net/worker.h"

namespace helio::net {

struct Pool::Impl {
    explicit Impl(unsigned threads) : pool(threads) {}
    asio::thread_pool pool;
};

Pool::Pool(unsigned threads) : impl_(std::make_unique<Impl>(threads)) {}
Pool::~Pool() { impl_->pool.join(); }
void Pool::post(std::move_only_function<void()> work) { asio::post(impl_->pool, std::move(work)); }

}  // namespace helio::net
