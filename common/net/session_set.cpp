#include "common/net/session_set.h"

#include <utility>

#include "common/net/neighbourhood.h"

namespace helio::net {

SessionSet::Token::Token(Token&& other) noexcept : set_(std::exchange(other.set_, nullptr)), id_(other.id_) {}

SessionSet::Token& SessionSet::Token::operator=(Token&& other) noexcept {
    if (this != &other) {
        if (set_ != nullptr) set_->leave(id_);
        set_ = std::exchange(other.set_, nullptr);
        id_ = other.id_;
    }
    return *this;
}

SessionSet::Token::~Token() {
    if (set_ != nullptr) set_->leave(id_);
}

bool SessionSet::Token::claim_user(const std::string& user) {
    if (set_ == nullptr) return true;
    const std::lock_guard guard(set_->lock_);
    auto& entry = set_->entries_.at(id_);
    if (entry.user == user) return true;
    auto& count = set_->by_user_[user];
    if (count >= set_->limits_.per_user) return false;
    ++count;
    set_->release_user(entry.user);
    entry.user = user;
    return true;
}

void SessionSet::Token::give_up_user() {
    if (set_ == nullptr) return;
    const std::lock_guard guard(set_->lock_);
    auto& entry = set_->entries_.at(id_);
    set_->release_user(entry.user);
    entry.user.clear();
}

void SessionSet::Token::on_interrupt(std::function<void()> interrupt) {
    if (set_ == nullptr) return;
    const std::lock_guard guard(set_->lock_);
    set_->entries_.at(id_).interrupt = std::move(interrupt);
}

void SessionSet::Token::on_wind_down(std::function<void()> wind_down) {
    if (set_ == nullptr) return;
    const std::lock_guard guard(set_->lock_);
    auto& entry = set_->entries_.at(id_);
    entry.wind_down = std::move(wind_down);
    if (set_->closed_) set_->post_to(id_, *entry.home, &Entry::wind_down);
}

std::optional<SessionSet::Token> SessionSet::enter(const Address& address) {
    const auto peer = neighbourhood(address);
    const std::lock_guard guard(lock_);
    if (closed_ || entries_.size() >= limits_.total) return std::nullopt;
    auto& from_there = by_address_[peer];
    if (from_there >= limits_.per_address) return std::nullopt;
    ++from_there;
    const auto id = next_id_++;
    entries_.emplace(id, Entry{peer, {}, &Worker::current(), {}, {}});
    if (gauge_ != nullptr) gauge_->add(1);
    return Token(this, id);
}

void SessionSet::release_user(const std::string& user) {
    const auto found = by_user_.find(user);
    if (found != by_user_.end() && --found->second == 0) by_user_.erase(found);
}

void SessionSet::leave(std::uint64_t id) {
    const std::lock_guard guard(lock_);
    const auto found = entries_.find(id);
    const auto from_there = by_address_.find(found->second.peer);
    if (--from_there->second == 0) by_address_.erase(from_there);
    release_user(found->second.user);
    entries_.erase(found);
    if (gauge_ != nullptr) gauge_->add(-1);
    if (entries_.empty() && waiting_worker_ != nullptr) {
        waiting_worker_->post([this] {
            base::Event* event = nullptr;
            {
                const std::lock_guard inner(lock_);
                event = all_left_;
            }
            if (event != nullptr) event->notify();
        });
    }
}

void SessionSet::close() {
    const std::lock_guard guard(lock_);
    if (std::exchange(closed_, true)) return;
    for (const auto& [id, entry] : entries_) post_to(id, *entry.home, &Entry::wind_down);
}

std::size_t SessionSet::size() const {
    const std::lock_guard guard(lock_);
    return entries_.size();
}

// Posts what the session wants to hear of to its own worker, where it is either still there or has left.
void SessionSet::post_to(std::uint64_t id, Worker& home, Reaction reaction) {
    home.post([this, id, reaction] {
        std::function<void()> react;
        {
            const std::lock_guard guard(lock_);
            const auto found = entries_.find(id);
            if (found != entries_.end()) react = found->second.*reaction;
        }
        if (react) react();
    });
}

std::size_t SessionSet::interrupt_user(const std::string& user) {
    const std::lock_guard guard(lock_);
    std::size_t count = 0;
    for (const auto& [id, entry] : entries_) {
        if (entry.user != user) continue;
        post_to(id, *entry.home, &Entry::interrupt);
        ++count;
    }
    return count;
}

void SessionSet::interrupt_all() {
    const std::lock_guard guard(lock_);
    for (const auto& [id, entry] : entries_) post_to(id, *entry.home, &Entry::interrupt);
}

Task<> SessionSet::drain(SteadyTime deadline) {
    auto& worker = Worker::current();
    base::Event all_left;
    {
        const std::lock_guard guard(lock_);
        waiting_worker_ = &worker;
        all_left_ = &all_left;
    }
    if (size() > 0) co_await worker.wait(all_left, deadline);
    while (size() > 0) {
        interrupt_all();
        co_await worker.wait(all_left, std::chrono::steady_clock::now() + milliseconds(100));
    }
    const std::lock_guard guard(lock_);
    waiting_worker_ = nullptr;
    all_left_ = nullptr;
}

}  // namespace helio::net
