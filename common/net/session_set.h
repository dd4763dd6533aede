// SessionSet: the gate of a service. Counts sessions with global, per-address and per-user limits, stops entry,
// tells those inside to wind down, waits for their end, interrupts the rest. Losing a token gives the place back.
// Thread-safe; a session's interrupt function is posted to its own worker.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/base/metrics.h"
#include "common/net/address.h"
#include "common/net/worker.h"

namespace helio::net {

struct SessionLimits {
    std::size_t total = 20'000;
    std::size_t per_address = 500;
    std::size_t per_user = 100;
};

class SessionSet {
public:
    SessionSet(SessionLimits limits, base::Gauge* gauge = nullptr) : limits_(limits), gauge_(gauge) {}

    class Token {
    public:
        Token() = default;
        Token(Token&& other) noexcept;
        Token& operator=(Token&& other) noexcept;
        ~Token();
        /// Counts the session under `user` from now on; false (and unchanged) at the per-user limit.
        bool claim_user(const std::string& user);
        /// Counts under nobody again.
        void give_up_user();
        /// Called on `home` when the set interrupts this session; set it once the session can be interrupted.
        void on_interrupt(std::function<void()> interrupt);
        /// Called on `home` when the set closes, also when it has closed already: the session ends by itself as soon as
        /// it is between commands. For Wire::wind_down().
        void on_wind_down(std::function<void()> wind_down);

    private:
        friend class SessionSet;
        Token(SessionSet* set, std::uint64_t id) : set_(set), id_(id) {}
        SessionSet* set_ = nullptr;
        std::uint64_t id_ = 0;
    };

    /// Nothing at a limit or after close(). Called on the session's worker.
    std::optional<Token> enter(const Address& address);
    /// From now on nobody enters, and those inside are told to wind down.
    void close();
    /// After close(): waits until all have left, at most until `deadline`; then interrupts the rest and waits for them.
    Task<> drain(SteadyTime deadline);
    /// Interrupts every session of `user` (kick); returns how many.
    std::size_t interrupt_user(const std::string& user);
    std::size_t size() const;

private:
    struct Entry {
        Address peer;
        std::string user;
        Worker* home = nullptr;
        std::function<void()> interrupt;
        std::function<void()> wind_down;
    };
    void leave(std::uint64_t id);
    void release_user(const std::string& user);
    using Reaction = std::function<void()> Entry::*;
    void post_to(std::uint64_t id, Worker& home, Reaction reaction);
    void interrupt_all();

    const SessionLimits limits_;
    base::Gauge* gauge_;
    mutable std::mutex lock_;
    bool closed_ = false;
    std::uint64_t next_id_ = 1;
    std::unordered_map<std::uint64_t, Entry> entries_;
    std::map<Address, std::size_t> by_address_;
    std::unordered_map<std::string, std::size_t> by_user_;
    Worker* waiting_worker_ = nullptr;  // drain() waits there for the last one to leave
    base::Event* all_left_ = nullptr;
};

}  // namespace helio::net
